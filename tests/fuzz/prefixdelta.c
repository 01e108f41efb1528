/*
 * What has changed in the memory of a verified register: put into chunks, and written as what turns empty ones into these, it does the same once more.
 * libFuzzer: -max_len=512
 */
#include <stdlib.h>

#include "register/prefix_delta.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHUNK_MAX = 16 * 1024, RECORDS = 1000 };

static void
check(const struct prefix_patched *patched, const uint32_t count[PREFIX_FLATS])
{
	static uint8_t is[CHUNK_MAX], again[CHUNK_MAX];
	static const uint8_t was[CHUNK_MAX];
	struct prefix_delta delta = {0};
	char *bytes;
	size_t len;
	FILE *out = open_memstream(&bytes, &len);

	memset(is, 0, sizeof(is));
	memset(again, 0, sizeof(again));
	prefix_delta_apply(is, patched->patches);
	prefix_delta_write(out, patched->flat, patched->chunk, was, is, sizeof(is));
	fclose(out);
	if (!prefix_delta_read(&delta, span_of(bytes, len), count) || delta.count > 1)
		__builtin_trap();
	prefix_delta_apply(again, prefix_delta_of(&delta, patched->flat, patched->chunk));
	if (memcmp(is, again, sizeof(is)) != 0)
		__builtin_trap();
	ch_arena_clear(&delta.arena);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t count[PREFIX_FLATS];
	struct prefix_delta delta = {0};

	for (unsigned i = 0; i < PREFIX_FLATS; i++)
		count[i] = RECORDS;
	if (prefix_delta_read(&delta, span_of(data, size), count))
		for (size_t i = 0; i < delta.count; i++) {
			struct span patches = prefix_delta_of(&delta, delta.chunks[i].flat, delta.chunks[i].chunk);
			if (!span_equal(patches, delta.chunks[i].patches))
				__builtin_trap();
			check(&delta.chunks[i], count);
		}
	ch_arena_clear(&delta.arena);
	return 0;
}
