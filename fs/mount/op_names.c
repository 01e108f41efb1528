#define FUSE_USE_VERSION 314
#include "ops.h"

#include <errno.h>
#include <stdio.h>

#include "direct.h"

int
inode_of_request(struct inode **inode, struct drive *drive, fuse_ino_t id)
{
	*inode = inode_get(&drive->inodes, id);
	return *inode ? 0 : ENOENT;
}

int
directory_of_request(struct inode **directory, struct drive *drive, fuse_ino_t id)
{
	int error = inode_of_request(directory, drive, id);

	return error ? error : (*directory)->directory ? 0 : ENOTDIR;
}

int
entry_of_inode(struct fuse_entry_param *entry, struct drive *drive, struct inode *inode, const struct inode *directory)
{
	int error = inode->view->attributes(&entry->attr, drive, inode);

	if (error)
		return error;
	entry->ino = inode->id;
	entry->entry_timeout = sharing_keeps_name(drive, directory, inode);
	entry->attr_timeout = sharing_keeps_attributes(drive, inode);
	inode->lookups++;
	return 0;
}

/* `absent`: nobody has such a name; ENOENT is also the answer to who does not see it. */
static int
look_up(struct fuse_entry_param *entry, bool *absent, struct drive *drive, struct inode *directory, const char *name)
{
	struct inode *inode;
	int error = directory->view->lookup(&inode, drive, directory, name);

	*absent = error == ENOENT;
	if (error)
		return error;
	if ((error = sharing_find(drive, inode, directory, name))) {
		inode_forget(drive, inode, 0);
		return error;
	}
	return entry_of_inode(entry, drive, inode, directory);
}

int
entry_of(struct fuse_entry_param *entry, struct drive *drive, struct inode *directory, const char *name)
{
	bool absent;

	return look_up(entry, &absent, drive, directory, name);
}

static void
reply_entry(fuse_req_t request, int error, const struct fuse_entry_param *entry)
{
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_entry(request, entry);
}

/* That a name is not there may be kept as long as that it is. */
void
op_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	struct drive *drive = fuse_req_userdata(request);
	struct fuse_entry_param entry = {0};
	struct inode *directory;
	bool absent = false;
	int error;

	sharing_begin(request);
	error = directory_of_request(&directory, drive, parent);
	if (error == 0)
		error = look_up(&entry, &absent, drive, directory, name);
	if (absent && sharing_keeps_absence(drive, directory) > 0) {
		entry = (struct fuse_entry_param){.entry_timeout = sharing_keeps_absence(drive, directory)};
		error = 0;
	}
	sharing_end(drive);
	reply_entry(request, error, &entry);
}

void
inode_forget(struct drive *drive, struct inode *inode, uint64_t lookups)
{
	if (inode == NULL || inode->id == FUSE_ROOT_ID)
		return;
	inode->lookups = (lookups < inode->lookups ? inode->lookups - lookups : 0) & INODE_LOOKUPS_MAX;
	if (inode->lookups)
		return;
	if (inode->view->forget)
		inode->view->forget(drive, inode);
	inode_free(&drive->inodes, inode);
}

void
op_forget(fuse_req_t request, fuse_ino_t id, uint64_t lookups)
{
	struct drive *drive = fuse_req_userdata(request);

	sharing_begin(request);
	inode_forget(drive, inode_get(&drive->inodes, id), lookups);
	sharing_end(drive);
	fuse_reply_none(request);
}

void
op_forget_multi(fuse_req_t request, size_t count, struct fuse_forget_data *forgets)
{
	struct drive *drive = fuse_req_userdata(request);

	sharing_begin(request);
	for (size_t i = 0; i < count; i++)
		inode_forget(drive, inode_get(&drive->inodes, forgets[i].ino), forgets[i].nlookup);
	sharing_end(drive);
	fuse_reply_none(request);
}

/* Makes a file or a directory and finds it. */
static int
make(struct fuse_entry_param *entry, struct drive *drive, fuse_ino_t parent, const char *name, mode_t mode, bool make_directory)
{
	struct inode *directory;
	int (*making)(struct drive *, struct inode *, const char *, mode_t);
	int error = directory_of_request(&directory, drive, parent);

	if (error)
		return error;
	making = make_directory ? directory->view->make_directory : directory->view->create;
	if (making == NULL)
		return directory->view->create ? EPERM : EROFS;
	if ((error = sharing_change_entry(drive, directory, name)) || (error = making(drive, directory, name, mode)))
		return error;
	if ((error = entry_of(entry, drive, directory, name)) == 0)
		sharing_changed(drive, inode_get(&drive->inodes, entry->ino));
	return error;
}

void
op_create(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct fuse_entry_param entry = {0};
	struct inode *inode;
	int error;

	sharing_begin(request);
	error = make(&entry, drive, parent, name, mode, false);
	if (error == 0) {
		inode = inode_get(&drive->inodes, entry.ino);
		sharing_pages(file, drive, inode);
		if (sharing_asks_open(&drive->sharing) && (error = inode->view->open(&file->fh, drive, inode, file->flags)))
			inode_forget(drive, inode, 1);
		else
			direct_begin(file, drive, inode);
	}
	sharing_end(drive);
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_create(request, &entry, file);
}

static void
make_and_reply(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, bool make_directory)
{
	struct drive *drive = fuse_req_userdata(request);
	struct fuse_entry_param entry = {0};
	int error;

	sharing_begin(request);
	error = make(&entry, drive, parent, name, mode, make_directory);
	if (error == 0)
		drive_closed(drive);
	sharing_end(drive);
	reply_entry(request, error, &entry);
}

void
op_mknod(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
{
	(void)device;
	if (S_ISREG(mode))
		make_and_reply(request, parent, name, mode, false);
	else
		fuse_reply_err(request, EPERM);
}

void
op_mkdir(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode)
{
	make_and_reply(request, parent, name, mode, true);
}

/* Links are not kept: what a commit holds has one name and is a file. */
void
op_symlink(fuse_req_t request, const char *target, fuse_ino_t parent, const char *name)
{
	(void)target, (void)parent, (void)name;
	fuse_reply_err(request, EPERM);
}

static void
remove_and_reply(fuse_req_t request, fuse_ino_t parent, const char *name, bool is_directory)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *directory;
	int error;

	sharing_begin(request);
	error = directory_of_request(&directory, drive, parent);
	if (error == 0)
		error = sharing_change_entry(drive, directory, name);
	if (error == 0)
		error = directory->view->remove ? directory->view->remove(drive, directory, name, is_directory) : EROFS;
	if (error == 0)
		sharing_changed(drive, directory);
	sharing_end(drive);
	fuse_reply_err(request, error);
}

void
op_unlink(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	remove_and_reply(request, parent, name, false);
}

void
op_rmdir(fuse_req_t request, fuse_ino_t parent, const char *name)
{
	remove_and_reply(request, parent, name, true);
}

static int
rename_entry(struct drive *drive, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name, unsigned flags)
{
	struct inode *from, *to, *there;
	int error = directory_of_request(&from, drive, parent);

	if (error == 0)
		error = directory_of_request(&to, drive, new_parent);
	if (error)
		return error;
	if (flags != 0 && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE)
		return EINVAL;
	if (from->view->rename == NULL || to->view->rename == NULL)
		return EROFS;
	if ((error = sharing_change_entry(drive, from, name)) || (error = sharing_change_entry(drive, to, new_name)))
		return error;
	if (from->view != to->view)
		return EXDEV;
	if (flags & RENAME_NOREPLACE) {
		error = to->view->lookup(&there, drive, to, new_name);
		if (error != ENOENT)
			return error ? error : EEXIST;
	}
	if (flags & RENAME_EXCHANGE)
		return from->view->exchange ? from->view->exchange(drive, from, name, to, new_name) : EINVAL;
	return from->view->rename(drive, from, name, to, new_name);
}

void
op_rename(fuse_req_t request, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name, unsigned flags)
{
	struct drive *drive = fuse_req_userdata(request);
	int error;

	sharing_begin(request);
	error = rename_entry(drive, parent, name, new_parent, new_name, flags);
	if (error == 0) {
		sharing_changed(drive, inode_get(&drive->inodes, parent));
		sharing_changed(drive, inode_get(&drive->inodes, new_parent));
	}
	sharing_end(drive);
	fuse_reply_err(request, error);
}
