/* What versions.c and newest.c share: how what a path was is found in the states of a space. */
#ifndef CH_VERSIONS_INSIDE_H
#define CH_VERSIONS_INSIDE_H

#include "space.h"
#include "store/treeedit.h"
#include "versions.h"

enum { TRAIL_MAX = 16 };

/* What a tree has at a path. */
struct found {
	bool there;
	struct ch_node node;
};

/* What led to a path last time: where the next state has the same object at one of its names, all below it is the same. */
struct trail {
	struct ch_oid ids[TRAIL_MAX]; /* one for each name */
	size_t count;
	struct found result;
};

/* The subject that a file belongs to, NULL: none; and the rest of its path behind that of the subject. */
struct ch_subject *versions_subject(const struct ch_state *state, struct span path);
struct span versions_below(struct span path, struct span directory);

/* What a state of a space has there; of states that are asked one after the other with one trail, zeroed before the first. */
const struct ch_error *versions_find(
	struct found *out, struct trail *trail, struct ch_store *store, const struct ch_space_version *version, struct span rest);

/* The act of the page of a state, which may have several of the space, that brought what was found. NULL when none did. */
const struct ch_error *versions_act(const struct ch_entry **out, const struct ch_state *state, struct ch_store *store,
	const struct ch_space_version *version, struct span path, const struct found *what);

#endif
