/*
 * Asking the judge without an act: may this person do this to that? A hypothetical act is drawn up as the tools would draw it up now (a decision at the
 * present level, in its role, with the presses applied for) and judged by ch_judge_authority(), so that the answer cannot differ
 * from what the register will say.
 */
#ifndef CH_EXPLAIN_H
#define CH_EXPLAIN_H

#include "judge.h"

struct ch_explanation {
	struct ch_judgement judgement;
	struct span subject; /* the path that was judged */
	struct span rule;    /* the policy's line judgement.line as it stands there; empty when line is 0 */
	struct span needed;  /* what would have to be so, for people; empty when allowed */
};

/*
 * `actor`: a person, or a device. `subject`: a path, or shorter where the kind of act makes it clear: a person's, seal's, space's or application's
 * id; for `apply` that of the seal. CH_UNKNOWN: no such actor, subject or act; CH_USAGE: an act that nobody asks leave for (found, register, seal-state).
 * All in the state's arena.
 */
const struct ch_error *ch_explain(struct ch_explanation *out, struct ch_state *state, struct span actor, struct span act, struct span subject);

/*
 * Of an act that was refused: `rule` and `needed` as above, from its judgement and the state behind it, for whoever is told. Judgement and subject are copied.
 */
void ch_explain_refused(struct ch_explanation *out, struct ch_state *state, const struct act *act, const struct ch_judgement *judgement);

#endif
