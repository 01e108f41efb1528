/*
 * What nobody can tell any more: acts that were registered after a key had come into other hands, as it turned out later (keylife.h), and applications that rest on them.
 */
#ifndef CH_DOUBT_H
#define CH_DOUBT_H

#include "application.h"

/*
 * Whether nobody can tell who signed an accepted act: its key is compromised, and it was registered too late. The act by which a key ends itself holds all
 * the same: whoever has the key may say that it is good for nothing.
 */
bool ch_entry_doubtful(const struct ch_state *state, const struct ch_entry *entry);

/* All of them, in order of registration; count of them. The array is in the state's arena. */
size_t ch_doubtful(const struct ch_entry ***out, struct ch_state *state);

/*
 * An act on which the application rests that is doubtful: the application itself, an approval or a transfer; or one by which somebody had put in force what these go by
 * before it was known that he may have been another: the policy whose levels it has, the seal's enrolment, the roles of who decides, a delegation. NULL: none.
 */
const struct ch_entry *ch_application_doubt(const struct ch_state *state, const struct ch_application *application);

#endif
