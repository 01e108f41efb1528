/* Directories and files of git trees, as they are. */
#include <errno.h>

#include "errors.h"
#include "register.h"
#include "wire/tree.h"

int
git_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name, const struct view *view)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;

	if ((error = blobs_tree(&raw, &drive->blobs, &drive->store, &directory->oid)))
		return errno_of(error);
	if (!tree_find(&entry, raw, span_text(name)))
		return ENOENT;
	*child = inode_child(&drive->inodes, directory->id, name);
	if (*child && memcmp((*child)->oid.id, entry.id, OBJECT_ID_SIZE) == 0)
		return 0;
	if (*child)
		inode_clear_name(&drive->inodes, *child); /* another version of the file has another inode */
	*child = inode_child_of_view(&drive->inodes, directory->id, name, view, entry.directory);
	memcpy((*child)->oid.id, entry.id, OBJECT_ID_SIZE);
	(*child)->time = directory->time;
	return 0;
}

int
git_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	const struct ch_error *error;
	uint64_t size = 0;

	if (!inode->directory && (error = ch_pointer_size(&size, &drive->store, &inode->oid)))
		return errno_of(error);
	drive_attributes(st, drive, inode, false, size, inode->time * 1000000000);
	return 0;
}

/* The cookie is the offset behind an entry in the tree object. */
int
git_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw, rest;

	if ((error = blobs_tree(&raw, &drive->blobs, &drive->store, &directory->oid)))
		return errno_of(error);
	if (*cookie >= raw.len)
		return ENOENT;
	rest = span_skip(raw, (size_t)*cookie);
	if (!tree_next(&entry, &rest) || entry.name.len > VIEW_NAME_MAX)
		return ENOENT;
	memcpy(name, entry.name.data, entry.name.len);
	name[entry.name.len] = '\0';
	*cookie = raw.len - rest.len;
	return 0;
}

int
git_is_large(struct ch_pointer *pointer, bool *is, struct drive *drive, const struct ch_oid *blob)
{
	const struct ch_error *error;
	struct span text;

	*is = false;
	if ((error = blobs_get(&text, &drive->blobs, &drive->store, blob)) == NULL)
		*is = ch_pointer_read(pointer, text);
	return errno_of(error);
}

int
git_large(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode)
{
	return git_is_large(pointer, is, drive, &inode->oid);
}

int
git_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	const struct ch_error *error;

	(void)handle;
	if ((error = blobs_get(out, &drive->blobs, &drive->store, &inode->oid)))
		return errno_of(error);
	if (offset > out->len)
		offset = out->len;
	*out = span_skip(*out, (size_t)offset);
	if (out->len > size)
		out->len = size;
	return 0;
}
