/*
 * What the registrar has promised this clone (chancery-promise(5)), as it was fetched: refs/promises/<client>/<name>. Compared with every new state of
 * the register: he who acknowledges an act and leaves it out has signed the proof himself.
 */
#ifndef CH_PROMISES_H
#define CH_PROMISES_H

#include "register/state.h"

/*
 * Kept ones are forgotten, and what he has not signed; of others it is too early to tell. CH_REFUSED, "PROMISE: ...": one was broken; it stays where it is.
 * Put to refs/forks/, and no error: broken ones, when people have decided to follow another register (`pardon`) or the administrators have begun anew
 * without him who made them; and those that lie there already.
 */
const struct ch_error *ch_promises(struct ch_state *state, struct ch_store *store, struct span client, bool pardon);

#endif
