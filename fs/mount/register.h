/* The tree of main, readable as it is. */
#ifndef MOUNT_REGISTER_H
#define MOUNT_REGISTER_H

#include "drive.h"
#include "view.h"
#include "wire/tree.h"

/* The inodes that the kernel has follow main to another tree; notices tell it what is different. */
const struct ch_error *register_follow(struct drive *drive, const struct ch_oid *tree);

/* Whether the root has something else by that name, or has it under certain circumstances (register.c). */
bool register_has_other(const struct drive *drive, const char *name);

/*
 * What register.c, history.c and files.c share: directories and files of git trees, without a node or a name for each. Inodes are of `view`; what a tree holds never
 * changes under one, but as git_follow says. A cookie is the offset behind an entry and, below, its number, beginning with 1.
 */
enum { GIT_COOKIE_NUMBER = 32 };

/* The child of a directory that holds `tree`; of what is new and of which nothing is known, `time` is that of the last change (nanoseconds). */
int git_find(struct inode **child, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span name,
	const struct view *view, int64_t time);
int git_following(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, const struct ch_oid *tree);

/* The tree of a directory whose entries have no nodes; NULL: they have, or there are none. */
const struct ch_oid *git_tree(const struct inode *directory);

/* Where an inode that is kept without its name lies, in the tree of its directory as it is now; false: not there any more. Valid until a tree is read. */
struct git_place {
	struct inode *directory;
	struct tree_entry entry;
	struct span raw, rest; /* the tree; what follows the entry */
};
bool git_place(struct git_place *place, struct drive *drive, struct inode *inode);

/* The name of an inode and its directory, which is returned; NULL: it cannot be found any more. Valid until a tree is read. */
struct inode *git_name(struct span *name, struct drive *drive, struct inode *inode);

/* The inodes below a directory that holds `new` where it held `old` (NULL: nothing) follow; notices tell the kernel what is different. */
const struct ch_error *git_follow(
	struct drive *drive, struct inode *directory, const struct ch_oid *old, const struct ch_oid *new);

int git_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name, const struct view *view);
int git_attributes(struct stat *st, struct drive *drive, struct inode *inode);
int git_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory);
int git_is_large(struct ch_pointer *pointer, bool *is, struct drive *drive, const struct ch_oid *blob);
int git_large(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode);
int git_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size);

#endif
