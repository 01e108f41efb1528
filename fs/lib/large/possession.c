#include "possession.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAYS = 30 };

static bool
directory_of(char path[4096], const char *archive)
{
	return snprintf(path, 4096, "%s/chancery/sent/%lu", archive, (unsigned long)geteuid()) < 4096;
}

static bool
note_of(char path[4096], const char *archive, const struct ch_pointer *pointer)
{
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, pointer->digest, SHA256_SIZE);
	return snprintf(path, 4096, "%s/chancery/sent/%lu/%s", archive, (unsigned long)geteuid(), hex) < 4096;
}

static bool
make_directory(const char *archive)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/chancery/sent", archive) >= (int)sizeof(path) || (mkdir(path, 0777) < 0 && errno != EEXIST))
		return false;
	return directory_of(path, archive) && (mkdir(path, 0700) == 0 || errno == EEXIST);
}

const struct ch_error *
ch_possession_note(const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];
	int file;

	if (!note_of(path, archive, pointer))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	if (!make_directory(archive) || (file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
		return ch_fail_errno("cannot create '%s'", path);
	futimens(file, NULL);
	close(file);
	return NULL;
}

bool
ch_possession_noted(const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	return note_of(path, archive, pointer) && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
ch_possession_owned(const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	return ch_depot_path(path, archive, pointer->digest) && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
}

void
ch_possession_forget(const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];

	if (note_of(path, archive, pointer))
		unlink(path);
}

void
ch_possession_sweep(const char *archive)
{
	time_t old = time(NULL) - DAYS * 86400;
	const struct dirent *entry;
	char path[4096];
	struct stat st;
	DIR *notes;

	if (!directory_of(path, archive) || (notes = opendir(path)) == NULL)
		return;
	while ((entry = readdir(notes)))
		if (fstatat(dirfd(notes), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_mtime < old)
			unlinkat(dirfd(notes), entry->d_name, 0);
	closedir(notes);
}
