#define FUSE_USE_VERSION 314
#include "push.h"

#include <errno.h>
#include <fuse_lowlevel.h>
#include <linux/fuse.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>

void
push_start(struct push *push)
{
	void *bytes = mmap(NULL, PUSH_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*push = (struct push){.bytes = bytes == MAP_FAILED ? NULL : bytes};
	pthread_mutex_init(&push->lock, NULL);
}

void
push_stop(struct push *push)
{
	if (push->bytes)
		munmap(push->bytes, PUSH_MAX);
	push->bytes = NULL;
}

void
push_begin(struct push *push, uint64_t inode)
{
	pthread_mutex_lock(&push->lock);
	push->inode = inode;
	pthread_mutex_unlock(&push->lock);
}

static void
protect(struct push *push, int rights)
{
	if (mprotect(push->bytes, PUSH_MAX, rights) != 0)
		abort();
}

static void
end(struct push *push)
{
	if (push->storing && push->withdrawn)
		protect(push, PROT_READ | PROT_WRITE);
	push->storing = push->withdrawn = false;
	push->inode = 0;
}

/* As libfuse does it, which complains of each one that was withdrawn. Not through a pipe, which would keep the bytes. */
static int
store(struct push *push, struct fuse_session *session, size_t len)
{
	struct {
		struct fuse_out_header header;
		struct fuse_notify_store_out where;
	} head = {{.error = FUSE_NOTIFY_STORE, .len = (uint32_t)(sizeof(head) + len)}, {.nodeid = push->inode, .size = (uint32_t)len}};
	const struct iovec parts[] = {{&head, sizeof(head)}, {push->bytes, len}};

	return writev(fuse_session_fd(session), parts, sizeof(parts) / sizeof(parts[0])) < 0 ? errno : 0;
}

int
push_store(struct push *push, struct fuse_session *session, size_t len)
{
	int error = ECANCELED;

	pthread_mutex_lock(&push->lock);
	push->storing = len && !push->withdrawn;
	pthread_mutex_unlock(&push->lock);
	if (push->storing)
		error = store(push, session, len);
	pthread_mutex_lock(&push->lock);
	end(push);
	pthread_mutex_unlock(&push->lock);
	return error;
}

void
push_withdraw(struct push *push, uint64_t inode)
{
	pthread_mutex_lock(&push->lock);
	if (push->inode == inode && !push->withdrawn) {
		push->withdrawn = true;
		if (push->storing)
			protect(push, PROT_NONE);
	}
	pthread_mutex_unlock(&push->lock);
}
