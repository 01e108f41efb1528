/*
 * crowd DIRECTORY SEED PROCESSES COUNT: so many processes do COUNT random things each, all in one small tree of names: make, write, map, cut, rename, exchange, remove, list,
 * look at, set, sync. They get in each other's way: that something is there already, or not any more, is no error. Everything else is, and ends it with 1.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "helper.h"

enum { SIZE = 20000, NAMES = 12, DEPTH = 3 };

static uint64_t state;

static size_t
choose(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(state >> 33) % n;
}

/* "d3/d0/f7", "文件5" */
static const char *
some(char name[64])
{
	static const char *const kinds[] = {"d", "d", "d", "f", "f", ".#f", "文件"};
	size_t len = 0;

	for (size_t depth = choose(DEPTH); depth > 0; depth--)
		len += (size_t)sprintf(name + len, "d%zu/", choose(NAMES));
	sprintf(name + len, "%s%zu", kinds[choose(sizeof(kinds) / sizeof(kinds[0]))], choose(NAMES));
	return name;
}

static int
open_some(const char *name, int flags)
{
	return open(name, flags | O_NOFOLLOW | O_CLOEXEC, 0644);
}

static int
do_write(const char *name, const char *other)
{
	static uint8_t bytes[SIZE];
	static const int flags[] = {O_CREAT, O_CREAT | O_EXCL, O_CREAT | O_TRUNC, O_APPEND, O_CREAT | O_APPEND | O_DSYNC, 0};
	int file = open_some(name, O_WRONLY | flags[choose(sizeof(flags) / sizeof(flags[0]))]), result;

	(void)other;
	if (file < 0)
		return -1;
	memset(bytes, (int)('a' + choose(26)), sizeof(bytes));
	result = pwrite(file, bytes, 1 + choose(SIZE), (off_t)choose(2 * SIZE)) < 0 ? -1 : choose(4) ? 0 : choose(2) ? fsync(file) : fdatasync(file);
	return close(file) ? -1 : result;
}

static int
do_map(const char *name, const char *other)
{
	int file = open_some(name, O_RDWR);
	uint8_t *map = MAP_FAILED;

	(void)other;
	if (file < 0)
		return -1;
	/* Others may cut it meanwhile: only what nobody reads from it can be done without a signal. */
	if (ftruncate(file, 4096) == 0)
		map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	return map == MAP_FAILED ? -1 : munmap(map, 4096);
}

/* What is not there any more for others is for who has it open. */
static int
do_hold(const char *name, const char *other)
{
	char own[80], text[8] = "";
	int file;

	(void)other;
	snprintf(own, sizeof(own), "%s.%d", name, getpid()); /* nobody else changes it, or has it open */
	file = open_some(own, O_RDWR | O_CREAT | O_EXCL);
	if (file < 0)
		return -1;
	unlink(own);
	if (pwrite(file, "held", 4, 0) != 4 || (choose(2) && fsync(file) != 0) || pread(file, text, 8, 0) != 4 || strcmp(text, "held") != 0)
		errx(1, "'%s', open and removed, does not keep what is written: %s", name, strerror(errno));
	return close(file);
}

static int
do_read(const char *name, const char *other)
{
	static uint8_t bytes[4 * SIZE];
	int file = open_some(name, O_RDONLY), result;

	(void)other;
	if (file < 0)
		return -1;
	result = pread(file, bytes, sizeof(bytes), 0) < 0 && errno != EISDIR ? -1 : 0;
	return close(file) ? -1 : result;
}

static int
do_list(const char *name, const char *other)
{
	DIR *directory = opendir(choose(3) ? name : ".");
	struct stat st;

	(void)other;
	if (directory == NULL)
		return -1;
	errno = 0;
	for (const struct dirent *entry; (entry = readdir(directory));)
		if (fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)
			break;
	return closedir(directory) || errno ? -1 : 0;
}

static int
do_look(const char *name, const char *other)
{
	char value[256];
	struct statvfs system;
	struct stat st;

	(void)other;
	if (choose(4) == 0)
		return statvfs(name, &system);
	if (choose(3) == 0)
		return listxattr(name, value, sizeof(value)) < 0 ? -1 : 0;
	if (choose(3) == 0)
		return getxattr(name, "user.chancery.state", value, sizeof(value)) < 0 && errno != ENODATA && errno != EOPNOTSUPP ? -1 : 0;
	return lstat(name, &st);
}

/* A directory that cannot be entered any more would be in the way of everybody but root. */
static int
set_mode(const char *name)
{
	int file = open_some(name, O_WRONLY), result;

	if (file < 0)
		return errno == EISDIR ? chmod(name, choose(2) ? 0700 : 0755) : -1;
	result = fchmod(file, choose(2) ? 0644 : 0755);
	return close(file) ? -1 : result;
}

static int
do_set(const char *name, const char *other)
{
	struct timespec times[2] = {{.tv_sec = (time_t)choose(2000000000)}, {.tv_nsec = UTIME_NOW}};

	(void)other;
	return choose(2) ? set_mode(name) : utimensat(AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW);
}

/* Neither is kept by a drive; where it is, it goes again. */
static int
do_link(const char *name, const char *other)
{
	int result = choose(2) ? link(name, other) : symlink(name, other);

	return result == 0 ? unlink(other) : errno == EPERM ? 0 : -1;
}

static int do_cut(const char *name, const char *other) { (void)other; return truncate(name, (off_t)choose(SIZE)); }
static int do_unlink(const char *name, const char *other) { (void)other; return unlink(name); }
static int do_mkdir(const char *name, const char *other) { (void)other; return mkdir(name, 0755); }
static int do_rmdir(const char *name, const char *other) { (void)other; return rmdir(name); }
static int do_rename(const char *name, const char *other) { return rename(name, other); }
static int do_exchange(const char *name, const char *other) { return renameat2(AT_FDCWD, name, AT_FDCWD, other, RENAME_EXCHANGE); }
static int do_noreplace(const char *name, const char *other) { return renameat2(AT_FDCWD, name, AT_FDCWD, other, RENAME_NOREPLACE); }

static int
do_sync(const char *name, const char *other)
{
	int file = open(".", O_RDONLY | O_DIRECTORY), result = choose(2) ? syncfs(file) : fsync(file);

	(void)name, (void)other;
	return close(file) ? -1 : result;
}

/* What is asked for all the time, and what now and then. */
static int (*const often[])(const char *, const char *) = {do_write, do_write, do_write, do_write, do_read, do_read, do_cut, do_unlink, do_unlink, do_mkdir, do_mkdir,
							   do_rmdir, do_rename, do_rename, do_rename, do_exchange, do_noreplace, do_list, do_look, do_look, do_set,
							   do_hold, do_map, do_link};

static bool
is_in_the_way(int error)
{
	return error == ENOENT || error == EEXIST || error == ENOTDIR || error == EISDIR || error == ENOTEMPTY || error == EINVAL || error == ELOOP ||
	       error == ENAMETOOLONG; /* directories have come to lie in one another */
}

static void
run(uint64_t seed, long count)
{
	char name[64], other[64];

	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (long i = 0; i < count; i++) {
		size_t kind = choose(sizeof(often) / sizeof(often[0]));

		some(name);
		some(other);
		errno = 0;
		if ((choose(500) ? often[kind] : do_sync)(name, other) != 0 && !is_in_the_way(errno))
			err(1, "operation %ld, kind %zu, '%s' '%s'", i, kind, name, other);
	}
}

int
main(int argc, char **argv)
{
	long processes = argc == 5 ? atol(argv[3]) : 0;
	int status, failed = 0;

	if (processes < 1 || chdir(argv[1]) != 0)
		errx(2, "usage: crowd directory seed processes count");
	for (long i = 0; i < processes; i++)
		if (fork() == 0) {
			run(strtoull(argv[2], NULL, 10) + (uint64_t)i, atol(argv[4]));
			_exit(0);
		}
	while (wait(&status) > 0)
		failed |= !WIFEXITED(status) || WEXITSTATUS(status);
	return failed;
}
