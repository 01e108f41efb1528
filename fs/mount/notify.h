/*
 * What the kernel must be told to forget. Collected under the drive's lock, sent without it and never by the thread that answers the kernel: the kernel
 * may hold the very directory that is to be invalidated while it waits for an answer.
 */
#ifndef MOUNT_NOTIFY_H
#define MOUNT_NOTIFY_H

#include <stddef.h>
#include <stdint.h>

struct fuse_session;

struct notice {
	uint64_t inode;
	char *name; /* the entry of that directory; NULL: the inode's content */
};

struct notices {
	struct notice *list;
	size_t count;
};

void notices_add(struct notices *notices, uint64_t inode, const char *name);
void notices_discard(struct notices *notices);
void notices_send(struct notices *notices, struct fuse_session *session); /* empties the list */

#endif
