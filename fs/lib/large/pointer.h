/*
 * Pointers: what stands in a tree in place of a large file, as git-lfs has them (git-lfs, docs/spec.md, version 1), in the one form that git-lfs writes
 * and no other:
 *
 *	version https://git-lfs.github.com/spec/v1
 *	oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
 *	size 12345
 *
 * A file that is a pointer is large content, whatever its name; see depot.h for where that lies.
 */
#ifndef CH_POINTER_H
#define CH_POINTER_H

#include "store/store.h"

enum { POINTER_MIN = 126, POINTER_MAX = 144, POINTER_ALIKE_MAX = 1024 };

struct ch_pointer {
	uint8_t digest[SHA256_SIZE];
	uint64_t size; /* at most INT64_MAX */
};

/* Whether the text is one. */
bool ch_pointer_read(struct ch_pointer *pointer, struct span text);

/* Writes it; returns its length, POINTER_MIN to POINTER_MAX. NUL-terminated. */
size_t ch_pointer_write(char out[POINTER_MAX + 1], const struct ch_pointer *pointer);

/* Whether git-lfs, which reads more than it writes, might take the text for one. What is so and is no pointer is kept out of trees. */
bool ch_pointer_alike(struct span text);

/* Whether a file of the store is one. Files of other sizes are not read. */
const struct ch_error *ch_pointer_of(struct ch_pointer *pointer, bool *is, struct ch_store *store, const struct ch_oid *blob);

/* How many bytes a file of the store holds: of a pointer, those that it points to. */
const struct ch_error *ch_pointer_size(uint64_t *size, struct ch_store *store, const struct ch_oid *blob);

#endif
