#include "packdir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "packdir_inside.h"
#include "wire/crypto.h"

struct ch_keep {
	struct ch_keep *next;
	int lock;
	char pack[PACK_NAME_SIZE];
};

int
packdir_open(const char *archive)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/objects/pack", archive) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

const char *
packdir_file(char out[PACK_FILE_SIZE], const char *pack, const char *ending)
{
	snprintf(out, PACK_FILE_SIZE, "%s%s", pack, ending);
	return out;
}

void
packdir_remove(int directory, const char *pack, const char *ending)
{
	char name[PACK_FILE_SIZE];

	unlinkat(directory, packdir_file(name, pack, ending), 0);
}

bool
packdir_has(int directory, const char *pack, const char *ending)
{
	char name[PACK_FILE_SIZE];

	return faccessat(directory, packdir_file(name, pack, ending), F_OK, 0) == 0;
}

/* A file that was removed before we had its lock protects nothing any more. */
int
packdir_lock_keep(int directory, const char *pack)
{
	char name[PACK_FILE_SIZE];
	int lock = openat(directory, packdir_file(name, pack, ".keep"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (lock < 0)
		return -1;
	if (flock(lock, LOCK_EX | LOCK_NB) == 0 && fstat(lock, &st) == 0 && st.st_nlink > 0)
		return lock;
	close(lock);
	errno = EWOULDBLOCK;
	return -1;
}

/* Under a name that nobody has; ch_packdir_sweep may get hold of the file first, then it is another name's turn. */
static struct ch_keep *
new_keep(int directory)
{
	struct ch_keep *keep = calloc(1, sizeof(*keep));
	uint8_t number[OBJECT_ID_SIZE];
	char hex[2 * OBJECT_ID_SIZE + 1];

	if (keep == NULL)
		abort();
	do {
		wire_random(number, sizeof(number));
		text_put_hex(hex, number, sizeof(number));
		snprintf(keep->pack, sizeof(keep->pack), PACK_PREFIX "%s", hex);
		keep->lock = packdir_lock_keep(directory, keep->pack);
	} while (keep->lock < 0 && errno == EWOULDBLOCK);
	if (keep->lock >= 0)
		return keep;
	free(keep);
	return NULL;
}

static bool
write_file(int directory, const char *pack, const char *ending, struct span content)
{
	char name[PACK_FILE_SIZE];
	int fd = openat(directory, packdir_file(name, pack, ending), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	bool whole;

	if (fd < 0)
		return false;
	whole = ch_file_write(fd, content) && fsync(fd) == 0;
	return close(fd) == 0 && whole;
}

static bool
rename_file(int directory, const char *pack, const char *from, const char *to)
{
	char old[PACK_FILE_SIZE], new[PACK_FILE_SIZE];

	return renameat(directory, packdir_file(old, pack, from), directory, packdir_file(new, pack, to)) == 0;
}

static const struct ch_error *
write_pack(int directory, const char *name, struct span pack, struct span index)
{
	static const char *const endings[] = {".idx", ".pack", ".idx.new", ".pack.new"};
	const struct ch_error *error = NULL;

	if (!write_file(directory, name, ".pack.new", pack) || !write_file(directory, name, ".idx.new", index) ||
	    !rename_file(directory, name, ".pack.new", ".pack") || !rename_file(directory, name, ".idx.new", ".idx") || fsync(directory) != 0) {
		error = ch_fail_errno("cannot write objects to the archive");
		for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
			packdir_remove(directory, name, endings[i]);
	}
	return error;
}

const struct ch_error *
packdir_add_written(struct ch_keep **keeps, const char *archive, struct span pack, struct span index)
{
	int directory = packdir_open(archive);
	struct ch_keep *keep = directory >= 0 ? new_keep(directory) : NULL;
	const struct ch_error *error;

	if (keep) {
		error = write_pack(directory, keep->pack, pack, index);
		keep->next = *keeps;
		*keeps = keep;
	} else {
		error = ch_fail_errno("cannot write to the objects of '%s'", archive);
	}
	if (directory >= 0)
		close(directory);
	return error;
}

const struct ch_error *
ch_packdir_add(struct ch_keep **keeps, const char *archive, struct ch_pack *pack)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct span bytes = ch_pack_write(pack, &arena);

	error = packdir_add_written(keeps, archive, bytes, ch_pack_index(pack, bytes, &arena));
	ch_arena_clear(&arena);
	return error;
}

void
ch_packdir_release(struct ch_keep **keeps, const char *archive)
{
	int directory = *keeps ? packdir_open(archive) : -1;

	while (*keeps) {
		struct ch_keep *keep = *keeps;

		*keeps = keep->next;
		packdir_remove(directory, keep->pack, ".keep");
		close(keep->lock);
		free(keep);
	}
	if (directory >= 0)
		close(directory);
}
