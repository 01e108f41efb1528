/* What somebody has to look at when a key has ended: seals that go on knowing it, and applications that are not done with and rest on it. */
#ifndef CH_AFFECTED_H
#define CH_AFFECTED_H

#include "register/state.h"

struct ch_affected {
	const struct ch_seal **seals; /* whose newest table has the key: until they are shown another they take what it signs */
	size_t seal_count;
	const struct ch_application **applications; /* open, or with presses left, or closed by the doubt */
	size_t application_count;
};

/* Everything is in the state's arena. Errors are I/O only. */
const struct ch_error *ch_affected_by(struct ch_affected *out, struct ch_state *state, struct ch_store *store, const struct ch_key *key);

/* For people: what becomes of the application, and what to do. */
const char *ch_affected_words(const struct ch_application *application);

#endif
