#include "save_merge.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/livetree.h"

struct merging {
	const struct ch_merge *merge;
	struct ch_store *store;
	struct ch_arena *arena;
	bool there; /* main has the space */
	struct ch_oid theirs;
	struct ch_changes changes; /* to theirs; paths within the space */
};

/* "a/report.txt" -> "a/report.conflict-17.txt"; the stem is cut, between characters, where the name would become too long. */
static struct span
conflict_path(struct span path, uint64_t seq, struct ch_arena *arena)
{
	char mark[32];
	size_t mark_len = (size_t)snprintf(mark, sizeof(mark), ".conflict-%llu", (unsigned long long)seq);
	size_t begin = path.len, dot = path.len, stem;

	while (begin && path.data[begin - 1] != '/')
		begin--;
	for (size_t i = begin + 1; i < path.len; i++)
		if (path.data[i] == '.')
			dot = i;
	if (path.len - dot > PATH_MAX_BYTES / 2)
		dot = path.len;
	stem = dot - begin;
	if (stem + mark_len + (path.len - dot) > PATH_MAX_BYTES)
		stem = PATH_MAX_BYTES - mark_len - (path.len - dot);
	while (stem < dot - begin && (path.data[begin + stem] & 0xc0) == 0x80)
		stem--;
	return span_text(ch_arena_format(arena, "%.*s%s%.*s", (int)(begin + stem), (const char *)path.data, mark, (int)(path.len - dot),
					 (const char *)path.data + dot));
}

static bool
same(bool a_is, const struct ch_oid *a, bool b_is, const struct ch_oid *b)
{
	return a_is == b_is && (!a_is || ch_oid_equal(a, b));
}

static const struct ch_error *
merge_file(struct merging *m, const struct ch_cut_file *file)
{
	struct ch_change change = {.path = span_skip(file->path, m->merge->space.len + 1), .has = file->has, .new = file->new};
	const struct ch_error *error;
	struct ch_node node = {0};
	bool found = false;

	if (m->there && (error = ch_tree_find(&node, &found, m->store, &m->theirs, change.path, m->arena)))
		return error;
	if (same(file->had, &file->old, file->has, &file->new) || (!node.directory && same(found, &node.id, file->has, &file->new)))
		return NULL;
	if (node.directory || !same(found, &node.id, file->had, &file->old)) {
		if (!file->has)
			return NULL;
		if (found)
			change.path = conflict_path(change.path, m->merge->seq, m->arena);
	}
	m->changes.list[m->changes.count++] = change;
	return NULL;
}

const struct ch_error *
ch_merge_space(struct ch_oid *tree, bool *any, bool *changed, const struct ch_merge *merge, struct ch_store *store, const struct ch_oid *main_tree,
	       struct ch_arena *arena)
{
	struct merging m = {.merge = merge, .store = store, .arena = arena};
	const char *path = ch_arena_format(arena, "files/%.*s", (int)merge->space.len, (const char *)merge->space.data);
	const struct ch_error *error;
	struct ch_node node;
	bool empty;

	if ((error = ch_tree_find(&node, &m.there, store, main_tree, span_text(path), arena)))
		return error;
	if (m.there)
		m.theirs = node.id;
	m.changes.list = ch_arena_alloc(arena, (merge->count + 1) * sizeof(*m.changes.list));
	for (size_t i = 0; i < merge->count; i++)
		if ((error = merge_file(&m, &merge->files[i])))
			return error;
	*changed = m.changes.count > 0;
	if (!*changed)
		return NULL;
	ch_changes_sort(&m.changes);
	error = ch_tree_apply(tree, &empty, store, m.there ? &m.theirs : NULL, m.changes.list, m.changes.count);
	*any = !empty;
	return error;
}
