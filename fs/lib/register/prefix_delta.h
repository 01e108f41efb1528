/*
 * What has changed in the memory of a verified register (prefix.h) since its file was written: a file beside it, so that little is written where little
 * has come.
 *
 *	head       as that of the memory would be now; the nonce is that of the file that it goes with
 *	patches    flat, chunk, at, length: uint32_t each; then the bytes that stand there now. Ascending, none reaches beyond its chunk or into the next
 *	MAC        of all of it
 *
 * A pure function reads it; it says nothing about the MAC.
 */
#ifndef CH_PREFIX_DELTA_H
#define CH_PREFIX_DELTA_H

#include <stdio.h>

#include "prefix.h"

/* The patches of one chunk. */
struct prefix_patched {
	uint32_t flat, chunk;
	struct span patches;
};

/* Zeroed: nothing has changed. */
struct prefix_delta {
	struct prefix_patched *chunks; /* ascending */
	size_t count;
	struct ch_arena arena; /* for these, and for the bytes */
};

/* Into a delta without patches, those of arrays of so many records. The bytes stay where they are. False: they are malformed. */
bool prefix_delta_read(struct prefix_delta *delta, struct span patches, const uint32_t count[PREFIX_FLATS]);

/* Those of a chunk; empty: there are none. */
struct span prefix_delta_of(const struct prefix_delta *delta, uint32_t flat, uint32_t chunk);

/* Puts the patches of a chunk into it. */
void prefix_delta_apply(void *chunk, struct span patches);

/* Writes what turns `was` into `is`, both of `size` bytes, a multiple of 4. */
void prefix_delta_write(FILE *out, uint32_t flat, uint32_t chunk, const uint8_t *was, const uint8_t *is, size_t size);

#endif
