/*
 * The door: what a push must be before git lets it in. Everything is checked that needs no decision: form, names, wholeness, bounds, and that each act was
 * said by the owner of its key, for this archive. Whether it is allowed is for the register, which takes no push's word for having passed here.
 */
#ifndef CH_DOOR_H
#define CH_DOOR_H

#include "push.h"
#include "register/state.h"

/*
 * Refuses, in each reference, what may not come in: the push is all or nothing, but every reference that is refused says why. The store is one that
 * looks into the quarantine; the state is changed by rules, persons and keys that the push itself brings, and good for nothing else afterwards.
 * *acts: how many it brings. Errors are I/O only.
 */
const struct ch_error *ch_door(struct ch_push *push, size_t *acts, struct ch_state *state, struct ch_store *store);

#endif
