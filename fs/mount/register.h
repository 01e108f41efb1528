/* The tree of main, readable as it is. */
#ifndef MOUNT_REGISTER_H
#define MOUNT_REGISTER_H

#include "drive.h"
#include "view.h"

/* The inodes that the kernel has follow main to another tree; notices tell it what is different. */
const struct ch_error *register_follow(struct drive *drive, const struct ch_oid *tree);

/* What register.c and history.c share: directories and files of a git tree that never changes under an inode, but as register_follow says. */
int git_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name, const struct view *view);
int git_attributes(struct stat *st, struct drive *drive, struct inode *inode);
int git_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory);
int git_is_large(struct ch_pointer *pointer, bool *is, struct drive *drive, const struct ch_oid *blob);
int git_large(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode);
int git_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size);

#endif
