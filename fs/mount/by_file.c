/*
 * history/by-file/<path>/: all versions of one file, each a file "<day>-<page>-<who>-<name>", so that they sort; where it was removed an empty one whose name
 * ends in ".removed". A drive that has saved for others names them behind itself, "d1+bob+carol", where there is room. Directories hold what they hold and what they
 * have held.
 */
#include "by_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "drive.h"
#include "errors.h"
#include "register.h"
#include "shown.h"

void
by_file_release(struct by_file *by_file)
{
	ch_arena_clear(&by_file->arena);
	*by_file = (struct by_file){0};
}

static bool
put_version(char out[VIEW_NAME_MAX + 1], const struct ch_version *version, struct span who, const char *file)
{
	char day[TIME_TEXT + 1];

	text_put_time(day, version->entry->received);
	return snprintf(out, VIEW_NAME_MAX + 1, "%.10s-%06llu-%.*s-%s%s", day, (unsigned long long)version->entry->seq, (int)who.len, (const char *)who.data,
			file, version->there ? "" : ".removed") <= VIEW_NAME_MAX;
}

/* The name of a version; false when it does not fit, which no name that can be saved is long enough for. */
static bool
name_version(char out[VIEW_NAME_MAX + 1], const struct ch_state *state, const struct ch_version *version, const char *file)
{
	const struct span *value = ch_entry_act(state, version->entry)->statement.value, actor = value[KEY_ACTOR], others = value[KEY_FOR];
	char who[VIEW_NAME_MAX + 1];

	if (others.len && actor.len + 1 + others.len <= VIEW_NAME_MAX) {
		sprintf(who, "%.*s+%.*s", (int)actor.len, (const char *)actor.data, (int)others.len, (const char *)others.data);
		for (char *c = who; (c = strchr(c, ' '));)
			*c = '+';
		if (put_version(out, version, span_text(who), file))
			return true;
	}
	return put_version(out, version, actor, file);
}

static const struct ch_error *
fill_versions(struct by_file *by_file, struct drive *drive, const struct ch_state *state, struct span path)
{
	const char *file = strrchr(by_file->path, '/') ? strrchr(by_file->path, '/') + 1 : by_file->path;
	const struct ch_error *error;
	struct ch_versions versions;
	char name[VIEW_NAME_MAX + 1];

	if ((error = ch_versions(&versions, state, &drive->store, path, 0, &by_file->arena)))
		return error;
	by_file->names = ch_arena_alloc(&by_file->arena, (versions.count + 1) * sizeof(*by_file->names));
	by_file->versions = ch_arena_alloc(&by_file->arena, (versions.count + 1) * sizeof(*by_file->versions));
	for (size_t i = versions.count; i-- > 0;)
		if (name_version(name, state, &versions.list[i], file)) {
			by_file->names[by_file->count] = ch_arena_copy(&by_file->arena, span_text(name));
			by_file->versions[by_file->count++] = versions.list[i];
		}
	return ch_state_trouble(state);
}

/* What is in a directory of this view, kept for the one asked for last. */
static const struct ch_error *
fill(struct drive *drive, struct inode *directory)
{
	struct by_file *by_file = &drive->by_file;
	const struct ch_state *state;
	const struct ch_error *error;
	char path[SHOWN_PATH_MAX];

	if (!shown_path(path, drive, directory))
		path[0] = '\0';
	if ((error = drive_state(&state, drive)))
		return error;
	if (by_file->path && strcmp(by_file->path, path) == 0 && ch_oid_equal(&by_file->head, &state->head))
		return NULL;
	by_file_release(by_file);
	by_file->head = state->head;
	by_file->path = ch_arena_text(&by_file->arena, span_text(path));
	if (directory->view == &versions_view)
		error = fill_versions(by_file, drive, state, span_text(path));
	else
		error = ch_versions_names(&by_file->names, &by_file->count, state, &drive->store, span_text(path), &by_file->arena);
	if (error)
		by_file_release(by_file);
	return error;
}

static int
names_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct ch_error *error;
	struct span next;

	if ((error = fill(drive, directory)))
		return errno_of(error);
	if (*cookie >= drive->by_file.count)
		return ENOENT;
	next = drive->by_file.names[(*cookie)++];
	snprintf(name, VIEW_NAME_MAX + 1, "%.*s", (int)next.len, (const char *)next.data);
	return 0;
}

static int
by_file_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	char path[SHOWN_PATH_MAX];
	const struct ch_state *state;
	const struct ch_error *error;
	enum ch_was was;
	size_t len;

	if (!shown_path(path, drive, directory))
		path[0] = '\0';
	len = strlen(path);
	if ((size_t)snprintf(path + len, sizeof(path) - len, "%s%s", len ? "/" : "", name) >= sizeof(path) - len)
		return ENAMETOOLONG;
	if ((error = drive_state(&state, drive)) == NULL)
		error = ch_versions_kind(&was, state, &drive->store, span_text(path));
	if (error || was == CH_WAS_NOTHING)
		return error ? errno_of(error) : ENOENT;
	*child = inode_child_of_view(&drive->inodes, directory->id, name, was == CH_WAS_FILE ? &versions_view : &by_file_view, true);
	return 0;
}

static int
by_file_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	drive_attributes(st, drive, inode, false, 0, inode->directory ? drive->time * NANOSECONDS : inode->time);
	return 0;
}

static int
versions_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct ch_version *version = NULL;
	const struct ch_error *error;

	if ((error = fill(drive, directory)))
		return errno_of(error);
	for (size_t i = 0; i < drive->by_file.count && version == NULL; i++)
		if (span_is(drive->by_file.names[i], name))
			version = &drive->by_file.versions[i];
	if (version == NULL)
		return ENOENT;
	*child = inode_child_of_view(&drive->inodes, directory->id, name, version->there ? &past_view : &removed_view, false);
	(*child)->oid = version->blob;
	(*child)->time = version->entry->received * NANOSECONDS;
	return 0;
}

static int
removed_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	(void)drive, (void)inode, (void)handle, (void)offset, (void)size;
	*out = span_of(NULL, 0);
	return 0;
}

/* Every name is asked for each time: there may be more. What a version holds never changes. */
const struct view by_file_view = {.lookup = by_file_lookup, .attributes = by_file_attributes, .next = names_next};
const struct view versions_view = {.lookup = versions_lookup, .attributes = by_file_attributes, .next = names_next};
const struct view removed_view = {.valid = VIEW_FOR_EVER, .attributes = by_file_attributes, .read = removed_read};
