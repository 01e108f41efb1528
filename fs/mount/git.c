/* Directories and files of git trees, as they are. */
#include <errno.h>

#include "errors.h"
#include "register.h"

enum { MODE_FILE = sizeof("100644 ") - 1, MODE_DIRECTORY = sizeof("40000 ") - 1 };

static uint32_t
offset_of(const struct tree_entry *entry, struct span raw)
{
	return (uint32_t)(entry->name.data - raw.data) - (entry->directory ? MODE_DIRECTORY : MODE_FILE);
}

/* What a number says that was an offset once. */
static bool
entry_at(struct tree_entry *entry, struct span *rest, struct span raw, size_t offset)
{
	if (offset >= raw.len)
		return false;
	*rest = span_skip(raw, offset);
	return tree_next(entry, rest);
}

/* The entry of a name; where the last listing was is looked at first. */
static bool
find_entry(struct tree_entry *entry, const struct drive *drive, const struct ch_oid *tree, struct span raw, struct span name)
{
	struct span rest;

	if (ch_oid_equal(&drive->cursor.tree, tree) && entry_at(entry, &rest, raw, drive->cursor.offset) &&
		span_equal(entry->name, name))
		return true;
	return tree_find(entry, raw, name);
}

/* Of what main has, what is known; of what it had, the page. */
static void
date(struct inode *child, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw, int64_t time)
{
	struct ch_time known;
	bool is = child->view != &past_view && dates_find(&known, drive, directory, tree, raw, child->offset);

	dates_set(child, is ? &known : NULL, time);
}

int
git_find(struct inode **child, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span name,
	const struct view *view, int64_t time)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;

	if ((error = blobs_tree(&raw, &drive->blobs, &drive->store, tree)))
		return errno_of(error);
	if (!find_entry(&entry, drive, tree, raw, name))
		return ENOENT;
	*child = inode_child_span(&drive->inodes, directory->id, name);
	if (*child && (*child)->directory == entry.directory && memcmp((*child)->oid.id, entry.id, OBJECT_ID_SIZE) == 0)
		return 0;
	if (*child)
		inode_clear_name(&drive->inodes, *child); /* another version of the file has another inode */
	*child = inode_new(&drive->inodes, view, entry.directory);
	inode_set_key(&drive->inodes, *child, directory->id, name);
	memcpy((*child)->oid.id, entry.id, OBJECT_ID_SIZE);
	(*child)->offset = offset_of(&entry, raw);
	date(*child, drive, directory, tree, raw, time);
	return 0;
}

int
git_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name, const struct view *view)
{
	return git_find(child, drive, directory, &directory->oid, span_text(name), view, directory->time);
}

int
git_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	const struct ch_error *error;
	uint64_t size = 0;

	if (!inode->directory && (error = ch_pointer_size(&size, &drive->store, &inode->oid)))
		return errno_of(error);
	drive_attributes(st, drive, inode, inode->view == &files_view, size, inode->time);
	return 0;
}

int
git_following(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, const struct ch_oid *tree)
{
	uint64_t offset = *cookie >> GIT_COOKIE_NUMBER;
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw, rest;

	if ((error = blobs_tree(&raw, &drive->blobs, &drive->store, tree)))
		return errno_of(error);
	if (!entry_at(&entry, &rest, raw, (size_t)offset) || entry.name.len > VIEW_NAME_MAX)
		return ENOENT;
	drive->cursor = (struct git_cursor){*tree, (size_t)offset};
	memcpy(name, entry.name.data, entry.name.len);
	name[entry.name.len] = '\0';
	*cookie = (uint64_t)(raw.len - rest.len) << GIT_COOKIE_NUMBER | (uint32_t)(*cookie + 1);
	return 0;
}

int
git_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	return git_following(name, cookie, drive, &directory->oid);
}

bool
git_place(struct git_place *place, struct drive *drive, struct inode *inode)
{
	struct inode *directory = inode_parent(&drive->inodes, inode);
	const struct ch_oid *tree = directory && inode->name == NULL ? git_tree(directory) : NULL;
	struct tree_entry *entry = &place->entry;

	if (tree == NULL || inode->overlaid || blobs_tree(&place->raw, &drive->blobs, &drive->store, tree))
		return false;
	place->directory = directory;
	if (entry_at(entry, &place->rest, place->raw, inode->offset) &&
		inode_key(&drive->inodes, directory->id, entry->name) == inode->key)
		return true;
	for (place->rest = place->raw; tree_next(entry, &place->rest);) /* the tree is another one by now */
		if (inode_key(&drive->inodes, directory->id, entry->name) == inode->key) {
			inode->offset = offset_of(entry, place->raw);
			return true;
		}
	return false;
}

struct inode *
git_name(struct span *name, struct drive *drive, struct inode *inode)
{
	struct git_place place;

	if (inode->name) {
		*name = span_text(inode->name);
		return inode_parent(&drive->inodes, inode);
	}
	if (!git_place(&place, drive, inode))
		return NULL;
	*name = place.entry.name;
	return place.directory;
}

static const struct ch_error *compare(struct drive *drive, struct inode *directory, struct span old, const struct ch_oid *tree, struct span new);

static const struct ch_error *
read_tree(struct span *raw, struct drive *drive, const struct ch_oid *tree, struct ch_arena *arena)
{
	*raw = (struct span){0};
	return tree ? ch_store_read(raw, &drive->store, CH_TREE, tree, arena) : NULL;
}

const struct ch_error *
git_follow(struct drive *drive, struct inode *directory, const struct ch_oid *old, const struct ch_oid *new)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct span before, now;

	if ((error = read_tree(&before, drive, old, &arena)) == NULL && (error = read_tree(&now, drive, new, &arena)) == NULL)
		error = compare(drive, directory, before, new, now);
	ch_arena_clear(&arena);
	return error;
}

/* An entry that the two trees do not have alike; `now`, in the tree `raw`, is NULL when it is gone. */
static const struct ch_error *
follow_entry(struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw, struct span name, const struct tree_entry *now)
{
	struct inode *child = inode_child_span(&drive->inodes, directory->id, name);
	bool files = directory->view == &files_view, same = child && now && child->directory == now->directory;
	struct ch_oid old, new;
	char copy[VIEW_NAME_MAX + 1] = "";

	memcpy(copy, name.data, name.len < VIEW_NAME_MAX ? name.len : VIEW_NAME_MAX);
	if (directory->view == &root_view && register_has_other(drive, copy))
		return NULL;
	if (same && (child->directory || files)) {
		old = child->oid;
		memcpy(new.id, now->id, sizeof(new.id));
		child->oid = new;
		child->offset = offset_of(now, raw);
		date(child, drive, directory, tree, raw, files ? drive->overlay.time : drive->time * NANOSECONDS);
		if (child->directory)
			return git_follow(drive, child, &old, &new);
		ahead_leave(drive, child);
		notices_add(&drive->notices, child->id,
			NULL); /* what is open goes on with the new content, as when it is overlaid */
		return NULL;
	}
	if (child)
		inode_clear_name(&drive->inodes, child);
	notices_add(&drive->notices, directory->id, copy);
	return NULL;
}

static const struct ch_error *
compare(struct drive *drive, struct inode *directory, struct span old, const struct ch_oid *tree, struct span new)
{
	const struct span raw = new;
	struct tree_entry a, b;
	bool has_a = tree_next(&a, &old), has_b = tree_next(&b, &new);
	const struct ch_error *error = NULL;

	while ((has_a || has_b) && error == NULL) {
		int order = !has_a ? 1 : !has_b ? -1 : tree_order(a.name, a.directory, b.name, b.directory);

		if (order || memcmp(a.id, b.id, OBJECT_ID_SIZE) != 0)
			error = follow_entry(drive, directory, tree, raw, order <= 0 ? a.name : b.name, order < 0 ? NULL : &b);
		if (order <= 0)
			has_a = tree_next(&a, &old);
		if (order >= 0)
			has_b = tree_next(&b, &new);
	}
	return error;
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
