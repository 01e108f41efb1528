/*
 * The commits of any git repository, each once, from the bytes of its objects alone: packs and loose objects, ids recomputed, parents as the commits
 * themselves name them. Replacements, grafts, shallow, alternates, commit-graph, multi-pack-index, hooks and configuration are not read.
 */
#ifndef CH_HISTORY_H
#define CH_HISTORY_H

#include "base/map.h"
#include "refs.h"

struct git_odb;

struct ch_history {
	const char *git; /* the directory with objects/ and refs/ */
	struct git_odb *odb;
	struct ch_refs refs;
	struct ch_map seen;
	struct ch_oid **found; /* in the order of the walk: tips as they were added, then parents; each once */
	size_t count, next;
	struct ch_arena arena;
};

/* `path`: a bare repository, or a work tree: with .git in it, or a file .git that names it. CH_IO when it is neither. The caller must close it, even after an error. */
const struct ch_error *ch_history_open(struct ch_history *history, const char *path);
void ch_history_close(struct ch_history *history); /* accepts a zeroed one */

/* Begins at what all references name; tags are followed, what is no commit in the end is passed over. */
void ch_history_add_all(struct ch_history *history);
/* Begins at a commit, in full, or at a reference. CH_REFUSED when there is none. */
const struct ch_error *ch_history_add(struct ch_history *history, const char *revision);

/*
 * The next commit, its bytes in `arena`; false at the end. One that a reference or a commit names and that is not there, is damaged, or is no
 * commit has no bytes: raw->data is NULL.
 */
bool ch_history_next(struct ch_oid *id, struct span *raw, struct ch_history *history, struct ch_arena *arena);

#endif
