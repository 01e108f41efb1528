/*
 * The account of a device: do presses, receipts and photos agree? That its receipts have no gap and follow each other was judged when they were registered; here is what
 * nobody can refuse: presses that lack what was promised, or that nothing in the register covers, and sessions of which nothing has come.
 */
#ifndef CH_ACCOUNT_H
#define CH_ACCOUNT_H

#include "unproven.h"
#include "usage.h"

struct ch_account {
	const struct ch_seal *seal; /* as that device keeps it */
	uint64_t receipts, presses, photos, later, voids; /* photos: acknowledged by the seal; later: brought afterwards */
	uint64_t missing, uncovered;			  /* presses, of those */
	struct ch_unproven *unproven;
	size_t unproven_count;
};

/* One for each device, retired ones too, in order of seal and epoch. In the state's arena. */
void ch_accounts(struct ch_account **out, size_t *count, struct ch_state *state, const struct ch_use *uses, size_t use_count);

/* Of a press: a photo that was promised and is not there, nor a reason why. */
bool ch_use_lacks_photo(const struct ch_use *press);

/* Of a press: why nothing in the register covers it, for people; NULL: it is covered. */
const char *ch_use_uncovered(const struct ch_use *press, struct ch_arena *arena);

#endif
