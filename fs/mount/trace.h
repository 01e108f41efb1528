/*
 * chanceryfs --trace: a line on standard error for each request of the kernel once it is answered, in columns separated by tabs: operation, name (or
 * "#<inode>"), result (0, or the name of an errno), microseconds from its arrival. What the drive tells the kernel unasked has "notify" for a name.
 */
#ifndef MOUNT_TRACE_H
#define MOUNT_TRACE_H

#include <stdbool.h>

struct fuse_session;

/* From now on; of a mounted session. False when there is no memory for it. */
bool trace_session(struct fuse_session *session);

#endif
