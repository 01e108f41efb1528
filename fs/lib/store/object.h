/* Small questions about objects of the store. */
#ifndef CH_OBJECT_H
#define CH_OBJECT_H

#include "store.h"

/* git's id: SHA-1 of type, size and content. */
void ch_object_id(struct ch_oid *id, enum ch_object type, struct span raw);

/* SHA-1 of bytes: what packs and indexes end in. It says whether they are damaged, and not whose they are. */
void ch_object_digest(uint8_t digest[OBJECT_ID_SIZE], struct span bytes);

/* The size of a blob, from the header of its object. */
const struct ch_error *ch_object_size(uint64_t *size, struct ch_store *store, const struct ch_oid *blob);

/* The bytes of a commit, in the arena, as ch_store_read() gives them; *within is false, and it is not read, when it has more than `most`. */
const struct ch_error *ch_object_commit_raw(struct span *raw, bool *within, struct ch_store *store, const struct ch_oid *commit, size_t most, struct ch_arena *arena);

/*
 * A blob to be shown, not to be judged by: its id is not computed again (chancery-verify --store does that for all that is on this disk). The caller must free it
 * with ch_object_free().
 */
const struct ch_error *ch_object_blob(struct span *content, struct ch_store *store, const struct ch_oid *blob);
void ch_object_free(struct span content);
/* The same of a blob of at most `most` bytes, where `out` is; CH_REFUSED: it is larger. */
const struct ch_error *ch_object_small(uint8_t *out, size_t *len, size_t most, struct ch_store *store, const struct ch_oid *blob);

/* What is known of an object without reading it. *there is false when there is no such object. */
const struct ch_error *ch_object_header(bool *there, enum ch_object *type, uint64_t *size, struct ch_store *store, const struct ch_oid *id);

/* The tree of a commit and the time it bears, seconds since 1970. */
const struct ch_error *ch_object_commit(struct ch_oid *tree, int64_t *time, struct ch_store *store, const struct ch_oid *commit);

#endif
