/* Objects that have been written and are not on disk yet, in memory. */
#ifndef CH_PENDING_H
#define CH_PENDING_H

#include "pack.h"

struct ch_pending {
	struct ch_arena arena;
	struct ch_map objects; /* id -> struct ch_pack_object */
	size_t bytes;	       /* what they take */
};

/* NULL when it is not among them. Good until they are cleared. */
const struct ch_pack_object *ch_pending_find(const struct ch_pending *pending, const struct ch_oid *id);

/* Adds a copy, unless it is there. */
void ch_pending_add(struct ch_pending *pending, const struct ch_pack_object *object);

/* All of them, as a pack to be written. Good until they are cleared. */
struct ch_pack ch_pending_pack(struct ch_pending *pending);

void ch_pending_clear(struct ch_pending *pending);

#endif
