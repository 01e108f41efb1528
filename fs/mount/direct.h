/*
 * Whoever makes a file to write to it only does that past the page cache: through it the kernel asks for security.capability before each write, copies, and keeps what
 * hardly anybody reads again so soon. Nobody else has pages of such a file yet. As soon as somebody has, since he reads it, or writes to it through the cache or a
 * mapping, a write past them is answered in steps, by a thread of its own: the kernel is told to forget the pages, for which it first brings what was written to them;
 * when it has got none in the meantime the write is done, and only then answered. So everybody sees what was written, and nothing of it is lost.
 *
 * Since Linux 6.16 only: before, what was written to pages could be on its way to us after the kernel had forgotten them (decisions/0058).
 */
#ifndef MOUNT_DIRECT_H
#define MOUNT_DIRECT_H

#include <fuse_lowlevel.h>

#include "base/error.h"
#include "wire/span.h"

struct drive;
struct inode;

/* Does the kernel let it be done rightly? */
bool direct_is_known(const struct fuse_conn_info *connection);

/* The answer to a create, after sharing_pages(). Under the lock. */
void direct_begin(struct fuse_file_info *file, const struct drive *drive, struct inode *inode);

/* Is it written to past the pages? Not when the kernel brings pages that were written to through a mapping. */
bool direct_is(const struct fuse_file_info *file);

/* A write for which the pages are to be forgotten first; answers it. */
void direct_write(fuse_req_t request, fuse_ino_t id, struct span bytes, off_t offset, const struct fuse_file_info *file);

/* With signals blocked, the session mounted; ended when it is mounted no more. */
const struct ch_error *direct_start(struct drive *drive);
void direct_stop(void);

#endif
