/* files/: the working state of the spaces. */
#ifndef MOUNT_FILES_H
#define MOUNT_FILES_H

#include "drive.h"

/* A part of a file's content as it is now, at most `size` bytes; valid until the lock is given up, or this is called again. Under the lock. */
const struct ch_error *files_content(struct span *out, struct drive *drive, struct ch_overlay_node *node, uint64_t offset, size_t size);

#endif
