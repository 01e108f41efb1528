/*
 * A pack and its index, of whoever: what is found by the ids that the index has, or by one that it may not have, and can be inflated by zlib is inflated to the same, with
 * the same end; read with all that it leans on it is as long as its header says, twice the same, and nothing where that is more than was allowed. Input: length of
 * the pack (4 bytes), pack, index.
 *
 * libFuzzer: -max_len=2048
 */
#include <stdlib.h>
#include <zlib.h>

#include "store/packread.h"

enum { LOOKED_FOR = 64, SIZE_MAX_HERE = 1 << 20, IDS = 8 + 4 * 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
zlib_inflates(uint8_t *out, size_t size, struct span *rest)
{
	z_stream z = {.next_in = (uint8_t *)rest->data, .avail_in = (uInt)rest->len, .next_out = out, .avail_out = (uInt)size + 1};
	bool whole;

	if (inflateInit(&z) != Z_OK)
		abort();
	whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == size;
	*rest = span_skip(*rest, z.total_in);
	inflateEnd(&z);
	return whole;
}

static void
look_for(const struct ch_packview *view, const uint8_t *id)
{
	enum ch_object type;
	struct span rest, same;
	uint8_t *ours, *theirs;
	struct ch_oid oid;
	size_t size;
	bool whole;

	memcpy(oid.id, id, sizeof(oid.id));
	if (!ch_packview_find(&type, &size, &rest, view, &oid) || !ch_packentry_plausible(size, rest) || size > SIZE_MAX_HERE)
		return;
	same = rest;
	ours = malloc(size + 1);
	theirs = malloc(size + 1);
	if (ours == NULL || theirs == NULL)
		abort();
	whole = ch_packentry_inflate(ours, size, &rest);
	if (zlib_inflates(theirs, size, &same) && (!whole || memcmp(ours, theirs, size) != 0 || rest.len != same.len))
		__builtin_trap();
	free(ours);
	free(theirs);
}

static void
read_all_of(const struct ch_packview *view, const uint8_t *id)
{
	enum ch_object type, said;
	struct ch_packview_entry entry;
	struct ch_arena arena = {0};
	struct span raw, again;
	struct ch_oid oid;
	size_t size = 0;
	bool has;

	memcpy(oid.id, id, sizeof(oid.id));
	if (!ch_packview_entry(&entry, view, &oid))
		return;
	has = ch_packread_header(&said, &size, view, &entry);
	if (ch_packread(&raw, &type, view, &entry, SIZE_MAX_HERE, &arena)) {
		if (!has || type != said || raw.len != size || raw.len > SIZE_MAX_HERE)
			__builtin_trap();
		if (!ch_packread(&again, &type, view, &entry, size, &arena) || !span_equal(raw, again))
			__builtin_trap();
		if (size && ch_packread(&again, &type, view, &entry, size - 1, &arena))
			__builtin_trap();
	}
	ch_arena_clear(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size >= 4 && get32(data) <= size - 4 ? get32(data) : 0;
	struct ch_packview view;

	if (size < 4 + OBJECT_ID_SIZE || !ch_packview_open(&view, span_of(data + 4, len), span_of(data + 4 + len, size - 4 - len)))
		return 0;
	look_for(&view, data + size - OBJECT_ID_SIZE);
	for (uint32_t i = 0; i < view.count && i < LOOKED_FOR; i++) {
		look_for(&view, view.index.data + IDS + i * (size_t)OBJECT_ID_SIZE);
		read_all_of(&view, view.index.data + IDS + i * (size_t)OBJECT_ID_SIZE);
	}
	return 0;
}
