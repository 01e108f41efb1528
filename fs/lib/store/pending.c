#include "pending.h"

const struct ch_pack_object *
ch_pending_find(const struct ch_pending *pending, const struct ch_oid *id)
{
	return ch_map_get(&pending->objects, span_of(id->id, sizeof(id->id)));
}

void
ch_pending_add(struct ch_pending *pending, const struct ch_pack_object *object)
{
	struct ch_pack_object *copy;

	if (ch_pending_find(pending, &object->id))
		return;
	copy = ch_arena_alloc(&pending->arena, sizeof(*copy));
	*copy = *object;
	copy->raw = ch_arena_copy(&pending->arena, object->raw);
	ch_map_put(&pending->objects, &pending->arena, span_of(copy->id.id, sizeof(copy->id.id)), copy);
	pending->bytes += sizeof(*copy) + copy->raw.len;
}

struct ch_pack
ch_pending_pack(struct ch_pending *pending)
{
	struct ch_pack pack = {.fast = true};

	pack.objects = ch_arena_alloc(&pending->arena, pending->objects.count * sizeof(*pack.objects));
	for (size_t i = 0; i < pending->objects.size; i++)
		if (pending->objects.slots[i].value)
			pack.objects[pack.count++] = *(const struct ch_pack_object *)pending->objects.slots[i].value;
	return pack;
}

void
ch_pending_clear(struct ch_pending *pending)
{
	ch_arena_clear(&pending->arena);
	*pending = (struct ch_pending){0};
}
