/*
 * What the drive counts on from the kernel when it pushes (mount/push.h): a store waits for the page that a READ is to fill, copies only then, and finds nothing that was
 * withdrawn meanwhile. A file system of our own, in which each READ of "during" and "withdrawn" is answered when a store for the same page waits.
 */
#define FUSE_USE_VERSION 314
#include "mount/push.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

enum { SIZE = 8192, PUSHED = 2, DURING, WITHDRAWN };

static const char *const names[] = {[PUSHED] = "pushed", [DURING] = "during", [WITHDRAWN] = "withdrawn"};
static struct fuse_session *session;
static struct push push;
static pthread_t storer;
static pid_t storer_id; /* under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned reads;
static int stored;

static struct stat
attributes(fuse_ino_t inode)
{
	return (struct stat){.st_ino = inode, .st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644, .st_nlink = 1, .st_size = SIZE,
		.st_uid = getuid(), .st_gid = getgid()};
}

static void
op_getattr(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	struct stat st = attributes(inode);

	(void)file;
	fuse_reply_attr(request, &st, 3600);
}

static void
op_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = {.attr_timeout = 3600, .entry_timeout = 3600};

	(void)parent;
	for (fuse_ino_t inode = PUSHED; inode <= WITHDRAWN; inode++)
		if (strcmp(names[inode], name) == 0)
			entry.ino = inode;
	entry.attr = attributes(entry.ino);
	if (entry.ino)
		fuse_reply_entry(request, &entry);
	else
		fuse_reply_err(request, ENOENT);
}

static void
op_open(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	(void)inode, (void)file;
	fuse_reply_err(request, ENOSYS);
}

static void
store_as(fuse_ino_t inode)
{
	push_begin(&push, inode);
	memset(push.bytes, 'p', SIZE);
	stored = push_store(&push, session, SIZE);
}

static void *
store(void *inode)
{
	pthread_mutex_lock(&lock);
	storer_id = gettid();
	pthread_mutex_unlock(&lock);
	store_as(*(fuse_ino_t *)inode);
	return NULL;
}

static bool
is_storing(void)
{
	bool storing;

	pthread_mutex_lock(&push.lock);
	storing = push.storing;
	pthread_mutex_unlock(&push.lock);
	return storing;
}

/* It is in the store and sleeps, and no signal would wake it: it waits for the page. */
static bool
storer_waits(void)
{
	char path[64], state = 0;
	pid_t id;
	FILE *file;

	if (!is_storing())
		return false;
	pthread_mutex_lock(&lock);
	id = storer_id;
	pthread_mutex_unlock(&lock);
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", id);
	if (id == 0 || (file = fopen(path, "r")) == NULL)
		return false;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(file);
	return state == 'D';
}

static void
op_read(fuse_req_t request, fuse_ino_t inode, size_t size, off_t offset, struct fuse_file_info *file)
{
	static char content[SIZE];

	(void)file;
	memset(content, 'r', sizeof(content));
	reads++;
	if (inode != PUSHED && offset == 0) {
		CHECK(pthread_create(&storer, NULL, store, &inode) == 0);
		while (!storer_waits())
			sched_yield();
	}
	if (inode == WITHDRAWN)
		push_withdraw(&push, inode);
	fuse_reply_buf(request, content, (size_t)offset + size <= SIZE ? size : SIZE - (size_t)offset);
}

static void
op_flush(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info *file)
{
	(void)inode, (void)file;
	fuse_reply_err(request, ENOSYS);
}

static const struct fuse_lowlevel_ops operations = {
	.lookup = op_lookup, .getattr = op_getattr, .open = op_open, .read = op_read, .flush = op_flush};

static void *
answer(void *context)
{
	fuse_session_loop(context);
	return NULL;
}

/* The first and the last byte of a file as it is read. */
static void
check_reads(int file, char byte)
{
	char first = 0, last = 0;

	CHECK(pread(file, &first, 1, 0) == 1 && pread(file, &last, 1, SIZE - 1) == 1);
	CHECK_EQUAL(first, byte);
	CHECK_EQUAL(last, byte);
}

static void
test(const char *directory)
{
	int files[WITHDRAWN + 1], root = open(directory, O_RDONLY | O_DIRECTORY);
	char byte;

	for (int inode = PUSHED; inode <= WITHDRAWN; inode++)
		CHECK((files[inode] = openat(root, names[inode], O_RDONLY)) >= 0);
	store_as(PUSHED);
	CHECK_EQUAL(stored, 0);
	check_reads(files[PUSHED], 'p');
	CHECK_EQUAL(reads, 0);

	CHECK(pread(files[DURING], &byte, 1, 0) == 1); /* the one or the other: who reads copies when the store may have come */
	CHECK(pthread_join(storer, NULL) == 0);
	CHECK_EQUAL(stored, 0); /* what must not happen to what somebody has changed: it comes afterwards */
	check_reads(files[DURING], 'p');

	storer_id = 0;
	check_reads(files[WITHDRAWN], 'r');
	CHECK(pthread_join(storer, NULL) == 0);
	CHECK_EQUAL(stored, EFAULT);
	check_reads(files[WITHDRAWN], 'r');

	push_begin(&push, PUSHED);
	push_withdraw(&push, DURING); /* another one */
	push_withdraw(&push, PUSHED);
	memset(push.bytes, 'q', SIZE);
	CHECK_EQUAL(push_store(&push, session, SIZE), ECANCELED);
	check_reads(files[PUSHED], 'p');
	store_as(WITHDRAWN + 1);
	CHECK_EQUAL(stored, ENOENT);
	for (int inode = PUSHED; inode <= WITHDRAWN; inode++)
		close(files[inode]);
	close(root);
}

int
main(void)
{
	char *arguments[] = {(char *)"push", NULL}, directory[] = "XXXXXX";
	struct fuse_args args = FUSE_ARGS_INIT(1, arguments);
	pthread_t answerer;

	if (access("/dev/fuse", W_OK) != 0 || mkdtemp(directory) == NULL)
		return 77;
	push_start(&push);
	session = fuse_session_new(&args, &operations, sizeof(operations), NULL);
	if (session == NULL || fuse_session_mount(session, directory) != 0)
		return 1;
	CHECK(pthread_create(&answerer, NULL, answer, session) == 0);
	test(directory);
	fuse_session_exit(session);
	fuse_session_unmount(session);
	pthread_join(answerer, NULL);
	fuse_session_destroy(session);
	fuse_opt_free_args(&args);
	push_stop(&push);
	rmdir(directory);
	return test_result();
}
