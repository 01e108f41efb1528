/* A decision as it follows from where an application stands: the level that is asked next, its role, and the transfer that brought it to somebody. */
#ifndef CH_DECISION_H
#define CH_DECISION_H

#include "draft.h"

/*
 * Fills in Subject, Level, Role and Via of a draft by `person`: Via is the transfer by which it came to him, or the delegation by which he may. An application that is closed gets its last level: the judge then says why not.
 */
void ch_decision_begin(struct ch_draft *draft, struct ch_state *state, const struct ch_application *application, struct span person);

/* " as substitute of carol", when Via says so; else "". */
const char *ch_decision_substitute(struct ch_state *state, const struct statement *st);

/* What an act says beside the common keys, digests and ids of devices, for people: "Level 1, Role manager, Presses 3". */
const char *ch_decision_words(const struct span value[KEYS], struct ch_arena *arena);

#endif
