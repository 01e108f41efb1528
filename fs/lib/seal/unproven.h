/*
 * What nobody can prove of a device: sessions that it was opened for, as far as the register knows, behind the last one whose receipts were brought in. Up
 * to so many presses may have been made in them that no receipt here tells of. Of a device that is lost that is all there will ever be to say.
 */
#ifndef CH_UNPROVEN_H
#define CH_UNPROVEN_H

#include "register/state.h"

struct ch_unproven {
	const struct ch_entry *session;
	const struct ch_application *application;
	uint64_t presses; /* at most */
};

/* In order of registration, in the state's arena. `seal` as the device in question keeps it. */
void ch_unproven(struct ch_unproven **out, size_t *count, struct ch_state *state, const struct ch_seal *seal);

#endif
