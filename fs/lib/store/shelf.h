/*
 * The packs of an archive one by one, for whoever reads much of it about in the order in which it was written: an object is looked for where the thread's last
 * one was, then ever further away from there. git's own order is the newest pack first, for whoever asks.
 */
#ifndef CH_SHELF_H
#define CH_SHELF_H

#include "store.h"

struct ch_shelf;
struct git_oid;

/* What is in `objects`/pack now. NULL when there are too few packs to be worth it. The caller must free it with ch_shelf_free(). */
struct ch_shelf *ch_shelf_new(const char *objects);
void ch_shelf_free(struct ch_shelf *shelf); /* accepts NULL */

/* From any thread; its id is recomputed. False when it is not there, or for whatever reason not to be had from there: the object database knows more. */
bool ch_shelf_read(struct span *raw, enum ch_object *type, const struct ch_shelf *shelf, const struct git_oid *id, struct ch_arena *arena);

/* What it is and how long, without reading it; of that nothing is verified. */
bool ch_shelf_header(enum ch_object *type, size_t *size, const struct ch_shelf *shelf, const struct git_oid *id);

#endif
