/*
 * Which large content a clone wants to have by itself: ARCHIVE/chancery/content, a record in this order.
 *
 *	Format: 1
 *	Content: all		or `none`, or patterns of paths (fnmatch(3), `*` also for '/'), separated by spaces
 */
#ifndef CH_WISH_H
#define CH_WISH_H

#include "store/store.h"

/* A page up to which everything that is wanted has been brought. */
#define CH_WISH_SEEN "refs/chancery/content"

/* WIRE_MALFORMED_RECORD. The span is in `text`. */
const struct ch_error *ch_wish_read(struct span *wish, struct span text);

/* `all` when there is no such file. In the arena. */
const struct ch_error *ch_wish_load(struct span *wish, const struct ch_store *store, struct ch_arena *arena);

/* Durably; everything is looked at anew. CH_USAGE when it is none. */
const struct ch_error *ch_wish_save(struct ch_store *store, struct span wish);

/* Whether it covers a path. */
bool ch_wish_covers(struct span wish, struct span path);

#endif
