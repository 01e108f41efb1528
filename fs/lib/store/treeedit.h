/* Looking up, changing and comparing git trees by path. Trees are checked as they are read; a malformed one is refused. */
#ifndef CH_TREEEDIT_H
#define CH_TREEEDIT_H

#include "store.h"
#include "wire/tree.h"

struct ch_node {
	struct ch_oid id;
	bool directory;
};

/* Finds `path` ("a/b/c"; "" is the root itself). *found tells. */
const struct ch_error *ch_tree_find(struct ch_node *node, bool *found, struct ch_store *store, const struct ch_oid *root, struct span path,
				    struct ch_arena *arena);

/* A tree with `path` set to `node` (NULL: removed, with directories left empty by it). root NULL: the empty tree. Refuses a name that differs from another only in case. */
const struct ch_error *ch_tree_set(struct ch_oid *out, struct ch_store *store, const struct ch_oid *root, struct span path, const struct ch_node *node,
				   struct ch_arena *arena);

struct ch_change {
	struct span path;
	bool had, has; /* before, after */
	struct ch_oid old, new;
};

struct ch_changes {
	struct ch_change *list; /* files, sorted by path as bytes; in the arena */
	size_t count;
};

/* By path as bytes. */
void ch_changes_sort(struct ch_changes *changes);

/*
 * Every file that differs between two trees; NULL is the empty tree. Equal subtrees are not read. MALFORMED-TREE when a directory of `new` is empty;
 * LIMIT when there is more to walk than a few hundred thousand files, as in a tree made of itself.
 */
const struct ch_error *ch_tree_changes(struct ch_changes *out, struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new,
				       struct ch_arena *arena);

/* The same for two states of the directory `prefix`: paths begin with it. */
const struct ch_error *ch_tree_changes_below(struct ch_changes *out, struct ch_store *store, struct span prefix, const struct ch_oid *old,
					     const struct ch_oid *new, struct ch_arena *arena);

#endif
