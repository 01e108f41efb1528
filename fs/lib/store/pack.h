/*
 * Git packs that hold whole objects only, each once, in the order of their ids (gitformat-pack, version 2, no deltas): the form in which an
 * extract carries objects and in which the store keeps new ones. What is in one depends on nothing but the objects, and what reading one costs
 * stands in its headers.
 */
#ifndef CH_PACK_H
#define CH_PACK_H

#include "base/map.h"
#include "store.h"

enum { PACK_OBJECTS_MAX = 65536 };

struct ch_pack_object {
	enum ch_object type;
	struct ch_oid id;
	struct span raw;
	uint32_t offset; /* in the pack, once it is written */
};

struct ch_pack {
	struct ch_pack_object *objects;
	size_t count;
	struct ch_map ids; /* of what has been added */
	bool fast;	   /* deflate in little time, not into little space */
};

/* Adds a commit, its tree and everything below, in the arena; what is there already is not added again. Parents are not followed. */
const struct ch_error *ch_pack_add_commit(struct ch_pack *pack, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena);

void ch_pack_sort(struct ch_pack *pack);

/* Sorts the objects and writes them. */
struct span ch_pack_write(struct ch_pack *pack, struct ch_arena *arena);

/* The index of a pack that has just been written, as `bytes`; git finds objects with it. At most 2 GiB in front of the last object. */
struct span ch_pack_index(const struct ch_pack *pack, struct span bytes, struct ch_arena *arena);

/*
 * Reads a whole pack; all its objects together have at most `most` bytes. Ids are computed from the contents. MALFORMED-TREE when it is
 * not such a pack, TOO-LONG or LIMIT.
 */
enum wire_code ch_pack_read(struct ch_pack *pack, struct span bytes, size_t most, struct ch_arena *arena);

/* Whether both hold the same objects. Both must be sorted, as one that was written or read is. */
bool ch_pack_equal(const struct ch_pack *a, const struct ch_pack *b);

/* Puts a pack that has been read into a store, which computes every id again, with detection of collisions. */
const struct ch_error *ch_pack_store(struct ch_store *store, struct span bytes);

#endif
