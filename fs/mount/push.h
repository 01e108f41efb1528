/*
 * Content that the kernel is given before anybody asks for it, one file at a time (FUSE_NOTIFY_STORE).
 *
 * Where files can be written to, a page that somebody has changed through a mapping must not be overwritten. The kernel has no page of a file that was neither read, written
 * to, cut nor pushed before: only such files are pushed there (ahead.h). That leaves the time between deciding so and storing. A READ may be on its way to us; until it is
 * answered the kernel holds the page's lock, for which our store waits, and once it is answered the page can be changed before our store gets the lock. So whoever answers
 * what is asked of the very file that is being pushed first withdraws its bytes: the kernel copies them a page at a time and after it has the page's lock, finds no
 * memory there, and leaves the page alone. tests/unit/push.c holds the kernel to that.
 */
#ifndef MOUNT_PUSH_H
#define MOUNT_PUSH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct fuse_session;

enum { PUSH_MAX = 16 * 1024 };

struct push {
	uint8_t *bytes;	      /* PUSH_MAX, pages of their own; NULL: there is no memory, and nothing is pushed */
	pthread_mutex_t lock; /* around the rest */
	uint64_t inode;	      /* whose content that is to be; 0: nobody's */
	bool storing, withdrawn;
};

void push_start(struct push *push);
void push_stop(struct push *push);

/*
 * From push_begin() on a file's content can be withdrawn; then `bytes` are filled, and push_store() stores so many of them, or, when they are 0 or withdrawn, none. By one
 * thread, and never one that answers the kernel. 0 or an errno.
 */
void push_begin(struct push *push, uint64_t inode);
int push_store(struct push *push, struct fuse_session *session, size_t len);

/* Of this file nothing is stored any more. Before the answer, by whoever gives it. */
void push_withdraw(struct push *push, uint64_t inode);

#endif
