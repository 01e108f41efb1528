#define FUSE_USE_VERSION 314
#include "ops.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/statvfs.h>

/* Offsets 1 and 2 are behind "." and "..", from there on the view's cookie follows. */
enum { DOTS = 2, FIRST_SIZE = 4096 };

/* An answer while it is filled. */
struct listing {
	fuse_req_t request;
	struct drive *drive;
	struct inode *directory;
	char *buffer;
	size_t size, used;
	bool plus;
};

/* False when it does not fit any more. */
static bool
put(struct listing *l, const char *name, struct fuse_entry_param *entry, uint64_t behind)
{
	size_t need, room = l->size - l->used;

	if (l->plus)
		need = fuse_add_direntry_plus(l->request, l->buffer + l->used, room, name, entry, (off_t)behind);
	else
		need = fuse_add_direntry(l->request, l->buffer + l->used, room, name, &entry->attr, (off_t)behind);
	if (need > room)
		return false;
	l->used += need;
	return true;
}

/* The kernel looks these two up itself: they count no lookup. */
static bool
put_dots(struct listing *l, uint64_t *offset)
{
	struct fuse_entry_param entry = {.attr = {.st_ino = l->directory->id, .st_mode = S_IFDIR}};

	for (; *offset < DOTS; ++*offset)
		if (!put(l, *offset == 0 ? "." : "..", &entry, *offset + 1))
			return false;
	return true;
}

static int
put_entry(struct listing *l, const char *name, uint64_t behind, bool *fits)
{
	struct fuse_entry_param entry = {0};
	int error = entry_of(&entry, l->drive, l->directory, name);

	*fits = true;
	if (error == ENOENT)
		return 0; /* gone between listing and looking */
	if (error)
		return error;
	*fits = put(l, name, &entry, behind);
	if (!*fits || !l->plus)
		inode_forget(l->drive, inode_get(&l->drive->inodes, entry.ino), 1);
	return 0;
}

static int
fill(struct listing *l, uint64_t offset)
{
	char name[VIEW_NAME_MAX + 1];
	uint64_t cookie;
	bool fits = put_dots(l, &offset);
	int error = 0;

	for (cookie = offset - DOTS; fits && error == 0;) {
		error = l->directory->view->next(name, &cookie, l->drive, l->directory);
		if (error == 0)
			error = put_entry(l, name, cookie + DOTS, &fits);
	}
	return error == ENOENT || l->used ? 0 : error;
}

static void
list_and_reply(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, bool plus)
{
	struct listing l = {.request = request, .drive = fuse_req_userdata(request), .size = size, .plus = plus, .buffer = malloc(size)};
	int error = l.buffer ? 0 : ENOMEM;

	sharing_begin(request);
	if (error == 0)
		error = directory_of_request(&l.directory, l.drive, id);
	if (error == 0 && plus && offset > DOTS)
		ahead_listed(l.drive, l.directory, (uint64_t)offset - DOTS);
	else if (error == 0 && plus && size > FIRST_SIZE && ahead_expects(l.drive, l.directory))
		l.size = FIRST_SIZE; /* so that pushing begins soon */
	if (error == 0)
		error = fill(&l, (uint64_t)offset);
	sharing_end(l.drive);
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_buf(request, l.buffer, l.used);
	free(l.buffer);
}

/* Asked for in every mount: it tells which listings the kernel may keep. */
void
op_opendir(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file)
{
	struct drive *drive = fuse_req_userdata(request);
	struct inode *inode;
	int error;

	sharing_begin(request);
	if ((error = directory_of_request(&inode, drive, id)) == 0 && (error = sharing_see(drive, inode)) == 0) {
		file->cache_readdir = sharing_keeps_listing(drive, inode);
		file->keep_cache = file->cache_readdir && !inode->outdated;
		inode->outdated = false;
	}
	sharing_end(drive);
	if (error)
		fuse_reply_err(request, error);
	else
		fuse_reply_open(request, file);
}

void
op_readdir(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)file;
	list_and_reply(request, id, size, offset, false);
}

void
op_readdirplus(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file)
{
	(void)file;
	list_and_reply(request, id, size, offset, true);
}

void
op_statfs(fuse_req_t request, fuse_ino_t id)
{
	struct drive *drive = fuse_req_userdata(request);
	struct statvfs st;

	(void)id;
	if (statvfs(drive->archive, &st) != 0) {
		fuse_reply_err(request, errno);
		return;
	}
	st.f_namemax = PATH_MAX_BYTES;
	fuse_reply_statfs(request, &st);
}
