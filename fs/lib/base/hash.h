/*
 * Where a key stands in a table: FNV-1a, its high bits mixed in, so that any of its bits will do. Keys are ids, paths and digests; who crafts some that meet
 * makes a look-up slow, and no more.
 */
#ifndef CH_HASH_H
#define CH_HASH_H

#include "wire/span.h"

/* `seed`: 0, or what else keys are told apart by. */
static inline uint64_t
ch_hash(uint64_t seed, struct span key)
{
	uint64_t h = 14695981039346656037u ^ seed * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ key.data[i]) * 1099511628211u;
	h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

#endif
