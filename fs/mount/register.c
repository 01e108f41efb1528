/* The root of the mount: what main holds, but files/ in its working state, and beside it drop/, history/ and inbox/. */
#include "register.h"

#include <errno.h>

#include "annex.h"
#include "errors.h"

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
		(*child)->overlaid = true;
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

bool
register_has_other(const struct drive *drive, const char *name)
{
	return other_view(drive, name) != NULL;
}

const struct ch_error *
register_follow(struct drive *drive, const struct ch_oid *tree)
{
	struct inode *root = inode_get(&drive->inodes, 1);
	const struct ch_oid before = root->oid;

	root->oid = *tree;
	root->time = drive->time * NANOSECONDS;
	return git_follow(drive, root, &before, tree);
}

const struct view root_view = {.valid = VIEW_FOR_EVER, .lookup = root_lookup, .attributes = git_attributes, .next = root_next};
const struct view register_view = {
	.valid = VIEW_FOR_EVER, .lookup = register_lookup, .attributes = git_attributes, .next = git_next, .large = git_large, .read = git_read};
