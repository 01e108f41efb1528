#define FUSE_USE_VERSION 314
#include "ops.h"

#include <errno.h>

#include "attributes.h"

/* Of a size of 0 the length is asked for. */
static void
reply(fuse_req_t request, int error, const char *value, size_t len, size_t size)
{
	if (error)
		fuse_reply_err(request, error);
	else if (size == 0)
		fuse_reply_xattr(request, len);
	else if (size < len)
		fuse_reply_err(request, ERANGE);
	else
		fuse_reply_buf(request, value, len);
}

/* The kernel asks for security.capability before each write() to a file, and before it has changed anything. */
static void
announce_write(struct drive *drive, fuse_ino_t id)
{
	struct inode *inode;

	pthread_mutex_lock(&drive->lock);
	if (inode_of_request(&inode, drive, id) == 0)
		ahead_leave(drive, inode);
	pthread_mutex_unlock(&drive->lock);
}

void
op_getxattr(fuse_req_t request, fuse_ino_t id, const char *name, size_t size)
{
	struct drive *drive = fuse_req_userdata(request);
	char value[ATTRIBUTE_MAX];
	struct inode *inode;
	size_t len = 0;
	int error;

	if (!attribute_is_ours(name)) {
		if (strcmp(name, "security.capability") == 0)
			announce_write(drive, id);
		fuse_reply_err(request, ENODATA);
		return;
	}
	sharing_begin(request);
	if ((error = inode_of_request(&inode, drive, id)) == 0 && (error = sharing_see(drive, inode)) == 0)
		error = attribute_get(value, &len, drive, inode, name);
	sharing_end(drive);
	reply(request, error, value, len, size);
}

void
op_listxattr(fuse_req_t request, fuse_ino_t id, size_t size)
{
	struct drive *drive = fuse_req_userdata(request);
	char names[ATTRIBUTE_MAX];
	struct inode *inode;
	size_t len = 0;
	int error;

	sharing_begin(request);
	if ((error = inode_of_request(&inode, drive, id)) == 0 && (error = sharing_see(drive, inode)) == 0)
		len = attribute_list(names, drive, inode);
	sharing_end(drive);
	reply(request, error, names, len, size);
}
