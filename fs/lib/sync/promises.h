/*
 * What the registrar has promised this clone (chancery-promise(5)): refs/promises/<client>/<name>, taken from what is fetched, refs/offered/<client>/<name>, which
 * the other side may change at any time. Compared with every new state of the register: he who acknowledges an act and leaves it out has signed the proof himself.
 */
#ifndef CH_PROMISES_H
#define CH_PROMISES_H

#include "register/state.h"

/*
 * Takes, durably, what is offered and was not when this was called before. Called before and behind each fetch: so neither another offer of the same name nor a death
 * in between takes anything back. What is kept of one name does not give way to the next: that has its id behind its name then.
 */
const struct ch_error *ch_promises_take(struct ch_store *store, struct span client);

/*
 * Kept ones are forgotten, and what he has not signed; of others it is too early to tell. CH_REFUSED, "PROMISE: ...": one was broken; it stays where it is.
 * Put to refs/forks/, and no error: broken ones, when people have decided to follow another register (`pardon`) or the administrators have begun anew
 * without him who made them; and those that lie there already.
 * A state that has not been replayed, since nothing is new, stays so: what he leaves undone is noticed also when he does nothing.
 */
const struct ch_error *ch_promises(struct ch_state *state, struct ch_store *store, struct span client, bool pardon);

#endif
