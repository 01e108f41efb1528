/*
 * LD_PRELOAD: a disk that fails. Looked at are calls that change a file below DISK_ROOT, while the file DISK_ON exists, or always when that is not set; a
 * test compiles it with `cc -shared -fPIC`.
 *
 *	DISK_AT=n DISK_ERRNO=number    the n-th such call fails; a sync only with EIO
 *	DISK_MET=file                  gets a line when that has happened: which call, on what
 *	DISK_UNDO=directory            what a loss of power would undo is written there, for the helper power-loss: what there was before each change, and
 *	                               what has been synced since
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *const names[] = {"DISK_ROOT" /* the first */, "DISK_ON", "DISK_AT", "DISK_ERRNO", "DISK_MET", "DISK_UNDO"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };
static char *values[NAMES];

/* As the program has begun: git's hooks forget their environment. */
static __attribute__((constructor)) void
read_settings(void)
{
	for (size_t i = 0; i < NAMES; i++)
		values[i] = getenv(names[i]) ? strdup(getenv(names[i])) : NULL;
}

static const char *
setting(const char *name)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(names[i], name) == 0)
			return values[i];
	return NULL;
}

static bool
is_on(void)
{
	const char *on = setting("DISK_ON");

	return setting("DISK_ROOT") && (on == NULL || REAL(access, int, const char *, int)(on, F_OK) == 0);
}

/* The path of a descriptor, or of a name in a directory; false when it is none of ours. */
static bool
path_of(char path[PATH_MAX], int directory, const char *name)
{
	const char *root = setting("DISK_ROOT");
	char link[64];
	ssize_t n = 0;

	if (!is_on())
		return false;
	if (name == NULL || name[0] != '/') {
		snprintf(link, sizeof(link), directory == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", directory);
		n = readlink(link, path, PATH_MAX - 300);
		if (n < 0)
			return false;
		path[n] = '\0';
		if (name)
			snprintf(path + n, (size_t)(PATH_MAX - n), "/%s", name);
	} else {
		snprintf(path, PATH_MAX, "%s", name);
	}
	return strncmp(path, root, strlen(root)) == 0;
}

static bool
fails(const char *call, const char *path, bool is_sync)
{
	static atomic_int count;
	const char *at = setting("DISK_AT"), *number = setting("DISK_ERRNO"), *met = setting("DISK_MET");
	int error = number ? atoi(number) : EIO, file;

	if (at == NULL || (is_sync && error != EIO) || ++count != atoi(at))
		return false;
	if (met && (file = REAL(open, int, const char *, int, ...)(met, O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0) {
		dprintf(file, "%s %s\n", call, path);
		close(file);
	}
	errno = error;
	return true;
}

/* ---- what a loss of power undoes: one record for each change and each sync, in order ---- */

static int
undo_log(void)
{
	static int log = -1;
	char path[PATH_MAX];

	if (log < 0 && setting("DISK_UNDO")) {
		snprintf(path, sizeof(path), "%s/log", setting("DISK_UNDO"));
		log = REAL(open, int, const char *, int, ...)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	}
	return log;
}

/*
 * <kind> <inode> <offset> <size> <bytes that follow> <path> <other path>, then these bytes: what there was of `size`. In one call: not every caller holds the
 * lock, and none may come between the two.
 */
static void
record(char kind, ino_t inode, off_t offset, size_t size, const void *bytes, size_t count, const char *path, const char *other)
{
	char head[2 * PATH_MAX + 128];
	int log = undo_log(), len;

	len = snprintf(head, sizeof(head), "%c %llu %lld %zu %zu %s %s\n", kind, (unsigned long long)inode, (long long)offset, size, count, path, other);
	if (writev(log, (struct iovec[]){{head, (size_t)len}, {(void *)bytes, count}}, 2) != len + (ssize_t)count)
		abort();
}

/* Before bytes of a file are written over, or cut off. */
static void
before_change(int fd, const char *path, off_t offset, size_t size)
{
	char link[64], *old;
	struct stat st;
	ssize_t n = 0;
	int in;

	if (undo_log() < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink == 0)
		return;
	old = malloc(size + 1);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	in = REAL(open, int, const char *, int, ...)(link, O_RDONLY | O_CLOEXEC);
	if (in >= 0) {
		n = pread(in, old, size, offset);
		close(in);
	}
	record('w', st.st_ino, offset, size, old, n > 0 ? (size_t)n : 0, path, "-");
	free(old);
}

static void
after_sync(int fd, const char *path)
{
	struct stat st;

	if (undo_log() >= 0 && fstat(fd, &st) == 0)
		record(S_ISDIR(st.st_mode) ? 'd' : 's', st.st_ino, 0, 0, NULL, 0, path, "-");
}

/* A name that goes away keeps its file beside the log. */
static void
keep(char kept[PATH_MAX], const char *path)
{
	static atomic_int count;

	snprintf(kept, PATH_MAX, "%s/kept.%d.%d", setting("DISK_UNDO"), (int)getpid(), ++count);
	if (REAL(linkat, int, int, const char *, int, const char *, int)(AT_FDCWD, path, AT_FDCWD, kept, 0) != 0)
		snprintf(kept, PATH_MAX, "-");
}

/* ---- the calls ---- */

ssize_t
write(int fd, const void *bytes, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;

	if (!path_of(path, fd, NULL))
		return REAL(write, ssize_t, int, const void *, size_t)(fd, bytes, size);
	if (fails("write", path, false))
		return -1;
	pthread_mutex_lock(&lock);
	before_change(fd, path, lseek(fd, 0, SEEK_CUR), size);
	n = REAL(write, ssize_t, int, const void *, size_t)(fd, bytes, size);
	pthread_mutex_unlock(&lock);
	return n;
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	char path[PATH_MAX];
	ssize_t n;

	if (!path_of(path, fd, NULL))
		return REAL(pwrite, ssize_t, int, const void *, size_t, off_t)(fd, bytes, size, offset);
	if (fails("pwrite", path, false))
		return -1;
	pthread_mutex_lock(&lock);
	before_change(fd, path, offset, size);
	n = REAL(pwrite, ssize_t, int, const void *, size_t, off_t)(fd, bytes, size, offset);
	pthread_mutex_unlock(&lock);
	return n;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }

int
ftruncate(int fd, off_t size)
{
	char path[PATH_MAX];
	struct stat st;

	if (path_of(path, fd, NULL)) {
		if (fails("ftruncate", path, false))
			return -1;
		if (fstat(fd, &st) == 0)
			before_change(fd, path, size, st.st_size > size ? (size_t)(st.st_size - size) : 0);
	}
	return REAL(ftruncate, int, int, off_t)(fd, size);
}

int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

int
fallocate(int fd, int mode, off_t offset, off_t size)
{
	char path[PATH_MAX];

	return path_of(path, fd, NULL) && fails("fallocate", path, false) ? -1 : REAL(fallocate, int, int, int, off_t, off_t)(fd, mode, offset, size);
}

static int
sync_with(int (*sync)(int), const char *name, int fd)
{
	char path[PATH_MAX];
	bool ours = path_of(path, fd, NULL);
	int result;

	if (ours && fails(name, path, true))
		return -1;
	pthread_mutex_lock(&lock);
	result = setting("DISK_UNDO") ? 0 : sync(fd);
	if (ours && result == 0)
		after_sync(fd, path);
	pthread_mutex_unlock(&lock);
	return result;
}

int fsync(int fd) { return sync_with(REAL(fsync, int, int), "fsync", fd); }
int fdatasync(int fd) { return sync_with(REAL(fdatasync, int, int), "fdatasync", fd); }

int
renameat2(int from, const char *name, int to, const char *other, unsigned flags)
{
	char path[PATH_MAX], target[PATH_MAX], kept[PATH_MAX] = "-";
	struct stat st = {0};
	int result;

	if (!path_of(path, from, name) || !path_of(target, to, other))
		return REAL(renameat2, int, int, const char *, int, const char *, unsigned)(from, name, to, other, flags);
	if (fails("rename", target, false))
		return -1;
	pthread_mutex_lock(&lock);
	if (undo_log() >= 0) {
		keep(kept, target);
		fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW);
	}
	result = REAL(renameat2, int, int, const char *, int, const char *, unsigned)(from, name, to, other, flags);
	if (result == 0 && undo_log() >= 0) {
		record('k', st.st_ino, 0, 0, NULL, 0, target, kept);
		record('r', st.st_ino, 0, 0, NULL, 0, path, target);
	}
	pthread_mutex_unlock(&lock);
	return result;
}

int renameat(int from, const char *name, int to, const char *other) { return renameat2(from, name, to, other, 0); }
int rename(const char *name, const char *other) { return renameat2(AT_FDCWD, name, AT_FDCWD, other, 0); }

/* Without dlsym: a sanitizer makes directories before that is ready, strcmp neither; there is no root yet then. */
static int
make_directory(int directory, const char *name, mode_t mode)
{
	return (int)syscall(SYS_mkdirat, directory, name, mode);
}

int
mkdirat(int directory, const char *name, mode_t mode)
{
	char path[PATH_MAX];
	int result;

	if (values[0] == NULL || !path_of(path, directory, name))
		return make_directory(directory, name, mode);
	if (fails("mkdir", path, false))
		return -1;
	pthread_mutex_lock(&lock);
	result = make_directory(directory, name, mode);
	if (result == 0 && undo_log() >= 0)
		record('m', 0, 0, 0, NULL, 0, path, "-");
	pthread_mutex_unlock(&lock);
	return result;
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

/* One more name, which goes as one that was made. */
int
linkat(int from, const char *name, int to, const char *other, int flags)
{
	char path[PATH_MAX];
	int result;

	if (!path_of(path, to, other))
		return REAL(linkat, int, int, const char *, int, const char *, int)(from, name, to, other, flags);
	if (fails("link", path, false))
		return -1;
	pthread_mutex_lock(&lock);
	result = REAL(linkat, int, int, const char *, int, const char *, int)(from, name, to, other, flags);
	if (result == 0 && undo_log() >= 0)
		record('c', 0, 0, 0, NULL, 0, path, "-");
	pthread_mutex_unlock(&lock);
	return result;
}

int link(const char *name, const char *other) { return linkat(AT_FDCWD, name, AT_FDCWD, other, 0); }

int
unlinkat(int directory, const char *name, int flags)
{
	char path[PATH_MAX], kept[PATH_MAX];
	int result;

	if ((flags & AT_REMOVEDIR) || !path_of(path, directory, name))
		return REAL(unlinkat, int, int, const char *, int)(directory, name, flags);
	pthread_mutex_lock(&lock);
	if (undo_log() >= 0)
		keep(kept, path);
	result = REAL(unlinkat, int, int, const char *, int)(directory, name, flags);
	if (result == 0 && undo_log() >= 0)
		record('u', 0, 0, 0, NULL, 0, path, kept);
	pthread_mutex_unlock(&lock);
	return result;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

static int
open_with(int directory, const char *name, int flags, mode_t mode)
{
	char path[PATH_MAX];
	struct stat st;
	bool new = false;
	int fd;

	if ((flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE && path_of(path, directory, name)) {
		new = fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0;
		if (new && fails("create", path, false))
			return -1;
		if (!new && (flags & O_TRUNC) && undo_log() >= 0 && (fd = REAL(openat, int, int, const char *, int, ...)(directory, name, O_RDONLY | O_CLOEXEC)) >= 0) {
			before_change(fd, path, 0, (size_t)st.st_size);
			close(fd);
		}
	}
	fd = REAL(openat, int, int, const char *, int, ...)(directory, name, flags, mode);
	if (new && fd >= 0 && undo_log() >= 0)
		record('c', 0, 0, 0, NULL, 0, path, "-");
	return fd;
}

#define MODE(flags) \
	mode_t mode = 0; \
	if (flags & (O_CREAT | O_TMPFILE)) { \
		va_list args; \
		va_start(args, flags); \
		mode = va_arg(args, mode_t); \
		va_end(args); \
	}

int open(const char *name, int flags, ...) { MODE(flags) return open_with(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_with(AT_FDCWD, name, flags, mode); }
int openat(int directory, const char *name, int flags, ...) { MODE(flags) return open_with(directory, name, flags, mode); }
int openat64(int directory, const char *name, int flags, ...) { MODE(flags) return open_with(directory, name, flags, mode); }

int
syncfs(int fd)
{
	char path[PATH_MAX];

	if (path_of(path, fd, NULL) && undo_log() >= 0)
		record('a', 0, 0, 0, NULL, 0, path, "-");
	return setting("DISK_UNDO") ? 0 : REAL(syncfs, int, int)(fd);
}
