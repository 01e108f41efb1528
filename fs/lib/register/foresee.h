/* What a seal would say of an application, before anybody travels to it: the judgement of acts.md 21 by the newest table that it will be shown. */
#ifndef CH_FORESEE_H
#define CH_FORESEE_H

#include "state.h"

struct ch_forecast {
	enum wire_code code;
	uint64_t left; /* presses that may still be done, when WIRE_OK */
	int64_t until; /* the approval, and the table, end then; INT64_MAX: never */
	int64_t alone_until; /* so long the seal takes the last report that is here, without a network; INT64_MIN: it needs one */
	char reason[256];
};

/*
 * Levels, persons, roles and keys as the seal will know them; presses; dates at `now`. What only the seal knows cannot be foreseen: its memory, its time, its
 * tamper switch. Errors are I/O only.
 */
const struct ch_error *ch_foresee(struct ch_forecast *out, struct ch_state *state, struct ch_store *store, const struct ch_application *application,
				  int64_t now);

#endif
