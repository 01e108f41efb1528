/*
 * Large content between a clone and its register: what acts bring goes there before they do, what is wanted comes here when they have come. Over ssh and
 * HTTP stock git-lfs carries it, from and to a path we do.
 */
#ifndef CH_SYNC_LARGE_H
#define CH_SYNC_LARGE_H

#include "large/depot.h"
#include "register/state.h"
#include "remote.h"

/* Sends what these acts bring and is here; again, if the other side has it already: it wants proof (intake/door.h). CH_LATER when it cannot be sent. */
const struct ch_error *ch_large_send(const struct ch_remote *remote, struct ch_store *store, const struct ch_oid *acts, size_t count, struct ch_arena *arena);

/*
 * Brings content that the tree of `head` has, that `wish` (wish.h) covers and that is not here; *got is how many. `seen` (NULL: none) is a page of which
 * everything that is wanted has been brought. CH_LATER when some of it cannot be had now; the others are here then.
 */
const struct ch_error *ch_large_fetch(size_t *got, const struct ch_remote *remote, struct ch_store *store, const struct ch_oid *head, const struct ch_oid *seen,
				      struct span wish, struct ch_arena *arena);

/* The same of a part of an archive: what its acts bring that are registered behind page `seen` (0: all of them), from beside the view that it was cloned from. */
const struct ch_error *ch_large_fetch_part(size_t *got, const struct ch_remote *remote, const struct ch_state *state, uint64_t seen, struct span wish,
					   struct ch_arena *arena);

#endif
