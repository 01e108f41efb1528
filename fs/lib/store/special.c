#include "special.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

static const struct ch_error *look_below(int parent, const char *name, const char *path, unsigned depth);

/* Links are followed, but into no directory: what they lead to is looked at where it is, or is not git's to read. */
static const struct ch_error *
look(int directory, const char *name, const char *parent, unsigned depth)
{
	char path[PATH_MAX];
	struct stat st, end;

	snprintf(path, sizeof(path), "%s/%s", parent, name);
	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || fstatat(directory, name, &end, 0) != 0)
		return NULL;
	if (S_ISDIR(st.st_mode))
		return depth < DEPTH_MAX ? look_below(directory, name, path, depth + 1) : NULL;
	return S_ISREG(end.st_mode) || S_ISDIR(end.st_mode)
		       ? NULL
		       : ch_fail(CH_REFUSED, "'%s' is a pipe, a socket or a device: no archive has one, and reading it might never end", path);
}

static const struct ch_error *
look_below(int parent, const char *name, const char *path, unsigned depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct ch_error *error = NULL;
	const struct dirent *entry;

	if (directory == NULL && fd >= 0)
		close(fd);
	while (directory && error == NULL && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			error = look(fd, entry->d_name, path, depth);
	if (directory)
		closedir(directory);
	return error;
}

const struct ch_error *
ch_special_none(const char *repository)
{
	static const char *const read[] = {"HEAD", "config", "packed-refs", "commondir", "refs", "objects"};
	int fd = open(repository, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct ch_error *error = NULL;

	for (size_t i = 0; fd >= 0 && error == NULL && i < sizeof(read) / sizeof(read[0]); i++)
		error = look(fd, read[i], repository, 0);
	if (fd >= 0)
		close(fd);
	return error;
}
