/*
 * The judge: the only place beside wire/permit.h that allows or denies. Given a state and an act it says whether the act counts, with
 * code, reason and, where the policy decided, its line. Asked by the register before it writes, by every verifier when it replays,
 * and by the tools before somebody signs in vain.
 *
 * An act counts when: its bytes are canonical and its signature good by the key named in it; key and actor belong together and to this
 * archive; times agree; it follows what its maker knew of the subject; its tree holds what the statement says; and the policy in
 * force just before it allows it; and main's tree can hold what it brings.
 */
#ifndef CH_JUDGE_H
#define CH_JUDGE_H

#include "state.h"
#include "store/treeedit.h"

/* Raised whenever it judges anything differently, or takes anything else from what it has accepted: what was verified by an older one is verified again. */
enum { CH_JUDGE_VERSION = 13 };

struct ch_judgement {
	enum wire_code code;
	bool said; /* whatever the verdict: the owner of the key that the act names has signed these bytes for this archive */
	char reason[512];	 /* for people; empty when accepted without a rule */
	unsigned line;		 /* of the policy that allowed it; 0: none was needed */
	struct ch_changes adds;	 /* what it does to the tree; in the state's scratch arena */
};

/* Judges an act that has been read; `received` is when the register got it. Errors are I/O only. */
const struct ch_error *ch_judge(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received);

/* The same, and when the act is accepted the tree of main has what it adds. */
const struct ch_error *ch_judge_admit(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received);

/* Only whether it is said, with code and reason when it is not: for whoever lets acts in that are judged later. Errors are I/O only. */
const struct ch_error *ch_judge_said(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act);

/* Seconds by which clocks may differ. */
enum { CH_CLOCK_SKEW = 300 };

/*
 * The part of it that needs neither signature nor tree: may this actor do this to this subject now? Asked before somebody signs in
 * vain, and by policy-check. Of the act only `id` and `statement` are looked at.
 */
void ch_judge_authority(struct ch_judgement *out, const struct ch_state *state, const struct act *act, int64_t received);

/* How many seconds after it was drawn up an act may be received: Gap of the policy in force. */
int64_t ch_judge_gap(const struct ch_state *state);

#endif
