/*
 * The packs of an archive one by one, read past libgit2, for whoever reads much: an object is looked for where the thread's last one was, then ever further away from
 * there, in the order in which packs were written. What is very large and what lies loose is left to the object database.
 */
#ifndef CH_SHELF_H
#define CH_SHELF_H

#include "store.h"

struct ch_shelf;

/* Where an object lies: deflated, at the beginning of the rest of its pack (packentry.h). */
struct ch_shelf_object {
	enum ch_object type;
	size_t size;
	struct span deflated;
};

/* What is in `objects`/pack now; packs stay readable when they are removed. The caller must free it with ch_shelf_free(). */
struct ch_shelf *ch_shelf_new(const char *objects);
void ch_shelf_free(struct ch_shelf *shelf); /* accepts NULL */

/* Looks again what is there. Not beside anything else that is done with it. */
void ch_shelf_renew(struct ch_shelf *shelf);

/*
 * From any thread. False when it is not there or not to be had from there, as what leans on another object: the object database knows more. Nothing of it is
 * verified.
 */
bool ch_shelf_find(struct ch_shelf_object *object, const struct ch_shelf *shelf, const struct ch_oid *id);

/* The same of what an object is and how long, also of one that leans on others. */
bool ch_shelf_header(enum ch_object *type, size_t *size, const struct ch_shelf *shelf, const struct ch_oid *id);

/*
 * The same with its content, in the arena; its id is recomputed, as git does it, with detection of collisions. False also when it has more than `most` bytes.
 */
bool ch_shelf_read(struct span *raw, enum ch_object *type, const struct ch_shelf *shelf, const struct ch_oid *id, size_t most, struct ch_arena *arena);

#endif
