/* Every pointer in a tree, or of a tree those that another one does not have in the same place. */
#ifndef CH_WALK_H
#define CH_WALK_H

#include "pointer.h"

/*
 * Told of each, in the order of the tree, by the thread that walks; an error of it ends the walk and is returned. The path is good until it returns.
 */
typedef const struct ch_error *ch_large_each(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer);

/* Walks `tree`; what `seen` (NULL: nothing) has with the same id in the same directory is passed over. LIMIT: deeper than any tree of ours.
 * Where much is read of the store (ch_store_read_much) long directories are read by two threads. */
const struct ch_error *ch_large_walk(struct ch_store *store, const struct ch_oid *tree, const struct ch_oid *seen, ch_large_each *each, void *context);

#endif
