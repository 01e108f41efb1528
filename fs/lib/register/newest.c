#include "newest.h"

#include <stdlib.h>

#include "versions_inside.h"
#include "wire/tree.h"

struct file {
	struct found found;
	bool known; /* since which state */
	struct ch_space_version since;
	struct ch_version version; /* entry: NULL until it was asked for */
};

struct ch_newest {
	const struct ch_state *state;
	struct ch_store *store;
	struct span path, rest; /* of the directory, and below that of its space */
	struct ch_map files;	/* name -> struct file, in `arena` */
	struct ch_arena arena;

	bool more;		      /* states that have not been compared with the one before them */
	struct ch_space_version at;   /* the next one to be */
	struct ch_oid tree;	      /* of the directory there */
	struct span raw;	      /* its content, in `read` */
	struct ch_arena read;
	struct trail trail;
};

/* What main has. */
static void
list(struct ch_newest *newest)
{
	struct span rest = newest->raw;
	struct tree_entry entry;

	while (tree_next(&entry, &rest)) {
		struct file *file;

		if (entry.directory)
			continue;
		file = ch_arena_alloc(&newest->arena, sizeof(*file));
		file->found = (struct found){.there = true};
		memcpy(file->found.node.id.id, entry.id, OBJECT_ID_SIZE);
		ch_map_put(&newest->files, &newest->arena, ch_arena_copy(&newest->arena, entry.name), file);
	}
}

static const struct ch_error *
open_newest(struct ch_newest *newest, const struct ch_subject *space)
{
	const struct ch_space_version *version = ch_space_at(space, UINT64_MAX);
	const struct ch_error *error;
	struct found found;

	newest->rest = versions_below(newest->path, space->path);
	if (version == NULL)
		return NULL;
	newest->at = *version;
	if ((error = versions_find(&found, &newest->trail, newest->store, version, newest->rest)) || !found.there || !found.node.directory)
		return error;
	newest->tree = found.node.id;
	if ((error = ch_store_read(&newest->raw, newest->store, CH_TREE, &newest->tree, &newest->read)))
		return error;
	newest->more = true;
	list(newest);
	return NULL;
}

const struct ch_error *
ch_newest_new(struct ch_newest **out, const struct ch_state *state, struct ch_store *store, struct span directory)
{
	const struct ch_subject *subject = versions_subject(state, directory);
	struct ch_newest *newest;
	const struct ch_error *error;

	*out = NULL;
	if (subject == NULL || subject->name.kind != CH_SPACE)
		return NULL;
	if ((newest = calloc(1, sizeof(*newest))) == NULL)
		abort();
	newest->state = state;
	newest->store = store;
	newest->path = ch_arena_copy(&newest->arena, directory);
	error = open_newest(newest, subject);
	if (error == NULL && newest->more)
		*out = newest;
	else
		ch_newest_free(newest);
	return error;
}

void
ch_newest_free(struct ch_newest *newest)
{
	if (newest == NULL)
		return;
	ch_arena_clear(&newest->arena);
	ch_arena_clear(&newest->read);
	free(newest);
}

/* What was not so in the state before is so since this one, unless it has been changed once more since. */
static void
settle(struct ch_newest *newest, struct span before)
{
	struct span now = newest->raw;
	struct tree_entry a, b;
	bool has = tree_next(&b, &before);

	while (tree_next(&a, &now)) {
		struct file *file;

		while (has && tree_order(b.name, b.directory, a.name, a.directory) < 0)
			has = tree_next(&b, &before);
		if (has && tree_order(b.name, b.directory, a.name, a.directory) == 0 && memcmp(a.id, b.id, OBJECT_ID_SIZE) == 0)
			continue;
		if (a.directory || (file = ch_map_get(&newest->files, a.name)) == NULL || file->known)
			continue;
		file->known = true;
		file->since = newest->at;
	}
}

/* One state back. */
static const struct ch_error *
step(struct ch_newest *newest)
{
	const struct ch_space_version *version = ch_ledger_version(&newest->state->ledger, newest->at.before);
	struct found before = {0};
	const struct ch_error *error;
	struct ch_arena read = {0};
	struct span raw = {0};

	if (version && (error = versions_find(&before, &newest->trail, newest->store, version, newest->rest)))
		return error;
	before.there = before.there && before.node.directory;
	if (!before.there || !ch_oid_equal(&before.node.id, &newest->tree)) {
		if (before.there && (error = ch_store_read(&raw, newest->store, CH_TREE, &before.node.id, &read))) {
			ch_arena_clear(&read);
			return error;
		}
		settle(newest, raw);
		ch_arena_clear(&newest->read);
		newest->read = read;
		newest->raw = raw;
		newest->tree = before.node.id;
	}
	newest->more = version && before.there;
	if (version)
		newest->at = *version;
	return ch_state_trouble(newest->state);
}

const struct ch_error *
ch_newest_version(const struct ch_version **version, struct ch_newest *newest, struct span name)
{
	struct file *file = ch_map_get(&newest->files, name);
	const struct ch_entry *entry = NULL;
	const struct ch_error *error;

	*version = NULL;
	while (file && !file->known && newest->more)
		if ((error = step(newest)))
			return error;
	if (file == NULL || !file->known)
		return NULL;
	if (file->version.entry == NULL) {
		struct span path = span_text(ch_arena_format(&newest->arena, "%.*s/%.*s", (int)newest->path.len, (const char *)newest->path.data,
			(int)name.len, (const char *)name.data));

		if ((error = versions_act(&entry, newest->state, newest->store, &file->since, path, &file->found)))
			return error;
		file->version = (struct ch_version){entry, true, file->found.node.id};
	}
	*version = file->version.entry ? &file->version : NULL;
	return NULL;
}
