/*
 * The life of a key: admitted by an act, ended by another (acts.md 17). Validity is a matter of the register's order, never of clocks: what a key
 * signed counts when it was registered before the key's end. A compromised key casts doubt on what was registered from some page on: those
 * acts stay where they are, nobody can tell who signed them, and what rests on them is closed.
 */
#ifndef CH_KEYLIFE_H
#define CH_KEYLIFE_H

#include "state.h"

/* "valid", "superseded", "left", "lost", "compromised": all but the first are values of `Ended`. */
const char *ch_ended_name(enum ch_ended ended);
enum ch_ended ch_ended_from_name(struct span name);

/* A key of this owner, who is a person or a drive: of several the one admitted last. NULL: none. */
const struct ch_key *ch_key_valid_of(const struct ch_state *state, struct span owner);

/* Whether this owner has, or ever had, a key of that scope. */
bool ch_key_any_of(const struct ch_state *state, struct span owner, enum ch_scope scope);

/* All keys of an owner in order of admission, ended ones as well; count of them. The array is in the state's arena. */
size_t ch_keys_of(const struct ch_key ***out, struct ch_state *state, struct span owner);

/* Whether it is of those that count for the threshold of administrators, and valid. */
bool ch_key_appointed(const struct ch_state *state, const struct ch_key *key);

/* A key-end takes effect; for ch_state_take() only. */
void ch_key_end(struct ch_state *state, const struct ch_entry *entry, const struct act *act);

#endif
