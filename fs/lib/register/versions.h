/*
 * The versions that one file of main has had, and of each the act that brought it: what history/by-file/, the attributes of files and chancery-restore
 * say. From the state and the acts that it names; where several saves of one page could have brought a file it is the latest that holds it.
 */
#ifndef CH_VERSIONS_H
#define CH_VERSIONS_H

#include "state.h"

struct ch_version {
	const struct ch_entry *entry; /* the act */
	bool there;		      /* false: since then the file is not there */
	struct ch_oid blob;
};

struct ch_versions {
	struct ch_version *list; /* newest first */
	size_t count;
};

/*
 * Of a path of the tree of main ("files/lib/plan.txt"); not more than `most` of them, 0: all. None when it never was a file there, or is no subject's. In the arena.
 */
const struct ch_error *ch_versions(struct ch_versions *out, const struct ch_state *state, struct ch_store *store, struct span path, size_t most,
				   struct ch_arena *arena);

/* The one that was there at the end of a moment (seconds since 1970), or is a file with this content and came last before it; NULL: none. */
const struct ch_version *ch_versions_at(const struct ch_versions *versions, int64_t time);
const struct ch_version *ch_versions_with(const struct ch_versions *versions, const struct ch_oid *blob, int64_t time);

/* What a path is in main, or was when it was there last; and the names that such a directory has or has had, sorted, in the arena. */
enum ch_was { CH_WAS_NOTHING, CH_WAS_FILE, CH_WAS_DIRECTORY };
const struct ch_error *ch_versions_kind(enum ch_was *kind, const struct ch_state *state, struct ch_store *store, struct span path);
const struct ch_error *ch_versions_names(struct span **names, size_t *count, const struct ch_state *state, struct ch_store *store, struct span path,
					 struct ch_arena *arena);

#endif
