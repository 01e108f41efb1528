/*
 * What an act of some kind would say if somebody drew it up now, as the tools do: a decision at the present level, in its role, with the presses
 * applied for; a new version behind the current one; digests of nothing. To be judged, never to be signed.
 */
#ifndef CH_HYPOTHESIS_H
#define CH_HYPOTHESIS_H

#include "draft.h"

/*
 * Fills in draft->value; kind and subject are given. The subject must be one of its kind; for `seal-table` its seal, and for decisions and use the
 * application, must be there. A transfer names somebody who could decide instead, or the actor when there is nobody.
 */
void ch_hypothesis(struct ch_draft *draft, struct ch_state *state, struct span actor);

#endif
