/*
 * drop/<folder>/: where something is put in. Files of the archive's directory, passed through; unversioned until a tool takes one (documents/) or the drive accepts
 * it (accept.h). In an office everybody sees what he has put there himself; whose a file is, it says itself, as an extended attribute.
 */
#define FUSE_USE_VERSION 314
#include "drop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "accept.h"
#include "errors.h"
#include "base/fold.h"
#include "view.h"

static const char owner_attribute[] = "user.chancery.person";

const struct ch_error *
drop_open(struct drive *drive)
{
	static const char *const usual[] = {DROP_DOCUMENTS, "erp", "scans"};
	char path[sizeof(drive->archive) + 32];

	snprintf(path, sizeof(path), "%s/chancery/drop", drive->archive);
	drive->drop = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (drive->drop < 0)
		return drive->read_only && errno == ENOENT ? NULL : ch_fail_errno("cannot open '%s'", path);
	if (drive->read_only)
		return NULL;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (mkdirat(drive->drop, usual[i], 0700) != 0 && errno != EEXIST)
			return ch_fail_errno("cannot create '%s/%s'", path, usual[i]);
	return NULL;
}

/* Directories only, and files only: what somebody else has put there is not followed anywhere. */
static int
stat_below(struct stat *st, const struct drive *drive, const char *path, bool directory)
{
	if (fstatat(drive->drop, path, st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno;
	return (directory ? S_ISDIR(st->st_mode) : S_ISREG(st->st_mode)) ? 0 : ENOENT;
}

static bool
path_of_name(char path[DROP_PATH_SIZE], const struct inode *folder, const char *name)
{
	return folder && folder->name && name && (size_t)snprintf(path, DROP_PATH_SIZE, "%s/%s", folder->name, name) < DROP_PATH_SIZE;
}

/* False when it has been removed. */
static bool
path_of(char path[DROP_PATH_SIZE], const struct drive *drive, const struct inode *inode)
{
	if (inode->directory)
		return inode->name && (size_t)snprintf(path, DROP_PATH_SIZE, "%s", inode->name) < DROP_PATH_SIZE;
	return inode->name && path_of_name(path, inode_parent(&drive->inodes, inode), inode->name);
}

size_t
drop_person(char person[ID_MAX + 1], int file)
{
	ssize_t len = fgetxattr(file, owner_attribute, person, ID_MAX);

	person[len > 0 ? len : 0] = '\0';
	return len > 0 ? (size_t)len : 0;
}

/* Whose it is; where there is only one user, or he may see all, it does not matter. */
static bool
is_theirs(struct drive *drive, const char *path)
{
	char person[ID_MAX + 1];
	struct span asks;
	int file;

	if (sharing_has_all(drive))
		return true;
	asks = office_person(&drive->office, drive->asks);
	if (asks.len == 0 || (file = openat(drive->drop, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) < 0)
		return false;
	drop_person(person, file);
	close(file);
	return span_is(asks, person);
}

static int
set_owner(struct drive *drive, int file)
{
	struct span person = drive->sharing.office ? office_person(&drive->office, drive->asks) : span_text(drive->person ? drive->person : "");

	if (person.len == 0 || fsetxattr(file, owner_attribute, person.data, person.len, 0) == 0)
		return 0;
	return drive->sharing.office ? errno : 0;
}

/* The cookie counts names: what is dropped is not much, and does not stay. */
static int
next_below(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, const char *directory, bool folders)
{
	int fd = openat(drive->drop, directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry = NULL;
	char path[DROP_PATH_SIZE];
	struct stat st;
	uint64_t at = 0;

	if (entries == NULL) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return error;
	}
	while ((entry = readdir(entries))) {
		if (at++ < *cookie || strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || (folders && entry->d_name[0] == '.'))
			continue;
		snprintf(path, sizeof(path), "%s%s%s", folders ? "" : directory, folders ? "" : "/", entry->d_name);
		if (stat_below(&st, drive, path, folders) == 0 && (folders || is_theirs(drive, path)))
			break;
	}
	if (entry)
		strcpy(name, entry->d_name);
	*cookie = at;
	closedir(entries);
	return entry ? 0 : ENOENT;
}

/* ---- drop/ ---- */

static int
drop_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	struct stat st;
	int error = name[0] == '.' ? ENOENT : stat_below(&st, drive, name, true);

	if (error == 0)
		*child = inode_child_of_view(&drive->inodes, directory->id, name, &folder_view, true);
	return error;
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
	(void)directory;
	return next_below(name, cookie, drive, ".", true);
}

/* ---- drop/<folder>/ ---- */

static void
forget_name(struct drive *drive, const struct inode *directory, const char *name)
{
	struct inode *inode = inode_child(&drive->inodes, directory->id, name);

	if (inode)
		inode_clear_name(&drive->inodes, inode);
}

static int
folder_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	char path[DROP_PATH_SIZE];
	struct stat st;
	int error = path_of_name(path, directory, name) ? stat_below(&st, drive, path, false) : ENOENT;

	if (error == 0 && !is_theirs(drive, path))
		error = ENOENT;
	if (error == 0)
		*child = inode_child_of_view(&drive->inodes, directory->id, name, &folder_view, false);
	else
		forget_name(drive, directory, name); /* a tool has taken it; what comes next by that name is another file */
	return error;
}

static int
folder_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	char path[DROP_PATH_SIZE];
	struct stat real;
	int error = path_of(path, drive, inode) ? stat_below(&real, drive, path, inode->directory) : ENOENT;

	if (error)
		return error;
	drive_attributes(st, drive, inode, true, inode->directory ? 0 : (uint64_t)real.st_size,
			 (int64_t)real.st_mtim.tv_sec * 1000000000 + real.st_mtim.tv_nsec);
	if (!inode->directory)
		sharing_show_maker(st, drive, sharing_maker(drive)); /* who sees it has put it there */
	return 0;
}

static int
folder_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	return directory->name ? next_below(name, cookie, drive, directory->name, false) : ENOENT;
}

/* Who has it open for writing holds a lock as long, which whoever accepts it asks for. */
static int
folder_open(uint64_t *handle, struct drive *drive, struct inode *inode, int flags)
{
	char path[DROP_PATH_SIZE];
	int file = path_of(path, drive, inode) ? openat(drive->drop, path, (flags & O_ACCMODE) | O_NOFOLLOW | O_CLOEXEC) : (errno = ENOENT, -1);

	*handle = (uint64_t)file + 1;
	if (file >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		flock(file, LOCK_SH | LOCK_NB);
	return file < 0 ? errno : 0;
}

static void
folder_release(struct drive *drive, struct inode *inode, uint64_t handle, int flags)
{
	(void)inode;
	close((int)handle - 1);
	if ((flags & O_ACCMODE) != O_RDONLY)
		accept_wake(drive);
}

/* The file of a handle. Where opening is not asked for there is none (0): then it is opened for this once. */
static int
borrow(int *file, uint64_t handle, struct drive *drive, struct inode *inode, int flags)
{
	uint64_t own = handle;
	int error = handle ? 0 : folder_open(&own, drive, inode, flags);

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
folder_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
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
folder_write(struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, struct span data)
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
	if (!sharing_asks_open(&drive->sharing))
		accept_wake(drive); /* no close will */
	return error;
}

static int
folder_truncate(struct drive *drive, struct inode *inode, uint64_t size)
{
	uint64_t handle;
	int error = folder_open(&handle, drive, inode, O_WRONLY);

	if (error == 0) {
		error = ftruncate((int)handle - 1, (off_t)size) == 0 ? 0 : errno;
		close((int)handle - 1);
	}
	return error;
}

static int
folder_set(struct drive *drive, struct inode *inode, const struct stat *st, int set)
{
	const struct timespec times[2] = {st->st_mtim, st->st_mtim};
	char path[DROP_PATH_SIZE];

	if (!(set & FUSE_SET_ATTR_MTIME))
		return 0;
	if (!path_of(path, drive, inode))
		return ENOENT;
	return utimensat(drive->drop, path, times, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

/* That of a file in its folder, and that of the folder; one that was removed has none. */
static bool
sync_names(const struct drive *drive, const struct inode *inode)
{
	const struct inode *folder = inode_parent(&drive->inodes, inode);
	int directory;
	bool synced;

	if (fsync(drive->drop) != 0)
		return false;
	if (folder == NULL || folder->name == NULL)
		return true;
	if ((directory = openat(drive->drop, folder->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return errno == ENOENT;
	synced = fsync(directory) == 0;
	close(directory);
	return synced;
}

/* Before its close it is durable: who is told that it has arrived may forget it. */
static int
folder_sync(struct drive *drive, struct inode *inode, uint64_t handle)
{
	int file, error = borrow(&file, handle, drive, inode, O_RDONLY);

	if (error)
		return error;
	error = fsync(file) == 0 && sync_names(drive, inode) ? 0 : errno;
	give_back(file, handle);
	return error;
}

static int
folder_create(struct drive *drive, struct inode *directory, const char *name, mode_t mode)
{
	const struct ch_error *refused = ch_name_check(span_text(name));
	char path[DROP_PATH_SIZE];
	int file, error;

	(void)mode;
	if (refused)
		return errno_of(refused);
	if (!path_of_name(path, directory, name))
		return ENOENT;
	forget_name(drive, directory, name);
	file = openat(drive->drop, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return errno;
	if ((error = set_owner(drive, file)))
		unlinkat(drive->drop, path, 0);
	close(file);
	accept_wake(drive);
	return error;
}

/* A note about what is not there any more says nothing. */
static void
remove_note(struct drive *drive, const char *path)
{
	char note[DROP_PATH_SIZE + sizeof(DROP_REFUSED)];

	snprintf(note, sizeof(note), "%s" DROP_REFUSED, path);
	unlinkat(drive->drop, note, 0);
}

static int
folder_remove(struct drive *drive, struct inode *directory, const char *name, bool is_directory)
{
	char path[DROP_PATH_SIZE];

	if (is_directory)
		return ENOTDIR;
	if (!path_of_name(path, directory, name) || !is_theirs(drive, path))
		return ENOENT;
	if (unlinkat(drive->drop, path, 0) != 0)
		return errno;
	remove_note(drive, path);
	forget_name(drive, directory, name);
	return 0;
}

static int
folder_rename(struct drive *drive, struct inode *from, const char *name, struct inode *to, const char *new_name)
{
	const struct ch_error *error = ch_name_check(span_text(new_name));
	struct inode *inode = inode_child(&drive->inodes, from->id, name), *replaced = inode_child(&drive->inodes, to->id, new_name);
	char path[DROP_PATH_SIZE], new[DROP_PATH_SIZE];
	struct stat st;

	if (error)
		return errno_of(error);
	if (!path_of_name(path, from, name) || !path_of_name(new, to, new_name) || !is_theirs(drive, path))
		return ENOENT;
	if (stat_below(&st, drive, new, false) == 0 && !is_theirs(drive, new))
		return EACCES;
	if (renameat(drive->drop, path, drive->drop, new) != 0)
		return errno;
	remove_note(drive, path);
	if (replaced && replaced != inode)
		inode_clear_name(&drive->inodes, replaced);
	if (inode)
		inode_set_name(&drive->inodes, inode, to->id, new_name);
	accept_wake(drive);
	return 0;
}

/* Valid for no time: folders are made, and files taken away, by others. */
const struct view drop_view = {.lookup = drop_lookup, .attributes = drop_attributes, .next = drop_next};
const struct view folder_view = {
	.lookup = folder_lookup,
	.attributes = folder_attributes,
	.next = folder_next,
	.read = folder_read,
	.open = folder_open,
	.release = folder_release,
	.write = folder_write,
	.truncate = folder_truncate,
	.set = folder_set,
	.sync = folder_sync,
	.create = folder_create,
	.remove = folder_remove,
	.rename = folder_rename,
};
