#define FUSE_USE_VERSION 314
#include "ops.h"

#include <errno.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "commit.h"
#include "direct.h"
#include "errors.h"
#include "files.h"

static void
reply_attributes(fuse_req_t request, int error, const struct stat *st, double valid)
{
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_attr(request, st, valid);
}

void
op_getattr(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	struct stat st;
	double valid = 0;
	int error;

	(void)file;
	sharing_begin(request);
	error = inode_of_request(&inode, drive, id);
	if (error == 0)
		error = sharing_see(drive, inode);
	if (error == 0) {
		error = inode->view->attributes(&st, drive, inode);
		valid = sharing_keeps_attributes(drive, inode);
	}
	sharing_end(drive);
	reply_attributes(request, error, &st, valid);
}

/* "Now" becomes a time like any other. */
static void
resolve_times(struct stat *st, int *set)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (*set & FUSE_SET_ATTR_MTIME_NOW)
		st->st_mtim = now;
	if (*set & FUSE_SET_ATTR_ATIME_NOW)
		st->st_atim = now;
	*set |= (*set & FUSE_SET_ATTR_MTIME_NOW ? FUSE_SET_ATTR_MTIME : 0) | (*set & FUSE_SET_ATTR_ATIME_NOW ? FUSE_SET_ATTR_ATIME : 0);
}

/* That it is to be his whose it is, is said by who copies; that it is to be somebody else's, is for those to say who have all. */
static int
check_owner(struct drive *drive, struct inode *inode, const struct stat *st, int set)
{
	struct stat is;
	uid_t uid;
	int error;

	if ((set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) == 0)
		return 0;
	if ((error = inode->view->attributes(&is, drive, inode)))
		return error;
	uid = set & FUSE_SET_ATTR_UID ? st->st_uid : is.st_uid;
	if (uid == is.st_uid && ((set & FUSE_SET_ATTR_GID) == 0 || st->st_gid == is.st_gid))
		return 0;
	if (inode->view != &files_view || !sharing_may_give(drive, uid))
		return EPERM;
	return (set & FUSE_SET_ATTR_GID) && st->st_gid != sharing_group(drive, uid) ? EPERM : 0;
}

static int
set_attributes(struct stat *out, struct drive *drive, fuse_ino_t id, struct stat *st, int set)
{
	struct inode *inode;
	int error = inode_of_request(&inode, drive, id);

	if (error)
		return error;
	resolve_times(st, &set);
	if (inode->view->set == NULL)
		return EROFS;
	ahead_leave(drive, inode);
	if ((error = sharing_change(drive, inode)))
		return error;
	if (set & FUSE_SET_ATTR_SIZE)
		sharing_changed(drive, inode);
	if ((error = check_owner(drive, inode, st, set)))
		return error;
	if ((set & FUSE_SET_ATTR_SIZE) && (error = inode->directory ? EISDIR : inode->view->truncate(drive, inode, (uint64_t)st->st_size)))
		return error;
	if (set != FUSE_SET_ATTR_SIZE && (error = inode->view->set(drive, inode, st, set))) /* also of what stays as it is: the time of that */
		return error;
	return inode->view->attributes(out, drive, inode);
}

void
op_setattr(fuse_req_t request, fuse_ino_t id, struct stat *st, int set, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	struct stat out;
	double valid;
	int error;

	(void)file;
	sharing_begin(request);
	error = set_attributes(&out, drive, id, st, set);
	inode = inode_get(&drive->inodes, id);
	valid = inode ? sharing_keeps_attributes(drive, inode) : 0;
	sharing_end(drive);
	reply_attributes(request, error, &out, valid);
}

static bool
has_room(const struct drive *drive, uint64_t size)
{
	struct statvfs st;

	return statvfs(drive->archive, &st) != 0 || size / st.f_frsize < st.f_bavail;
}

static int
lengthen(struct drive *drive, fuse_ino_t id, uint64_t size)
{
	struct inode *inode;
	struct stat st;
	int error = inode_of_request(&inode, drive, id);

	if (error || (error = sharing_change(drive, inode)) || (error = inode->view->attributes(&st, drive, inode)))
		return error;
	if (inode->view->truncate == NULL)
		return EROFS;
	if ((uint64_t)st.st_size >= size)
		return 0;
	if (!has_room(drive, size - (uint64_t)st.st_size))
		return ENOSPC;
	ahead_leave(drive, inode);
	if ((error = inode->view->truncate(drive, inode, size)) == 0)
		sharing_changed(drive, inode);
	return error;
}

/* What is behind the end becomes part of the file, if there is room; it is not kept free. Whoever wants more than that can write zeros. */
void
op_fallocate(fuse_req_t request, fuse_ino_t id, int mode, off_t offset, off_t length, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	int error;

	(void)file;
	sharing_begin(request);
	error = mode ? EOPNOTSUPP : lengthen(drive, id, (uint64_t)offset + (uint64_t)length);
	sharing_end(drive);
	fuse_reply_err(request, error);
}

void
op_readlink(fuse_req_t request, fuse_ino_t id)
{
	struct drive *drive = fuse_req_userdata(request);
	const char *path = NULL;
	struct inode *inode;
	int error;

	sharing_begin(request);
	error = inode_of_request(&inode, drive, id);
	if (error == 0)
		error = inode->view->target ? inode->view->target(&path, drive, inode) : EINVAL;
	sharing_end(drive);
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_readlink(request, path);
}

static int
open_file(struct drive *drive, fuse_ino_t id, struct fuse_file_info *file)
{
	struct inode *inode;
	int error = inode_of_request(&inode, drive, id);

	if (error || (error = sharing_see(drive, inode)))
		return error;
	if ((file->flags & O_ACCMODE) != O_RDONLY && inode->view->write == NULL)
		return EROFS;
	if ((file->flags & O_ACCMODE) != O_RDONLY && (error = sharing_change(drive, inode)))
		return error;
	sharing_pages(file, drive, inode);
	return inode->view->open ? inode->view->open(&file->fh, drive, inode, file->flags) : 0;
}

void
op_open(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	int error = ENOSYS;

	if (sharing_asks_open(&drive->sharing)) {
		sharing_begin(request);
		error = open_file(drive, id, file);
		sharing_end(drive);
	}
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_open(request, file);
}

static int
access_inode(struct drive *drive, fuse_ino_t id, int mask)
{
	struct inode *inode;
	struct stat st;
	int error = inode_of_request(&inode, drive, id);

	if (error || (error = sharing_see(drive, inode)) || (error = inode->view->attributes(&st, drive, inode)))
		return error;
	if ((mask & W_OK) && inode->view->write == NULL && inode->view->create == NULL)
		return EROFS;
	if ((mask & X_OK) && (st.st_mode & 0111) == 0)
		return EACCES;
	return mask & W_OK ? sharing_change(drive, inode) : 0;
}

/* Asked for only where the kernel does not check by itself. */
void
op_access(fuse_req_t request, fuse_ino_t id, int mask)
{
	struct drive *drive = fuse_req_userdata(request);
	int error;

	sharing_begin(request);
	error = access_inode(drive, id, mask);
	sharing_end(drive);
	fuse_reply_err(request, error);
}

/* The kernel moves the bytes from one file to the other: no process copies them, and none holds the lock or a descriptor for longer than this. */
static void
reply_large(fuse_req_t request, const struct drive *drive, const struct ch_pointer *pointer, off_t offset, size_t size)
{
	struct fuse_bufvec bytes = FUSE_BUFVEC_INIT(size);
	const struct ch_error *error;
	int file;

	if ((error = ch_depot_open(&file, drive->store.path, pointer))) {
		fuse_reply_err(request, errno_of(error));
		return;
	}
	if ((uint64_t)offset >= pointer->size)
		bytes.buf[0].size = 0;
	else if (pointer->size - (uint64_t)offset < size)
		bytes.buf[0].size = (size_t)(pointer->size - (uint64_t)offset);
	bytes.buf[0].flags = FUSE_BUF_IS_FD | FUSE_BUF_FD_SEEK;
	bytes.buf[0].fd = file;
	bytes.buf[0].pos = offset;
	fuse_reply_data(request, &bytes, FUSE_BUF_SPLICE_MOVE);
	close(file);
}

/* Answered under the lock, but for what is large: the bytes are the view's only as long. */
void
op_read(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	struct ch_pointer pointer;
	struct span bytes = {0};
	bool large = false;
	int error;

	sharing_begin(request);
	if ((error = inode_of_request(&inode, drive, id)) == 0)
		error = sharing_see(drive, inode);
	if (error == 0) {
		ahead_leave(drive, inode);
		inode->paged = true;
	}
	if (error == 0 && inode->view->large)
		error = inode->view->large(&pointer, &large, drive, inode);
	if (error == 0 && large) {
		sharing_was_read(drive, inode);
		sharing_end(drive);
		reply_large(request, drive, &pointer, offset, size);
		return;
	}
	if (error == 0)
		error = inode->view->read ? inode->view->read(&bytes, drive, inode, file->fh, (uint64_t)offset, size) : EISDIR;
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_buf(request, (const char *)bytes.data, bytes.len);
	if (error == 0)
		sharing_was_read(drive, inode);
	if (error == 0 && offset == 0 && bytes.len <= BLOBS_SMALL)
		ahead_note(drive, inode);
	sharing_end(drive);
}

/*
 * Answers when what was written to a file is on disk: with everything else that the journal has, or, outside of it, by itself. `written`: the answer to a write of so
 * many bytes.
 */
static void
answer_durable(fuse_req_t request, fuse_ino_t id, const struct fuse_file_info *file, size_t written)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	bool own;
	int error;

	sharing_begin(request);
	error = inode_of_request(&inode, drive, id);
	own = error == 0 && inode->view->sync;
	if (own)
		error = inode->view->sync(drive, inode, file->fh);
	sharing_end(drive);
	if (!own)
		sync_request(request, written);
	else if (error || written == 0)
		fuse_reply_err(request, error);
	else
		fuse_reply_write(request, written);
}

/*
 * Where to append. The kernel says where the end was when it last looked, which is before others have made the file longer, or shorter: then its pages are not
 * what is there either.
 */
static int
find_end(off_t *offset, struct drive *drive, struct inode *inode)
{
	struct stat st;
	int error = inode->view->attributes(&st, drive, inode);

	if (error || *offset == st.st_size)
		return error;
	*offset = st.st_size;
	notices_add(&drive->notices, inode->id, NULL);
	commit_wake();
	return 0;
}

/* 0 or an errno. Under the lock. */
static int
write_content(struct drive *drive, struct inode *inode, struct span bytes, off_t offset, const struct fuse_file_info *file)
{
	int error;

	ahead_leave(drive, inode);
	inode->paged |= !direct_is(file) && !file->writepage;
	if (file->writepage && inode->view == &files_view)
		sharing_stand_for(drive, file->fh);
	error = sharing_change(drive, inode); /* who opened it may have lost the right */
	if (error == 0 && (file->flags & O_APPEND) && !file->writepage)
		error = find_end(&offset, drive, inode);
	if (error == 0)
		error = inode->view->write ? inode->view->write(drive, inode, file->fh, (uint64_t)offset, bytes) : EROFS;
	if (error == 0)
		sharing_changed(drive, inode);
	return error;
}

bool
write_unless_paged(fuse_req_t request, fuse_ino_t id, struct span bytes, off_t offset, const struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	bool paged;
	int error;

	sharing_begin(request);
	error = inode_of_request(&inode, drive, id);
	if (error == 0 && direct_is(file) && drive->asks != 0)
		error = files_drop_privileges(drive, inode);
	paged = error == 0 && inode->paged && direct_is(file);
	if (error == 0 && !paged)
		error = write_content(drive, inode, bytes, offset, file);
	sharing_end(drive);
	if (paged)
		return false;
	if (error)
		fuse_reply_err(request, error);
	else if ((file->flags & (O_SYNC | O_DSYNC)) || drive->sharing.syncs_writes)
		answer_durable(request, id, file, bytes.len);
	else
		fuse_reply_write(request, bytes.len);
	return true;
}

void
op_write(fuse_req_t request, fuse_ino_t id, const char *bytes, size_t size, off_t offset, struct fuse_file_info *file)
{
	if (!write_unless_paged(request, id, span_of(bytes, size), offset, file))
		direct_write(request, id, span_of(bytes, size), offset, file);
}

/* Everything was journalled when it was written; there is nothing left to do at close unless it is to survive a loss of power. */
void
op_flush(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file)
{
	const struct drive *drive = fuse_req_userdata(request);

	if (drive->sharing.syncs_closes)
		answer_durable(request, id, file, 0);
	else
		fuse_reply_err(request, sharing_asks_close(&drive->sharing) ? 0 : ENOSYS);
}

void
op_release(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;

	sharing_begin(request);
	inode = inode_get(&drive->inodes, id);
	if (inode && inode->view->release && sharing_asks_open(&drive->sharing))
		inode->view->release(drive, inode, file->fh, file->flags);
	sharing_end(drive);
	fuse_reply_err(request, 0);
}

void
op_fsync(fuse_req_t request, fuse_ino_t id, int data_only, struct fuse_file_info *file)
{
	(void)data_only;
	answer_durable(request, id, file, 0);
}
