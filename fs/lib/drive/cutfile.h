/*
 * How what was saved gets into the store: as a file of the tree, or, when it is large (large/patterns.h), into the depot with a pointer in the tree. What only
 * looks like a pointer is stored as large content too, so that nothing in a tree is taken for one that is none (attacks.md 36).
 */
#ifndef CH_CUTFILE_H
#define CH_CUTFILE_H

#include "large/patterns.h"
#include "overlay.h"

/* Makes file->new of what the file holds, if that has to be done; large content is durable afterwards. */
const struct ch_error *ch_cut_file_store(struct ch_cut_file *file, struct ch_store *store, const struct ch_patterns *large);

#endif
