/*
 * files/: the working state of the spaces. What nobody has changed anything beside costs no node of the overlay: its inodes show the tree that is committed, like those of
 * git.c. The first change in a directory loads it, and they become those of nodes.
 */
#ifndef MOUNT_FILES_H
#define MOUNT_FILES_H

#include "drive.h"

/* A part of a file's content as it is now, at most `size` bytes; valid until the lock is given up, or this is called again. Under the lock. */
const struct ch_error *files_content(
	struct span *out, struct drive *drive, struct ch_overlay_node *node, uint64_t offset, size_t size);

/*
 * As the kernel has it done by who writes through its pages: what somebody has changed does not run as somebody else. It is to forget what it has of such a file first, as
 * if it had pages. 0 or an errno. Under the lock.
 */
int files_drop_privileges(struct drive *drive, struct inode *inode);

/*
 * What the overlay tells (overlay.h): a directory's entries have become nodes, of which the inodes that the kernel has had of its tree are from now on; and a directory
 * without nodes stands on another tree. Under the lock.
 */
void files_loaded(void *context, struct ch_overlay_node *directory);
const struct ch_error *files_moved(
	void *context, struct ch_overlay_node *directory, const struct ch_oid *before, const struct ch_oid *now);

#endif
