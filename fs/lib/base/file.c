#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
ch_file_write(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.data, bytes.len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = span_skip(bytes, (size_t)n);
	}
	return true;
}

static const struct ch_error *
write_durably(int fd, struct span bytes, mode_t mode, const char *path)
{
	return ch_file_write(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0 ? NULL : ch_fail_errno("cannot write '%s'", path);
}

static const struct ch_error *
sync_directory_of(const char *path)
{
	char copy[PATH_MAX];
	int fd, failed;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	failed = fd < 0 || fsync(fd) < 0;
	if (fd >= 0)
		close(fd);
	return failed ? ch_fail_errno("cannot sync the directory of '%s'", path) : NULL;
}

/* Whole and on disk under a name of its own, which the caller moves to where it belongs. */
static const struct ch_error *
write_temporary(char temporary[PATH_MAX], const char *path, struct span bytes, mode_t mode)
{
	const struct ch_error *error;
	int fd;

	if (snprintf(temporary, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX)
		return ch_fail(CH_USAGE, "cannot create a file: its path is too long");
	fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 until it is whole */
	if (fd < 0)
		return ch_fail_errno("cannot create '%s'", path);
	error = write_durably(fd, bytes, mode, path);
	close(fd);
	if (error)
		unlink(temporary);
	return error;
}

const struct ch_error *
ch_file_create(const char *path, struct span bytes, mode_t mode)
{
	const struct ch_error *error;
	char temporary[PATH_MAX];

	if ((error = write_temporary(temporary, path, bytes, mode)))
		return error;
	if (link(temporary, path) < 0)
		error = errno == EEXIST ? ch_fail(CH_REFUSED, "cannot create '%s': it exists, and is not overwritten", path)
					: ch_fail_errno("cannot create '%s'", path);
	unlink(temporary);
	return error ? error : sync_directory_of(path);
}

const struct ch_error *
ch_file_replace(const char *path, struct span bytes, mode_t mode)
{
	const struct ch_error *error;
	char temporary[PATH_MAX];

	if ((error = write_temporary(temporary, path, bytes, mode)))
		return error;
	if (rename(temporary, path) < 0) {
		error = ch_fail_errno("cannot replace '%s'", path);
		unlink(temporary);
		return error;
	}
	return sync_directory_of(path);
}

const struct ch_error *
ch_file_read_open(struct span *bytes, int fd, const char *path, size_t most, struct ch_arena *arena)
{
	uint8_t *into = ch_arena_alloc(arena, most + 1);
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, into + len, most + 1 - len)) > 0 || (got < 0 && errno == EINTR))
		len += got > 0 ? (size_t)got : 0;
	if (got < 0)
		return ch_fail_errno("cannot read '%s'", path);
	if (len > most)
		return ch_refuse(WIRE_TOO_LONG, "'%s' has more than %zu bytes", path, most);
	*bytes = span_of(into, len);
	return NULL;
}

const struct ch_error *
ch_file_read(struct span *bytes, const char *path, size_t most, struct ch_arena *arena)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const struct ch_error *error;

	if (fd < 0)
		return ch_fail_errno("cannot open '%s'", path);
	error = ch_file_read_open(bytes, fd, path, most, arena);
	close(fd);
	return error;
}

const struct ch_error *
ch_file_remove(const char *path)
{
	if (unlink(path) < 0)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot remove '%s'", path);
	return sync_directory_of(path);
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

bool
ch_file_remove_tree(const char *path)
{
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

const struct ch_error *
ch_file_directories(const char *path)
{
	char directory[PATH_MAX];

	if (snprintf(directory, sizeof(directory), "%s", path) >= (int)sizeof(directory))
		return ch_fail(CH_USAGE, "cannot create a directory: its path is too long");
	for (char *at = directory + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(directory, 0700) < 0 && errno != EEXIST)
			return ch_fail_errno("cannot create '%s'", directory);
		*at = '/';
	}
	return NULL;
}
