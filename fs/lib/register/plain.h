/*
 * Files that are large by their names, and are no pointers. A save brings none: stock git-lfs would take each for one that somebody has changed, and it would
 * be in every clone for ever. What is empty is no file for git-lfs.
 */
#ifndef CH_PLAIN_H
#define CH_PLAIN_H

#include "state.h"
#include "store/treeedit.h"

/*
 * WRONG-CONTENT when a save that changes this brings one: names that are large are those of the policy that it names, which its maker has seen, and not of one
 * that came meanwhile. What a space has had before may stay. Other errors are I/O.
 */
const struct ch_error *ch_plain_refuse(const struct ch_state *state, struct ch_store *store, const struct statement *save, const struct ch_changes *changes);

/* The same before the register judges it, of the act's own tree; NULL, too, when it stands on what is not registered yet. */
const struct ch_error *ch_plain_refuse_act(const struct ch_state *state, struct ch_store *store, const struct act *save);

#endif
