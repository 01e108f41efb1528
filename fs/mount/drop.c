/* drop/documents/: where something is put in. Files of the archive's directory, passed through; unversioned until a tool accepts one. */
#define FUSE_USE_VERSION 314
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "drive.h"
#include "errors.h"
#include "base/fold.h"
#include "view.h"

static int
drop_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	if (strcmp(name, "documents") != 0)
		return ENOENT;
	*child = inode_child_of_view(&drive->inodes, directory->id, name, &documents_view, true);
	return 0;
}

static int
drop_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	drive_attributes(st, drive, inode, false, 0, drive->time * 1000000000);
	return 0;
}

static int
drop_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	(void)drive, (void)directory;
	if ((*cookie)++ > 0)
		return ENOENT;
	strcpy(name, "documents");
	return 0;
}

/* Regular files only: what somebody else has put there is not followed anywhere. */
static int
stat_document(struct stat *st, const struct drive *drive, const char *name)
{
	if (name == NULL || fstatat(drive->documents, name, st, AT_SYMLINK_NOFOLLOW) != 0)
		return name ? errno : ENOENT;
	return S_ISREG(st->st_mode) ? 0 : ENOENT;
}

static void
forget_name(struct drive *drive, const struct inode *directory, const char *name)
{
	struct inode *inode = inode_child(&drive->inodes, directory->id, name);

	if (inode)
		inode_clear_name(&drive->inodes, inode);
}

static int
documents_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	struct stat st;
	int error = stat_document(&st, drive, name);

	if (error == 0)
		*child = inode_child_of_view(&drive->inodes, directory->id, name, &documents_view, false);
	else
		forget_name(drive, directory, name); /* a tool has taken it; what comes next by that name is another file */
	return error;
}

static int
documents_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	struct stat real;
	int error = inode->directory ? (fstat(drive->documents, &real) == 0 ? 0 : errno) : stat_document(&real, drive, inode->name);

	if (error)
		return error;
	drive_attributes(st, drive, inode, true, inode->directory ? 0 : (uint64_t)real.st_size,
			 (int64_t)real.st_mtim.tv_sec * 1000000000 + real.st_mtim.tv_nsec);
	return 0;
}

/* The cookie counts names; a directory of documents is small, and emptied by those who accept them. */
static int
documents_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	int copy = openat(drive->documents, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry = NULL;
	struct stat st;
	uint64_t at = 0;

	(void)directory;
	if (entries == NULL) {
		int error = errno;

		if (copy >= 0)
			close(copy);
		return error;
	}
	while ((entry = readdir(entries)))
		if (at++ >= *cookie && stat_document(&st, drive, entry->d_name) == 0)
			break;
	if (entry)
		strcpy(name, entry->d_name);
	*cookie = at;
	closedir(entries);
	return entry ? 0 : ENOENT;
}

static int
documents_open(uint64_t *handle, struct drive *drive, struct inode *inode, int flags)
{
	int file = inode->name ? openat(drive->documents, inode->name, (flags & O_ACCMODE) | O_NOFOLLOW | O_CLOEXEC) : (errno = ENOENT, -1);

	*handle = (uint64_t)file + 1;
	return file < 0 ? errno : 0;
}

static void
documents_release(struct drive *drive, struct inode *inode, uint64_t handle, int flags)
{
	(void)drive, (void)inode, (void)flags;
	close((int)handle - 1);
}

/* The file of a handle. Where opening is not asked for there is none (0): then it is opened for this once. */
static int
borrow(int *file, uint64_t handle, struct drive *drive, struct inode *inode, int flags)
{
	uint64_t own = handle;
	int error = handle ? 0 : documents_open(&own, drive, inode, flags);

	*file = (int)own - 1;
	return error;
}

static void
give_back(int file, uint64_t handle)
{
	if (handle == 0)
		close(file);
}

static int
documents_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	static uint8_t buffer[1024 * 1024];
	int file, error = borrow(&file, handle, drive, inode, O_RDONLY);
	ssize_t n;

	if (error)
		return error;
	n = pread(file, buffer, size < sizeof(buffer) ? size : sizeof(buffer), (off_t)offset);
	error = n < 0 ? errno : 0;
	give_back(file, handle);
	*out = span_of(buffer, n < 0 ? 0 : (size_t)n);
	return error;
}

static int
documents_write(struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, struct span data)
{
	int file, error = borrow(&file, handle, drive, inode, O_WRONLY);

	if (error)
		return error;
	while (data.len && error == 0) {
		ssize_t n = pwrite(file, data.data, data.len, (off_t)offset);

		error = n < 0 ? errno : 0;
		data = span_skip(data, n < 0 ? 0 : (size_t)n);
		offset += n < 0 ? 0 : (uint64_t)n;
	}
	give_back(file, handle);
	return error;
}

static int
documents_truncate(struct drive *drive, struct inode *inode, uint64_t size)
{
	uint64_t handle;
	int error = documents_open(&handle, drive, inode, O_WRONLY);

	if (error == 0) {
		error = ftruncate((int)handle - 1, (off_t)size) == 0 ? 0 : errno;
		close((int)handle - 1);
	}
	return error;
}

static int
documents_set(struct drive *drive, struct inode *inode, const struct stat *st, int set)
{
	const struct timespec times[2] = {st->st_mtim, st->st_mtim};

	if (!(set & FUSE_SET_ATTR_MTIME))
		return 0;
	if (inode->name == NULL || utimensat(drive->documents, inode->name, times, AT_SYMLINK_NOFOLLOW) != 0)
		return inode->name ? errno : ENOENT;
	return 0;
}

static int
documents_create(struct drive *drive, struct inode *directory, const char *name, mode_t mode)
{
	const struct ch_error *error = ch_name_check(span_text(name));
	int file;

	(void)mode;
	if (error)
		return errno_of(error);
	forget_name(drive, directory, name);
	file = openat(drive->documents, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return errno;
	close(file);
	return 0;
}

static int
documents_remove(struct drive *drive, struct inode *directory, const char *name, bool is_directory)
{
	if (is_directory)
		return ENOTDIR;
	if (unlinkat(drive->documents, name, 0) != 0)
		return errno;
	forget_name(drive, directory, name);
	return 0;
}

static int
documents_rename(struct drive *drive, struct inode *from, const char *name, struct inode *to, const char *new_name)
{
	const struct ch_error *error = ch_name_check(span_text(new_name));
	struct inode *inode = inode_child(&drive->inodes, from->id, name), *replaced = inode_child(&drive->inodes, to->id, new_name);

	if (error)
		return errno_of(error);
	if (renameat(drive->documents, name, drive->documents, new_name) != 0)
		return errno;
	if (replaced && replaced != inode)
		inode_clear_name(&drive->inodes, replaced);
	if (inode)
		inode_set_name(&drive->inodes, inode, to->id, new_name);
	return 0;
}

const struct view drop_view = {.valid = VIEW_FOR_EVER, .lookup = drop_lookup, .attributes = drop_attributes, .next = drop_next};
const struct view documents_view = {
	.lookup = documents_lookup, /* valid for no time: tools take files away */
	.attributes = documents_attributes,
	.next = documents_next,
	.read = documents_read,
	.open = documents_open,
	.release = documents_release,
	.write = documents_write,
	.truncate = documents_truncate,
	.set = documents_set,
	.create = documents_create,
	.remove = documents_remove,
	.rename = documents_rename,
};
