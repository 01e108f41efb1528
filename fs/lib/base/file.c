#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct ch_error *
write_durably(int fd, struct span bytes, mode_t mode, const char *path)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.data, bytes.len);

		if (n < 0 && errno != EINTR)
			return ch_fail_errno("cannot write '%s'", path);
		if (n > 0)
			bytes = span_skip(bytes, (size_t)n);
	}
	return fchmod(fd, mode) < 0 || fsync(fd) < 0 ? ch_fail_errno("cannot write '%s'", path) : NULL;
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

const struct ch_error *
ch_file_create(const char *path, struct span bytes, mode_t mode)
{
	const struct ch_error *error = NULL;
	char temporary[PATH_MAX];
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return ch_fail(CH_USAGE, "cannot create a file: its path is too long");
	fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 until it is whole */
	if (fd < 0)
		return ch_fail_errno("cannot create '%s'", path);
	error = write_durably(fd, bytes, mode, path);
	close(fd);
	if (error == NULL && link(temporary, path) < 0)
		error = errno == EEXIST ? ch_fail(CH_REFUSED, "cannot create '%s': it exists, and is not overwritten", path)
					: ch_fail_errno("cannot create '%s'", path);
	unlink(temporary);
	return error ? error : sync_directory_of(path);
}
