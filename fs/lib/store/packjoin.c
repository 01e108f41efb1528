#include "packjoin.h"

#include "object.h"

enum { PACK_HEADER = 12, INDEX_HEADER = 8 + 4 * 256, INDEX_ENTRY = OBJECT_ID_SIZE + 4 + 4 };

static const uint8_t pack_signature[8] = {'P', 'A', 'C', 'K', 0, 0, 0, 2}, index_signature[8] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};

static bool
ends_in_digest(struct span bytes)
{
	uint8_t digest[OBJECT_ID_SIZE];

	ch_object_digest(digest, span_of(bytes.data, bytes.len - OBJECT_ID_SIZE));
	return memcmp(bytes.data + bytes.len - OBJECT_ID_SIZE, digest, OBJECT_ID_SIZE) == 0;
}

static bool
is_whole(const struct ch_pack_part *part)
{
	const struct span pack = part->pack, index = part->index;
	size_t count;

	if (pack.len < PACK_HEADER + OBJECT_ID_SIZE || !span_starts(pack, span_of(pack_signature, sizeof(pack_signature))) ||
	    index.len < INDEX_HEADER + 2 * OBJECT_ID_SIZE || !span_starts(index, span_of(index_signature, sizeof(index_signature))))
		return false;
	count = get32(pack.data + 8);
	return index.len == INDEX_HEADER + count * INDEX_ENTRY + 2 * OBJECT_ID_SIZE && ends_in_digest(pack) && ends_in_digest(index) &&
	       memcmp(index.data + index.len - 2 * OBJECT_ID_SIZE, pack.data + pack.len - OBJECT_ID_SIZE, OBJECT_ID_SIZE) == 0;
}

/* The entries of a part: each reaches to the next, in the order of ids. */
static bool
take(struct ch_pack *all, const struct ch_pack_part *part)
{
	size_t count = get32(part->pack.data + 8), end = part->pack.len - OBJECT_ID_SIZE;
	const uint8_t *ids = part->index.data + INDEX_HEADER, *offsets = ids + count * (OBJECT_ID_SIZE + 4);

	for (size_t i = 0; i < count; i++, ids += OBJECT_ID_SIZE, offsets += 4) {
		struct ch_pack_object *object = &all->objects[all->count++];
		size_t begin = get32(offsets), next = i + 1 < count ? get32(offsets + 4) : end;
		if ((i == 0 && begin != PACK_HEADER) || next <= begin || next > end)
			return false;
		memcpy(object->id.id, ids, OBJECT_ID_SIZE);
		object->raw = span_of(part->pack.data + begin, next - begin);
	}
	return count || end == PACK_HEADER;
}

static void
leave_one_of_each(struct ch_pack *all)
{
	size_t kept = 0;

	ch_pack_sort(all);
	for (size_t i = 0; i < all->count; i++)
		if (kept == 0 || !ch_oid_equal(&all->objects[kept - 1].id, &all->objects[i].id))
			all->objects[kept++] = all->objects[i];
	all->count = kept;
}

static struct span
write_entries(struct ch_pack *all, size_t most, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, most);
	size_t at = PACK_HEADER;

	memcpy(out, pack_signature, sizeof(pack_signature));
	put32(out + 8, (uint32_t)all->count);
	for (size_t i = 0; i < all->count; i++) {
		struct span entry = all->objects[i].raw;
		all->objects[i].offset = (uint32_t)at;
		memcpy(out + at, entry.data, entry.len);
		at += entry.len;
	}
	ch_object_digest(out + at, span_of(out, at));
	return span_of(out, at + OBJECT_ID_SIZE);
}

bool
ch_pack_join(struct ch_pack_part *joined, const struct ch_pack_part *parts, size_t count, struct ch_arena *arena)
{
	size_t objects = 0, bytes = PACK_HEADER + OBJECT_ID_SIZE;
	struct ch_pack all = {0};

	for (size_t i = 0; i < count; i++) {
		if (!is_whole(&parts[i]) || parts[i].pack.len > INT32_MAX - bytes)
			return false;
		objects += get32(parts[i].pack.data + 8);
		bytes += parts[i].pack.len;
	}
	all.objects = ch_arena_alloc(arena, objects * sizeof(*all.objects) + 1);
	for (size_t i = 0; i < count; i++)
		if (!take(&all, &parts[i]))
			return false;
	leave_one_of_each(&all);
	joined->pack = write_entries(&all, bytes, arena);
	joined->index = ch_pack_index(&all, joined->pack, arena);
	return true;
}
