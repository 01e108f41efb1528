/*
 * Which acts an application stands on: its own, and those that gave somebody the right to take part in it: founding, policy, its seal's enrolment,
 * the persons that its acts and these acts name, the keys that signed them and whatever ended those. And, when one of the pages behind them was stamped soon, the first such stamp with
 * all pages from there on, so that the time of all of it stands on an authority's word. Follows from the acts alone, so that an extract's verifier
 * finds the same.
 */
#ifndef CH_SELECTION_H
#define CH_SELECTION_H

#include "register/state.h"

struct ch_selection {
	const struct ch_application *application;
	const struct ch_entry **acts;	/* the application's accepted ones, in order of registration */
	const struct ch_entry **ground; /* the others, up to the application's last act, the stamp, or the last end of a key */
	const struct ch_entry *stamp;	/* one of these; NULL: none */
	size_t act_count, ground_count;
	uint64_t *pages; /* Seq of the pages that register them, ascending */
	size_t page_count;
	uint8_t (*signers)[FINGERPRINT_SIZE]; /* of all these, the registrar's and the seal's keys, ascending */
	size_t signer_count;
};

enum { SELECTION_STAMP_MAX = 1000 }; /* pages between the last act's and the one that was stamped */

/* Everything is in the state's arena. */
void ch_select(struct ch_selection *selection, struct ch_state *state, const struct ch_application *application);

#endif
