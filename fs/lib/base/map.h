/* A hash map from byte strings to pointers, in an arena. Keys and values belong to the caller and must outlive the map. */
#ifndef CH_MAP_H
#define CH_MAP_H

#include "arena.h"

struct ch_map_slot {
	struct span key;
	void *value;
};

struct ch_map {
	struct ch_map_slot *slots;
	size_t size, count;
};

void *ch_map_get(const struct ch_map *map, struct span key); /* NULL when absent */
void ch_map_put(struct ch_map *map, struct ch_arena *arena, struct span key, void *value);

#endif
