#include "walk.h"

#include "wire/tree.h"

enum { DEPTH_MAX = 64, PATH_SIZE = 4096 };

struct walk {
	struct ch_store *store;
	ch_large_each *each;
	void *context;
	char path[PATH_SIZE];
	size_t len;
};

static const struct ch_error *walk_directory(struct walk *w, const struct ch_oid *tree, const struct ch_oid *seen, unsigned depth);

static const struct ch_error *
walk_entry(struct walk *w, const struct tree_entry *entry, struct span seen_raw, unsigned depth)
{
	const struct ch_error *error;
	struct ch_pointer pointer;
	struct tree_entry before;
	struct ch_oid id, old;
	bool had = tree_find(&before, seen_raw, entry->name), is;

	if (had && before.directory == entry->directory && memcmp(before.id, entry->id, OBJECT_ID_SIZE) == 0)
		return NULL;
	memcpy(id.id, entry->id, sizeof(id.id));
	if (entry->directory) {
		if ((had = had && before.directory))
			memcpy(old.id, before.id, sizeof(old.id));
		return walk_directory(w, &id, had ? &old : NULL, depth + 1);
	}
	if ((error = ch_pointer_of(&pointer, &is, w->store, &id)) || !is)
		return error;
	return w->each(w->context, span_of(w->path, w->len), &id, &pointer);
}

static bool
enter(struct walk *w, struct span name)
{
	return (w->len == 0 || text_append(w->path, sizeof(w->path), &w->len, SPAN_LITERAL("/"))) && text_append(w->path, sizeof(w->path), &w->len, name);
}

static const struct ch_error *
walk_directory(struct walk *w, const struct ch_oid *tree, const struct ch_oid *seen, unsigned depth)
{
	struct span raw, seen_raw = {0};
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct tree_entry entry;
	size_t len = w->len;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if ((error = ch_store_read(&raw, w->store, CH_TREE, tree, &arena)) == NULL && seen)
		error = ch_store_read(&seen_raw, w->store, CH_TREE, seen, &arena);
	while (error == NULL && tree_next(&entry, &raw)) {
		error = enter(w, entry.name) ? walk_entry(w, &entry, seen_raw, depth) : ch_refuse(WIRE_LIMIT, "a path of more than %d bytes", PATH_SIZE);
		w->len = len;
	}
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_large_walk(struct ch_store *store, const struct ch_oid *tree, const struct ch_oid *seen, ch_large_each *each, void *context)
{
	struct walk w = {.store = store, .each = each, .context = context};

	return seen && ch_oid_equal(seen, tree) ? NULL : walk_directory(&w, tree, seen, 0);
}
