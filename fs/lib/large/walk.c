/*
 * ch_large_walk
 *   walk_directory
 *     walk_entries      one after the other
 *     walk_halves       of a long directory of which much is read: the second half beside the first
 */
#include "walk.h"

#include <pthread.h>

#include "wire/tree.h"

/* What is worth a thread; pointers that it may keep until it is their turn. */
enum { DEPTH_MAX = 64, PATH_SIZE = 4096, LONG = 16 << 10, KEPT_MAX = 65536 };

struct walk {
	struct ch_store *store;
	ch_large_each *each;
	void *context;
	char path[PATH_SIZE];
	size_t len;
	bool alone; /* no more threads */
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
walk_entries(struct walk *w, struct span raw, struct span seen_raw, unsigned depth)
{
	const struct ch_error *error = NULL;
	struct tree_entry entry;
	size_t len = w->len;

	while (error == NULL && tree_next(&entry, &raw)) {
		error = enter(w, entry.name) ? walk_entry(w, &entry, seen_raw, depth) : ch_refuse(WIRE_LIMIT, "a path of more than %d bytes", PATH_SIZE);
		w->len = len;
	}
	return error;
}

struct found {
	struct span path;
	struct ch_oid blob;
	struct ch_pointer pointer;
};

/* The second half of a directory: what was found there. `done` is false when it has to be walked once more, by whoever reports what is wrong. */
struct half {
	struct walk walk;
	struct span raw, seen_raw;
	unsigned depth;
	struct ch_arena arena;
	struct found *found;
	size_t count;
	bool done;
};

static const struct ch_error *
keep(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct half *half = context;

	if (half->count == KEPT_MAX)
		return ch_fail(CH_LATER, "more pointers than are kept");
	half->found = ch_arena_grow(&half->arena, half->found, half->count, sizeof(*half->found));
	half->found[half->count++] = (struct found){ch_arena_copy(&half->arena, path), *blob, *pointer};
	return NULL;
}

static void *
walk_half(void *context)
{
	struct half *half = context;

	half->done = walk_entries(&half->walk, half->raw, half->seen_raw, half->depth) == NULL;
	return NULL;
}

/* Whoever asks is told in order, by the thread that asks. */
static const struct ch_error *
report(struct walk *w, struct half *half)
{
	const struct ch_error *error = NULL;

	if (!half->done)
		return walk_entries(w, half->raw, half->seen_raw, half->depth);
	for (size_t i = 0; i < half->count && error == NULL; i++)
		error = w->each(w->context, half->found[i].path, &half->found[i].blob, &half->found[i].pointer);
	return error;
}

static const struct ch_error *
walk_halves(struct walk *w, struct span raw, struct span seen_raw, unsigned depth)
{
	struct half half = {.walk = *w, .raw = raw, .seen_raw = seen_raw, .depth = depth};
	const struct ch_error *error;
	struct tree_entry entry;
	pthread_t thread;
	bool beside;

	while (half.raw.len > raw.len / 2 && tree_next(&entry, &half.raw))
		continue;
	raw.len -= half.raw.len;
	half.walk.each = keep;
	half.walk.context = &half;
	half.walk.alone = true;
	beside = pthread_create(&thread, NULL, walk_half, &half) == 0;
	error = walk_entries(w, raw, seen_raw, depth);
	if (beside)
		pthread_join(thread, NULL);
	if (error == NULL)
		error = report(w, &half);
	ch_arena_clear(&half.arena);
	return error;
}

static const struct ch_error *
walk_directory(struct walk *w, const struct ch_oid *tree, const struct ch_oid *seen, unsigned depth)
{
	struct span raw, seen_raw = {0};
	struct ch_arena arena = {0};
	const struct ch_error *error;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if ((error = ch_store_read(&raw, w->store, CH_TREE, tree, &arena)) == NULL && seen)
		error = ch_store_read(&seen_raw, w->store, CH_TREE, seen, &arena);
	if (error == NULL && !w->alone && raw.len >= LONG)
		error = walk_halves(w, raw, seen_raw, depth);
	else if (error == NULL)
		error = walk_entries(w, raw, seen_raw, depth);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_large_walk(struct ch_store *store, const struct ch_oid *tree, const struct ch_oid *seen, ch_large_each *each, void *context)
{
	struct walk w = {.store = store, .each = each, .context = context, .alone = store->shelf == NULL};

	return seen && ch_oid_equal(seen, tree) ? NULL : walk_directory(&w, tree, seen, 0);
}
