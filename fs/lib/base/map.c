#include "map.h"

#include "hash.h"

static struct ch_map_slot *
slot_of(const struct ch_map *map, struct span key)
{
	size_t i = (size_t)ch_hash(0, key) & (map->size - 1);

	while (map->slots[i].value && !span_equal(map->slots[i].key, key))
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

void *
ch_map_get(const struct ch_map *map, struct span key)
{
	return map->size ? slot_of(map, key)->value : NULL;
}

static void
grow(struct ch_map *map, struct ch_arena *arena)
{
	struct ch_map larger = {.size = map->size ? 2 * map->size : 64, .count = map->count};

	larger.slots = ch_arena_alloc(arena, larger.size * sizeof(*larger.slots));
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].value)
			*slot_of(&larger, map->slots[i].key) = map->slots[i];
	*map = larger;
}

void
ch_map_put(struct ch_map *map, struct ch_arena *arena, struct span key, void *value)
{
	struct ch_map_slot *slot;

	if (4 * (map->count + 1) > 3 * map->size)
		grow(map, arena);
	slot = slot_of(map, key);
	if (slot->value == NULL)
		map->count++;
	*slot = (struct ch_map_slot){key, value};
}
