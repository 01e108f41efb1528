/*
 * A tree that is changed often and asked for its id seldom: main while a register is read or written. Directories are read when somebody first goes
 * there and stay in memory; an id is computed when it is asked for, of each directory that has changed once.
 */
#ifndef CH_LIVETREE_H
#define CH_LIVETREE_H

#include "treeedit.h"

struct ch_livetree;

/* The tree `root`; NULL: the empty one. The store must outlive it. The caller must free it with ch_livetree_free(). */
struct ch_livetree *ch_livetree_new(struct ch_store *store, const struct ch_oid *root);
void ch_livetree_free(struct ch_livetree *tree); /* accepts NULL */

/* As ch_tree_find(). The id of a directory is what it was when last asked for: see ch_livetree_id(). */
const struct ch_error *ch_livetree_find(struct ch_node *node, bool *found, struct ch_livetree *tree, struct span path);

/*
 * Sets each change's path to its `new`, or removes it when it has none (`had` and `old` are not looked at): all of them, or on refusal none. Removals
 * come first, and directories left empty go. MALFORMED-TREE: a name that an archive cannot hold or that differs from another only in case;
 * CONFLICT: a file where there is a directory, or the other way round; LIMIT: too deep.
 */
const struct ch_error *ch_livetree_apply(struct ch_livetree *tree, const struct ch_change *changes, size_t count);

/* The same, as one with the change before: they are taken back together. On refusal the one before stands. */
const struct ch_error *ch_livetree_apply_more(struct ch_livetree *tree, const struct ch_change *changes, size_t count);

/* What is at a path, or differs from it in the case of its last name only; then *same is false. */
const struct ch_error *ch_livetree_occupant(struct ch_node *node, bool *found, bool *same, struct ch_livetree *tree, struct span path);

/*
 * Sets, or with `blob` NULL removes, the file at the root that no act may bring and the register alone puts there: TREE_ATTRIBUTES. It is not taken back
 * with the change before.
 */
const struct ch_error *ch_livetree_attributes(struct ch_livetree *tree, const struct ch_oid *blob);

/* Takes the last of these back, if nothing has been asked or changed since. */
void ch_livetree_revert(struct ch_livetree *tree);

/*
 * The id of all of it, of everything that has changed since. *empty: nothing is left, and there is none. With `write` new trees are written into the
 * store; without it they must be there already, since what is in memory may be forgotten now.
 */
const struct ch_error *ch_livetree_id(struct ch_oid *id, bool *empty, struct ch_livetree *tree, bool write);

/* All of it at once: `root` (NULL: empty) with these changes, written. */
const struct ch_error *ch_tree_apply(struct ch_oid *out, bool *empty, struct ch_store *store, const struct ch_oid *root, const struct ch_change *changes,
				     size_t count);

/*
 * The id of a tree that holds nothing but the directory `path` of this one, at that path, and in it `add` as `name`, too (add NULL: as it is). False
 * when there is no such directory, or the name is taken. `path` and what is in it must have been reached before, as by ch_livetree_find().
 */
bool ch_livetree_alone(struct ch_oid *id, struct ch_livetree *tree, struct span path, struct span name, const struct ch_oid *add);

#endif
