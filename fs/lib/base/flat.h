/*
 * Arrays of records of one size, in chunks that never move: a pointer to a record is good until the array is cleared. The first chunks may lie
 * elsewhere (in a file); each is brought when one of its records is first asked for. Records are known by 32-bit numbers.
 *
 * One thread at a time, reading included.
 */
#ifndef CH_FLAT_H
#define CH_FLAT_H

#include "wire/span.h"

struct ch_flat;

/* Fills in a chunk of ch_flat_chunk_size() bytes, or leaves it zeroed: whoever brings it remembers that it could not. */
typedef void ch_flat_bring(void *context, const struct ch_flat *flat, uint32_t chunk, void *out);

struct ch_flat {
	uint32_t record, shift; /* bytes of a record; 1 << shift of them are a chunk */
	uint32_t count;
	void **chunks;
	uint32_t chunk_count;
	uint32_t elsewhere;   /* so many chunks are brought */
	ch_flat_bring *bring;
	void *context;
};

enum { CH_FLAT_RECORD_MAX = 256 };

#define CH_NONE UINT32_MAX /* no number */

/* For records of `record` bytes. */
void ch_flat_begin(struct ch_flat *flat, size_t record);

/* The same with `count` records that lie elsewhere. */
void ch_flat_begin_from(struct ch_flat *flat, size_t record, uint32_t count, ch_flat_bring *bring, void *context);

/* Beyond the end there are zeros. */
void *ch_flat_at(const struct ch_flat *flat, uint32_t i);

/* One more, zeroed; its number is the count before. Aborts, as an arena does, when there is no memory, or no number, left. */
void *ch_flat_add(struct ch_flat *flat);

/* Records up to `count`; new ones are zeroed. Never fewer than there are. */
void ch_flat_extend(struct ch_flat *flat, uint32_t count);

size_t ch_flat_chunk_size(const struct ch_flat *flat);
uint32_t ch_flat_chunks(const struct ch_flat *flat); /* that hold its records */
const void *ch_flat_chunk(const struct ch_flat *flat, uint32_t chunk);

void ch_flat_clear(struct ch_flat *flat); /* accepts a zeroed one */

#endif
