#include "possession.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAYS = 30, VISITOR_DIGITS = 32 };

static bool
directory_of(char path[4096], const char *archive, ch_visitor visitor)
{
	unsigned long user = (unsigned long)geteuid();
	uint8_t digest[SHA256_SIZE];
	char hex[VISITOR_DIGITS + 1];

	if (visitor == NULL)
		return snprintf(path, 4096, "%s/chancery/sent/%lu", archive, user) < 4096;
	wire_sha256_of(digest, span_text(visitor));
	text_put_hex(hex, digest, VISITOR_DIGITS / 2);
	return *visitor && snprintf(path, 4096, "%s/chancery/sent/%lu-%s", archive, user, hex) < 4096;
}

static bool
note_of(char path[4096], const char *archive, ch_visitor visitor, const struct ch_pointer *pointer)
{
	char hex[HEX_DIGEST + 1];
	size_t len;

	if (!directory_of(path, archive, visitor))
		return false;
	text_put_hex(hex, pointer->digest, SHA256_SIZE);
	len = strlen(path);
	return (size_t)snprintf(path + len, 4096 - len, "/%s", hex) < 4096 - len;
}

static bool
make_directory(const char *archive, ch_visitor visitor)
{
	char path[4096];

	if (snprintf(path, sizeof(path), "%s/chancery/sent", archive) >= (int)sizeof(path) || (mkdir(path, 0777) < 0 && errno != EEXIST))
		return false;
	return directory_of(path, archive, visitor) && (mkdir(path, 0700) == 0 || errno == EEXIST);
}

const struct ch_error *
ch_possession_note(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer)
{
	char path[4096];
	int file;

	if (visitor && *visitor == '\0')
		return ch_refuse(WIRE_NOT_ALLOWED, "the web server does not say who sends this");
	if (!note_of(path, archive, visitor, pointer))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	if (!make_directory(archive, visitor) || (file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) < 0)
		return ch_fail_errno("cannot create '%s'", path);
	futimens(file, NULL);
	close(file);
	return NULL;
}

bool
ch_possession_noted(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	return note_of(path, archive, visitor, pointer) && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool
ch_possession_owned(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	return visitor == NULL && ch_depot_path(path, archive, pointer->digest) && lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid();
}

void
ch_possession_forget(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer)
{
	char path[4096];

	if (note_of(path, archive, visitor, pointer))
		unlink(path);
}

void
ch_possession_sweep(const char *archive, ch_visitor visitor)
{
	time_t old = time(NULL) - DAYS * 86400;
	const struct dirent *entry;
	char path[4096];
	struct stat st;
	DIR *notes;

	if (!directory_of(path, archive, visitor) || (notes = opendir(path)) == NULL)
		return;
	while ((entry = readdir(notes)))
		if (fstatat(dirfd(notes), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_mtime < old)
			unlinkat(dirfd(notes), entry->d_name, 0);
	closedir(notes);
}
