/*
 * What only the administrators together decide: who is registrar, and who they are themselves (acts.md 16, 18). Each of them says it in an act of his
 * own, in the same words and after the same charter, the last such decision; when as many distinct persons as the threshold wants have said it,
 * it takes effect. Persons count, never keys, and of their keys only those that were appointed with them, or that such a key has admitted for its
 * own owner: an administrator who admits another's key does not get his vote.
 */
#ifndef CH_CHARTER_H
#define CH_CHARTER_H

#include "state.h"

/* Whether the kind is decided like this. */
bool ch_charter_kind(enum act_kind kind);

/* What somebody has said since the charter and nobody else needs to hear any more: the i-th act, from 0; NULL behind the last. */
const struct ch_entry *ch_charter_proposal(const struct ch_state *state, size_t i);

/* Whether two acts say the same, but for who says it and when. */
bool ch_charter_same(const struct statement *a, const struct statement *b);

/* How many administrators have said up to `entry` what its act says, with keys that count now. */
uint64_t ch_charter_votes(const struct ch_state *state, const struct act *act, const struct ch_entry *entry);

/* Whether the person has said it already, with a key that counts now. */
bool ch_charter_said(const struct ch_state *state, const struct act *act);

/* The first page of those by which they have begun anew behind a good one, in epochs behind this one; 0: none. */
uint64_t ch_charter_recovered(const struct ch_state *state, uint64_t epoch);

/* In which epoch a key was, or is, the registrar's. */
uint64_t ch_charter_epoch(const struct ch_state *state, const struct ch_key *registrar);

/* How many administrators could decide if this key had ended; NULL: as it is. */
uint64_t ch_charter_reach(const struct ch_state *state, const struct ch_key *without);

#endif
