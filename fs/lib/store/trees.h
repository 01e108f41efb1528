/*
 * Large trees that were read lately, shared by the stores of one archive in one process (store->trees): what a save reads, writes and judges, and what the drive then shows
 * and dates, are the same few directories with a thousand entries, each of which takes a tenth of a millisecond to be found, inflated, hashed and checked.
 *
 * Only what has been verified is in here: its id was computed from it, and it is in canonical form. Thread-safe.
 */
#ifndef CH_TREES_H
#define CH_TREES_H

#include "store.h"

enum { CH_TREES_MAX = 16, CH_TREE_LARGE = 4 << 10, CH_TREE_TOO_LARGE = 256 << 10 }; /* trees; bytes from which on, and up to which, one is kept */

struct ch_trees;

/* The caller must free it with ch_trees_free(), after the stores were closed. */
struct ch_trees *ch_trees_new(void);
void ch_trees_free(struct ch_trees *trees); /* accepts NULL */

/* A copy, in `arena`; false: it is not in here. */
bool ch_trees_get(struct span *raw, struct ch_trees *trees, const struct ch_oid *id, struct ch_arena *arena);

/* Keeps a copy, in place of what was asked for longest ago, if it is large and not too large. */
void ch_trees_put(struct ch_trees *trees, const struct ch_oid *id, struct span raw);

#endif
