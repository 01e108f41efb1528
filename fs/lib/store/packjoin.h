/*
 * Several packs (pack.h) made one. Entries are taken over as they stand, since none leans on another: nothing is inflated, and what is read from the new
 * pack is held against its id as before.
 */
#ifndef CH_PACKJOIN_H
#define CH_PACKJOIN_H

#include "pack.h"

/* A pack and its index, as they are on disk. */
struct ch_pack_part {
	struct span pack, index;
};

/*
 * The pack that has every object of the parts once, and its index. False when one of the parts is damaged, is not such a pack with its own index, or when
 * all together have more than 2 GiB.
 */
bool ch_pack_join(struct ch_pack_part *joined, const struct ch_pack_part *parts, size_t count, struct ch_arena *arena);

#endif
