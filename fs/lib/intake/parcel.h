/*
 * A parcel: what tips bring that is not registered yet, found by walking raw objects before anything is judged, within bounds of time and memory that hold
 * whatever was sent: acts back to a registered one, and the trees and files of each that its parent does not have.
 */
#ifndef CH_PARCEL_H
#define CH_PARCEL_H

#include "large/pointer.h"
#include "register/state.h"

enum {
	PARCEL_OBJECTS_MAX = 500000,
	PARCEL_TREE_MAX = 8 << 20,    /* bytes of one directory */
	PARCEL_TREES_MAX = 128 << 20, /* of all directories */
	PARCEL_BYTES_MAX = 512 << 20, /* of everything */
	PARCEL_DEPTH_MAX = 64,
};

struct ch_parcel_act {
	struct ch_oid commit;
	const struct act *act; /* in the state's arena */
	size_t parent;	       /* index of the parent in the parcel; SIZE_MAX: registered, or none */
	size_t tip;	       /* number of the tip that brought it, from 0 */
	int64_t time;	       /* not before its parent's */
	enum act_kind kind;
};

/* A pointer that an act brings and its parent did not have in the directories that it changes. */
struct ch_parcel_pointer {
	struct ch_oid blob;
	struct ch_pointer pointer;
	size_t tip;
};

struct ch_parcel {
	struct ch_state *state;
	struct ch_store *store;
	size_t most; /* acts */
	bool keep; /* every object is written to the store anew, to be durable when main moves (store.h) */
	struct ch_oid *kept; /* those */
	size_t kept_count;
	bool collects; /* pointers; what is only like one is WRONG-CONTENT then */
	struct ch_parcel_act *acts;
	size_t count, tips, objects;
	uint64_t bytes, tree_bytes;
	struct ch_map commits; /* id -> index + 1 */
	struct ch_map seen;    /* ids of objects that are there */
	struct ch_map had;     /* of the act in hand, of those the ones that its parent has */
	struct ch_parcel_pointer *pointers;
	size_t pointer_count;
	struct ch_arena arena;
};

/* Members `state`, `store`, `most`, `keep` and `collects` are the caller's; the rest zeroed. The caller must clear it. */
void ch_parcel_clear(struct ch_parcel *parcel);

/*
 * Adds the acts that `tip` brings, parents before children; none when it is registered or there already. CH_REFUSED when what it brings is not whole
 * (WRONG-PREVIOUS: a parent; WRONG-CONTENT: anything else), not canonical (MALFORMED-...), or too much (LIMIT, TOO-LONG): nothing of it is added then.
 */
const struct ch_error *ch_parcel_add(struct ch_parcel *parcel, const struct ch_oid *tip);

/*
 * The order in which they go before the judge: parents before children, else by the time that they bear, and within a second what others may depend on
 * first: policy, persons, keys, seals, applications, decisions; then as the tips were added. Invalidates `parent`.
 */
void ch_parcel_sort(struct ch_parcel *parcel);

#endif
