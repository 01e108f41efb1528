/*
 * Time-stamps of the register: `stamp` acts, each with an authority's token over the id of one page. Since every page names the one before, whoever
 * believes the authority knows that all acts up to that page were there at its time. A stamp is evidence about the registrar's word; nothing is decided by it.
 */
#ifndef CH_STAMP_H
#define CH_STAMP_H

#include "register/state.h"
#include "token.h"

/* Who believes it: in this order, the first says most. */
enum ch_stamp_verdict {
	CH_STAMP_GOOD,	  /* by an authority that is trusted */
	CH_STAMP_UNKNOWN, /* not known to be */
	CH_STAMP_BAD,	  /* it does not hold */
};

struct ch_stamp {
	const struct ch_entry *entry;
	uint64_t page; /* stamped */
	uint8_t head[SHA256_SIZE];
	struct ch_token token; /* empty when it could not be read */
	enum ch_stamp_verdict verdict;
	const char *reason;    /* unless it is good */
};

/*
 * The stamps that were accepted, in order of registration, each checked offline at its own time. `trust` NULL: nobody was said to be trusted. All in the
 * state's arena. Errors are those of reading.
 *
 * It does not hold when the token is not what it should be (token.h), is over something else than Head; or when times contradict each other: the page was
 * received after it was stamped, or the stamp was registered before.
 */
const struct ch_error *ch_stamps(struct ch_stamp **stamps, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_trust *trust);

#endif
