#include "versions.h"

#include <stdlib.h>

#include "store/object.h"
#include "versions_inside.h"

static const struct ch_error *
find(struct found *out, struct ch_store *store, const struct ch_oid *tree, struct span path)
{
	struct ch_arena arena = {0};
	const struct ch_error *error = ch_tree_find(&out->node, &out->there, store, tree, path, &arena);

	ch_arena_clear(&arena);
	return error;
}

static const struct ch_error *
find_in_act(struct found *out, struct ch_store *store, const struct ch_entry *entry, struct span path)
{
	const struct ch_error *error;
	struct ch_oid tree;
	int64_t time;

	if ((error = ch_object_commit(&tree, &time, store, &entry->commit)))
		return error;
	return find(out, store, &tree, path);
}

/* The subject that a file belongs to: of those whose path it begins with the longest. */
struct ch_subject *
versions_subject(const struct ch_state *state, struct span path)
{
	struct ch_subject *subject = NULL, *found;

	for (size_t i = 1; i <= path.len; i++)
		if ((i == path.len || path.data[i] == '/') && (found = ch_state_subject(state, span_of(path.data, i))))
			subject = found;
	return subject;
}

struct span
versions_below(struct span path, struct span directory)
{
	struct span rest = span_skip(path, directory.len);

	return rest.len ? span_skip(rest, 1) : rest;
}

/* The states of a space, newest first. */
struct walk {
	const struct ch_state *state;
	const struct ch_space_version *version;
};

static struct walk
walk_space(const struct ch_subject *space)
{
	return (struct walk){space->state, ch_space_at(space, UINT64_MAX)};
}

static void
walk_on(struct walk *walk)
{
	walk->version = ch_state_trouble(walk->state) ? NULL : ch_ledger_version(&walk->state->ledger, walk->version->before);
}

static const struct ch_error *
find_along(struct trail *trail, struct ch_store *store, struct ch_oid tree, struct span path)
{
	const size_t last = trail->count;
	const struct ch_error *error;
	struct found found;
	size_t level = 0;

	do {
		if ((error = find(&found, store, &tree, span_cut(&path, '/'))))
			return error;
		if (found.there && level < last && ch_oid_equal(&found.node.id, &trail->ids[level])) {
			trail->count = last;
			return NULL;
		}
		if (found.there && level < TRAIL_MAX)
			trail->ids[level++] = found.node.id;
		trail->count = level;
		tree = found.node.id;
		found.there = found.there && (found.node.directory || path.len == 0);
	} while (found.there && path.len);
	trail->result = found;
	return NULL;
}

const struct ch_error *
versions_find(struct found *out, struct trail *trail, struct ch_store *store, const struct ch_space_version *version, struct span rest)
{
	const struct ch_error *error = NULL;

	*out = (struct found){.there = version->any && rest.len == 0, .node = {version->tree, true}};
	if (version->any && rest.len && (error = find_along(trail, store, version->tree, rest)) == NULL)
		*out = trail->result;
	return error;
}

/* The act of a page, which has several of the space, that brought what was found. */
const struct ch_error *
versions_act(const struct ch_entry **out, const struct ch_state *state, struct ch_store *store, const struct ch_space_version *version, struct span path,
	 const struct found *what)
{
	const struct ch_entry *entry = *out = ch_state_commit(state, &version->tip);
	const struct ch_error *error;
	struct found found;

	for (; entry && entry->seq == version->seq; entry = ch_entry_before(state, entry)) {
		if ((error = find_in_act(&found, store, entry, path)))
			return error;
		if (found.there == what->there && (!found.there || ch_oid_equal(&found.node.id, &what->node.id))) {
			*out = entry;
			return NULL;
		}
	}
	return NULL;
}

static void
add(struct ch_versions *out, struct ch_arena *arena, const struct ch_entry *entry, const struct found *what)
{
	out->list = ch_arena_grow(arena, out->list, out->count, sizeof(*out->list));
	out->list[out->count++] = (struct ch_version){entry, what->there, what->node.id};
}

static bool
same(const struct found *a, const struct found *b)
{
	return a->there == b->there && (!a->there || ch_oid_equal(&a->node.id, &b->node.id));
}

static void
only_files(struct found *found)
{
	found->there = found->there && !found->node.directory;
}

/* A state of the space brought what the one before it did not have. */
static const struct ch_error *
versions_in_space(struct ch_versions *out, const struct ch_subject *space, struct ch_store *store, struct span path, size_t most, struct ch_arena *arena)
{
	struct walk walk = walk_space(space);
	struct span rest = versions_below(path, space->path);
	const struct ch_error *error;
	const struct ch_entry *entry;
	struct found now, before;
	struct trail trail = {0};

	if (walk.version == NULL)
		return NULL;
	if ((error = versions_find(&now, &trail, store, walk.version, rest)))
		return error;
	while (walk.version && (most == 0 || out->count < most)) {
		const struct ch_space_version *version = walk.version;

		only_files(&now);
		before = (struct found){0};
		walk_on(&walk);
		if (walk.version && (error = versions_find(&before, &trail, store, walk.version, rest)))
			return error;
		only_files(&before);
		if (!same(&now, &before)) {
			if ((error = versions_act(&entry, space->state, store, version, path, &now)))
				return error;
			if (entry)
				add(out, arena, entry, &now);
		}
		now = before;
	}
	return ch_state_trouble(space->state);
}

/* Elsewhere nothing is ever removed: a file is of the first act that holds it as it is. Acts that did not know of each other hold their own only. */
static const struct ch_error *
versions_in_chain(struct ch_versions *out, const struct ch_subject *subject, struct ch_store *store, struct span path, size_t most, struct ch_arena *arena)
{
	const struct ch_entry *entry = ch_subject_tip(subject), *first = NULL;
	const struct ch_error *error;
	struct found kept = {0}, found;

	for (; entry && (most == 0 || out->count < most); entry = ch_entry_before(subject->state, entry)) {
		if ((error = find_in_act(&found, store, entry, path)))
			return error;
		only_files(&found);
		if (!found.there)
			continue;
		if (first && !same(&found, &kept))
			add(out, arena, first, &kept);
		first = entry;
		kept = found;
	}
	if (first && (most == 0 || out->count < most))
		add(out, arena, first, &kept);
	return ch_state_trouble(subject->state);
}

const struct ch_error *
ch_versions(struct ch_versions *out, const struct ch_state *state, struct ch_store *store, struct span path, size_t most, struct ch_arena *arena)
{
	struct ch_subject *subject = versions_subject(state, path);

	*out = (struct ch_versions){0};
	if (subject == NULL)
		return NULL;
	if (subject->name.kind == CH_SPACE)
		return versions_in_space(out, subject, store, path, most, arena);
	return versions_in_chain(out, subject, store, path, most, arena);
}

const struct ch_version *
ch_versions_at(const struct ch_versions *versions, int64_t time)
{
	for (size_t i = 0; i < versions->count; i++)
		if (versions->list[i].entry->received <= time)
			return &versions->list[i];
	return NULL;
}

const struct ch_version *
ch_versions_with(const struct ch_versions *versions, const struct ch_oid *blob, int64_t time)
{
	for (size_t i = 0; i < versions->count; i++) {
		const struct ch_version *version = &versions->list[i];

		if (version->there && version->entry->received <= time && ch_oid_equal(&version->blob, blob))
			return version;
	}
	return NULL;
}

/* The directory of all spaces, which are known also when nothing is in any. */
static bool
holds_spaces(const struct ch_state *state, struct span path)
{
	return state->space_count && span_is(path, "files");
}

const struct ch_error *
ch_versions_kind(enum ch_was *kind, const struct ch_state *state, struct ch_store *store, struct span path)
{
	struct ch_subject *subject = versions_subject(state, path);
	const struct ch_error *error;
	struct found found;

	*kind = CH_WAS_NOTHING;
	if ((error = find(&found, store, &state->tree, path)))
		return error;
	if (!found.there && subject && subject->name.kind == CH_SPACE) {
		struct walk walk = walk_space(subject);
		struct trail trail = {0};

		for (; walk.version && !found.there; walk_on(&walk))
			if ((error = versions_find(&found, &trail, store, walk.version, versions_below(path, subject->path))))
				return error;
	}
	if (found.there)
		*kind = found.node.directory ? CH_WAS_DIRECTORY : CH_WAS_FILE;
	else if (holds_spaces(state, path))
		*kind = CH_WAS_DIRECTORY;
	return ch_state_trouble(state);
}

struct names {
	struct span *list;
	size_t count;
	struct ch_arena *arena;
};

static int
by_bytes(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static void
sort_names(struct names *names)
{
	size_t kept = 0;

	if (names->count)
		qsort(names->list, names->count, sizeof(*names->list), by_bytes);
	for (size_t i = 0; i < names->count; i++)
		if (kept == 0 || !span_equal(names->list[kept - 1], names->list[i]))
			names->list[kept++] = names->list[i];
	names->count = kept;
}

static void
add_name(struct names *names, struct span name)
{
	names->list = ch_arena_grow(names->arena, names->list, names->count, sizeof(*names->list));
	names->list[names->count++] = name;
}

static const struct ch_error *
add_names_of(struct names *names, struct ch_store *store, const struct ch_oid *tree)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_TREE, tree, names->arena)))
		return error;
	while (tree_next(&entry, &raw))
		add_name(names, entry.name);
	return NULL;
}

/* Directories that did not change from one state to the next are not read again. */
static const struct ch_error *
add_names_in_space(struct names *names, const struct ch_subject *space, struct ch_store *store, struct span path)
{
	const struct ch_error *error;
	struct found found, last = {0};
	struct trail trail = {0};

	for (struct walk walk = walk_space(space); walk.version; walk_on(&walk)) {
		if ((error = versions_find(&found, &trail, store, walk.version, versions_below(path, space->path))))
			return error;
		if (found.there && found.node.directory && !same(&found, &last)) {
			if ((error = add_names_of(names, store, &found.node.id)))
				return error;
			if (names->count > 4096)
				sort_names(names);
		}
		last = found;
	}
	return NULL;
}

const struct ch_error *
ch_versions_names(struct span **out, size_t *count, const struct ch_state *state, struct ch_store *store, struct span path, struct ch_arena *arena)
{
	struct ch_subject *subject = versions_subject(state, path);
	struct names names = {.arena = arena};
	const struct ch_error *error;
	struct found found;

	if ((error = find(&found, store, &state->tree, path)))
		return error;
	if (found.there && found.node.directory && (error = add_names_of(&names, store, &found.node.id)))
		return error;
	if (subject && subject->name.kind == CH_SPACE && (error = add_names_in_space(&names, subject, store, path)))
		return error;
	if (path.len == 0 && state->space_count)
		add_name(&names, SPAN_LITERAL("files"));
	for (size_t i = 0; holds_spaces(state, path) && i < state->space_count; i++)
		add_name(&names, state->spaces[i]->name.id);
	sort_names(&names);
	*out = names.list;
	*count = names.count;
	return ch_state_trouble(state);
}
