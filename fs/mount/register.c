/* The root of the mount: what main holds, but files/ in its working state, and beside it drop/, history/ and inbox/. */
#include "register.h"

#include <errno.h>

#include "annex.h"
#include "errors.h"
#include "wire/tree.h"

static const struct {
	const char *name;
	const struct view *view;
} others[] = {{"files", &files_view}, {"drop", &drop_view}, {"history", &history_view}, {"inbox", &inbox_view}};

enum { OTHERS = sizeof(others) / sizeof(others[0]) };

/* A copy that is only read need not have a drop/. */
static bool
has_other(const struct drive *drive, size_t i)
{
	return others[i].view != &drop_view || drive->drop >= 0;
}

static const struct view *
other_view(const struct drive *drive, const char *name)
{
	for (size_t i = 0; i < OTHERS; i++)
		if (has_other(drive, i) && strcmp(name, others[i].name) == 0)
			return others[i].view == &history_view && annex_place() ? &annex_view : others[i].view;
	return NULL;
}

static int
root_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct view *view = other_view(drive, name);

	if (view == NULL)
		return git_lookup(child, drive, directory, name, &register_view);
	*child = inode_child_of_view(&drive->inodes, directory->id, name, view, view != &annex_view);
	if (view == &files_view) {
		(*child)->node = drive->overlay.root;
		drive->overlay.root->user = *child;
	}
	return 0;
}

/* The others' names first, then the entries of the tree. */
static int
root_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	uint64_t behind;
	int error;

	while (*cookie < OTHERS) {
		size_t i = (*cookie)++;

		if (!has_other(drive, i))
			continue;
		strcpy(name, others[i].name);
		return 0;
	}
	behind = *cookie - OTHERS;
	do
		error = git_next(name, &behind, drive, directory);
	while (error == 0 && other_view(drive, name));
	*cookie = behind + OTHERS;
	return error;
}

static int
register_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	return git_lookup(child, drive, directory, name, &register_view);
}

static const struct ch_error *follow(struct drive *drive, struct inode *directory, const struct ch_oid *tree);

/* An entry that the two trees do not have alike. */
static const struct ch_error *
follow_entry(struct drive *drive, struct inode *directory, struct span entry_name, const struct tree_entry *now)
{
	char name[VIEW_NAME_MAX + 1] = "";
	struct inode *child;
	struct ch_oid tree;

	memcpy(name, entry_name.data, entry_name.len < VIEW_NAME_MAX ? entry_name.len : VIEW_NAME_MAX);
	if (directory->view == &root_view && other_view(drive, name))
		return NULL;
	child = inode_child(&drive->inodes, directory->id, name);
	if (child && now && child->directory && now->directory) {
		memcpy(tree.id, now->id, sizeof(tree.id));
		return follow(drive, child, &tree);
	}
	if (child)
		inode_clear_name(&drive->inodes, child);
	notices_add(&drive->notices, directory->id, name);
	return NULL;
}

static const struct ch_error *
compare(struct drive *drive, struct inode *directory, struct span old, struct span new)
{
	struct tree_entry a, b;
	bool has_a = tree_next(&a, &old), has_b = tree_next(&b, &new);
	const struct ch_error *error = NULL;

	while ((has_a || has_b) && error == NULL) {
		int order = !has_a ? 1 : !has_b ? -1 : tree_order(a.name, a.directory, b.name, b.directory);

		if (order || memcmp(a.id, b.id, OBJECT_ID_SIZE) != 0)
			error = follow_entry(drive, directory, order < 0 ? a.name : b.name, order < 0 ? NULL : &b);
		if (order <= 0)
			has_a = tree_next(&a, &old);
		if (order >= 0)
			has_b = tree_next(&b, &new);
	}
	return error;
}

static const struct ch_error *
follow(struct drive *drive, struct inode *directory, const struct ch_oid *tree)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct span old, new;

	if ((error = ch_store_read(&old, &drive->store, CH_TREE, &directory->oid, &arena)) == NULL &&
	    (error = ch_store_read(&new, &drive->store, CH_TREE, tree, &arena)) == NULL) {
		directory->oid = *tree;
		directory->time = drive->time;
		error = compare(drive, directory, old, new);
	}
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
register_follow(struct drive *drive, const struct ch_oid *tree)
{
	return follow(drive, inode_get(&drive->inodes, 1), tree);
}

const struct view root_view = {.valid = VIEW_FOR_EVER, .lookup = root_lookup, .attributes = git_attributes, .next = root_next};
const struct view register_view = {
	.valid = VIEW_FOR_EVER, .lookup = register_lookup, .attributes = git_attributes, .next = git_next, .large = git_large, .read = git_read};
