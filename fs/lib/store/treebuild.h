/* Many changes to a tree at once: each directory on the way is read and written once, however many of its files change. */
#ifndef CH_TREEBUILD_H
#define CH_TREEBUILD_H

#include "treeedit.h"

/*
 * The tree `root` (NULL: empty) with each change's path set to its `new`, or removed when it has none; `had` and `old` are not looked at. Changes
 * are sorted by path as bytes. *empty: nothing is left, and no tree was written. Refuses a name that differs from another only in case.
 */
const struct ch_error *ch_tree_apply(struct ch_oid *out, bool *empty, struct ch_store *store, const struct ch_oid *root, const struct ch_change *changes,
				     size_t count, struct ch_arena *arena);

#endif
