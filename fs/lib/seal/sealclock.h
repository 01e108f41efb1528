/*
 * Time at a seal, as far as administrators have said (seal-clock acts): one word of the registrar moves it on by 400 days at most, two administrators let it go
 * further, as far as the earlier of the two says.
 */
#ifndef CH_SEALCLOCK_H
#define CH_SEALCLOCK_H

#include "register/state.h"

enum { CH_SEALCLOCK_ALONE = 400 * 86400 }; /* seconds that one word of the registrar moves it on (firmware/core/bundle.h) */

struct ch_sealclock {
	const struct ch_entry *word[2]; /* of two different persons, who say the most; NULL: there is none */
	int64_t until;			/* what they agree on; INT64_MIN: nothing */
};

/* Among the first `known` acts about a seal, those for the device in force. */
void ch_sealclock_find(struct ch_sealclock *clock, const struct ch_state *state, const struct ch_seal *seal, size_t known);

#endif
