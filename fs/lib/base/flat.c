#include "flat.h"

#include <stdlib.h>

enum { CHUNK_MAX = 16 * 1024 };

static void *
must(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

void
ch_flat_begin(struct ch_flat *flat, size_t record)
{
	*flat = (struct ch_flat){.record = (uint32_t)record};
	while ((record << (flat->shift + 1)) <= CHUNK_MAX)
		flat->shift++;
}

void
ch_flat_begin_from(struct ch_flat *flat, size_t record, uint32_t count, ch_flat_bring *bring, void *context)
{
	ch_flat_begin(flat, record);
	flat->count = count;
	flat->elsewhere = flat->chunk_count = ch_flat_chunks(flat);
	flat->chunks = must(calloc(flat->chunk_count + 1, sizeof(*flat->chunks)));
	flat->bring = bring;
	flat->context = context;
}

size_t
ch_flat_chunk_size(const struct ch_flat *flat)
{
	return (size_t)flat->record << flat->shift;
}

uint32_t
ch_flat_chunks(const struct ch_flat *flat)
{
	return flat->count == 0 ? 0 : ((flat->count - 1) >> flat->shift) + 1;
}

const void *
ch_flat_chunk(const struct ch_flat *flat, uint32_t chunk)
{
	if (flat->chunks[chunk] == NULL) {
		flat->chunks[chunk] = must(calloc(1, ch_flat_chunk_size(flat)));
		flat->bring(flat->context, flat, chunk, flat->chunks[chunk]);
	}
	return flat->chunks[chunk];
}

void *
ch_flat_at(const struct ch_flat *flat, uint32_t i)
{
	static _Alignas(16) uint8_t nothing[CH_FLAT_RECORD_MAX];

	if (i >= flat->count) {
		memset(nothing, 0, sizeof(nothing));
		return nothing;
	}
	ch_flat_chunk(flat, i >> flat->shift);
	return (uint8_t *)flat->chunks[i >> flat->shift] + (size_t)(i & ((1u << flat->shift) - 1)) * flat->record;
}

void
ch_flat_extend(struct ch_flat *flat, uint32_t count)
{
	uint32_t chunks;

	if (count <= flat->count)
		return;
	flat->count = count;
	chunks = ch_flat_chunks(flat);
	if (chunks > flat->chunk_count) {
		uint32_t room = flat->chunk_count + flat->chunk_count / 8 + 16;
		room = room > chunks ? room : chunks;
		flat->chunks = must(realloc(flat->chunks, room * sizeof(*flat->chunks)));
		for (uint32_t i = flat->chunk_count; i < room; i++)
			flat->chunks[i] = NULL;
		flat->chunk_count = room;
	}
	for (uint32_t i = chunks; i-- > 0 && flat->chunks[i] == NULL && i >= flat->elsewhere;)
		flat->chunks[i] = must(calloc(1, ch_flat_chunk_size(flat)));
}

void *
ch_flat_add(struct ch_flat *flat)
{
	if (flat->count == CH_NONE - 1)
		abort();
	ch_flat_extend(flat, flat->count + 1);
	return memset(ch_flat_at(flat, flat->count - 1), 0, flat->record);
}

void
ch_flat_clear(struct ch_flat *flat)
{
	for (uint32_t i = 0; i < flat->chunk_count; i++)
		free(flat->chunks[i]);
	free(flat->chunks);
	*flat = (struct ch_flat){0};
}
