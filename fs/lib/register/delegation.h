/*
 * Substitutes (acts.md 16): a delegation holds while it has not ended, its dates last, and whoever gave it still has what he gave: the role, a
 * valid key, and no doubt that it was he. Nothing is inherited: a substitute decides with roles that the giver has himself.
 */
#ifndef CH_DELEGATION_H
#define CH_DELEGATION_H

#include "application.h"

/* The one with this act id; NULL: none. */
const struct ch_delegation *ch_delegation_of(const struct ch_state *state, const uint8_t act[SHA256_SIZE]);

/* Whether it could be used at a time, as far as that does not depend on the decision; *why for people when not. */
bool ch_delegation_holds(const struct ch_state *state, const struct ch_delegation *d, int64_t time, const char **why);

/* Under which the person could decide on the application now, though not with roles of his own; NULL: none. */
const struct ch_delegation *ch_delegation_for(const struct ch_state *state, const struct ch_application *application, struct span person, int64_t now);

/* Whether, of delegations that last at this time, a way leads from one person to another. */
bool ch_delegation_leads(struct ch_state *state, struct span from, struct span to, int64_t time);

/* With whose roles an act is done. */
struct ch_authority {
	struct span roles;
	struct span giver; /* whose substitute the actor is; empty: nobody's */
};

/* The actor's own, or those of who gave the delegation that Via names: then false and *why when that does not hold for it. */
bool ch_authority_of(struct ch_authority *out, const struct ch_state *state, const struct ch_application *application, const struct statement *st,
		     int64_t received, const char **why);

/* Judges a decision with it: permit_decide() or permit_decide_for(). */
enum wire_code ch_authority_decide(struct permit *permit, const struct act *act, const struct ch_authority *by, const struct ch_state *state);

/* A `delegate` takes effect; for ch_state_take() only. */
void ch_delegate(struct ch_state *state, const struct ch_entry *entry, const struct act *act);

#endif
