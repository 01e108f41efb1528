#include "treeedit.h"

#include <stdlib.h>
#include <strings.h>

/* Trees deeper than any subject of ours; bounds the recursion on crafted ones. */
enum { DEPTH_MAX = 64 };

/* What a walk may cost, in bytes of paths and list: one small tree, put into itself sixty times by name, has more files than there is memory. */
enum { WALK_MAX = 32 << 20, ENTRY_COST = 72 };

static struct ch_node
node_of(const struct tree_entry *entry)
{
	struct ch_node node = {.directory = entry->directory};

	memcpy(node.id.id, entry->id, sizeof(node.id.id));
	return node;
}

const struct ch_error *
ch_tree_find(struct ch_node *node, bool *found, struct ch_store *store, const struct ch_oid *root, struct span path, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_node at = {.id = *root, .directory = true};

	*found = false;
	while (path.len) {
		struct span raw, name = span_cut(&path, '/');
		struct tree_entry entry;

		if (!at.directory)
			return NULL;
		if ((error = ch_store_read(&raw, store, CH_TREE, &at.id, arena)))
			return error;
		if (!tree_find(&entry, raw, name))
			return NULL;
		at = node_of(&entry);
	}
	*node = at;
	*found = true;
	return NULL;
}

static bool
same_folded(struct span a, struct span b)
{
	return a.len == b.len && strncasecmp((const char *)a.data, (const char *)b.data, a.len) == 0;
}

/* Writes `raw` with the entry of that name replaced, put in or (node NULL) left out. */
static const struct ch_error *
rewrite(struct span *out, struct span raw, struct span name, const struct ch_node *node, struct ch_arena *arena)
{
	size_t size = raw.len + name.len + 64, at = 0;
	uint8_t *bytes = ch_arena_alloc(arena, size);
	struct tree_entry new = {.name = name}, entry;
	bool pending = node != NULL;

	if (node) {
		new.directory = node->directory;
		new.id = node->id.id;
	}
	while (tree_next(&entry, &raw)) {
		if (span_equal(entry.name, name))
			continue;
		if (node && same_folded(entry.name, name))
			return ch_refuse(WIRE_MALFORMED_TREE, "'%.*s' differs from '%.*s' only in case", (int)name.len, (const char *)name.data,
					 (int)entry.name.len, (const char *)entry.name.data);
		if (pending && tree_order(new.name, new.directory, entry.name, entry.directory) < 0) {
			tree_put(bytes, size, &at, &new);
			pending = false;
		}
		tree_put_again(bytes, size, &at, &entry);
	}
	if (pending)
		tree_put(bytes, size, &at, &new);
	*out = span_of(bytes, at);
	if (tree_check_root(*out) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_TREE, "'%.*s' is not a name that an archive can hold", (int)name.len, (const char *)name.data);
	return NULL;
}

/* One level of ch_tree_set: *out is the new subtree, *empty tells that nothing is left of it. */
static const struct ch_error *
set_below(struct ch_node *out, bool *empty, struct ch_store *store, const struct ch_oid *root, struct span path, const struct ch_node *node,
	  struct ch_arena *arena, unsigned depth)
{
	struct span raw = {0}, new, name = span_cut(&path, '/');
	const struct ch_error *error;
	struct tree_entry entry;
	struct ch_node below;
	bool none = false;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if (root && (error = ch_store_read(&raw, store, CH_TREE, root, arena)))
		return error;
	if (path.len) {
		bool down = tree_find(&entry, raw, name) && entry.directory;
		if (down)
			below = node_of(&entry);
		if ((error = set_below(&below, &none, store, down ? &below.id : NULL, path, node, arena, depth + 1)))
			return error;
		node = none ? NULL : &below;
	}
	if ((error = rewrite(&new, raw, name, node, arena)))
		return error;
	*empty = new.len == 0;
	out->directory = true;
	return ch_store_write(&out->id, store, CH_TREE, new);
}

const struct ch_error *
ch_tree_set(struct ch_oid *out, struct ch_store *store, const struct ch_oid *root, struct span path, const struct ch_node *node,
	    struct ch_arena *arena)
{
	struct ch_node tree = {0};
	const struct ch_error *error;
	bool empty;

	error = set_below(&tree, &empty, store, root, path, node, arena, 0);
	*out = tree.id;
	return error;
}

/* What a walk of two trees side by side carries along. */
struct walk {
	struct ch_changes *changes;
	struct ch_store *store;
	struct ch_arena *arena;
	size_t left; /* of WALK_MAX */
};

static bool
walk_pays(struct walk *w, size_t cost)
{
	bool enough = cost <= w->left;

	w->left -= enough ? cost : w->left;
	return enough;
}

static const struct ch_error *compare_trees(struct walk *w, const struct ch_oid *old, const struct ch_oid *new, const char *prefix, unsigned depth);

static bool
is_same(const struct ch_node *old, const struct ch_node *new)
{
	return old->directory == new->directory && ch_oid_equal(&old->id, &new->id);
}

static const char *
path_of(struct walk *w, const char *prefix, struct span name)
{
	return ch_arena_format(w->arena, "%s%s%.*s", prefix, *prefix ? "/" : "", (int)name.len, (const char *)name.data);
}

static const struct ch_error *
compare_nodes(struct walk *w, const struct ch_node *old, const struct ch_node *new, const char *path, unsigned depth)
{
	const struct ch_oid *old_tree = old && old->directory ? &old->id : NULL, *new_tree = new && new->directory ? &new->id : NULL;
	const struct ch_error *error;
	struct ch_change change = {.path = span_text(path)};

	if ((old_tree || new_tree) && (error = compare_trees(w, old_tree, new_tree, path, depth + 1)))
		return error;
	if (old && !old->directory) {
		change.had = true;
		change.old = old->id;
	}
	if (new && !new->directory) {
		change.has = true;
		change.new = new->id;
	}
	if (!change.had && !change.has)
		return NULL;
	w->changes->list = ch_arena_grow(w->arena, w->changes->list, w->changes->count, sizeof(change));
	w->changes->list[w->changes->count++] = change;
	return NULL;
}

/* What main has at its root is nowhere else. */
static const struct ch_error *
not_canonical(const struct ch_oid *tree)
{
	char hex[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(hex, tree->id, OBJECT_ID_SIZE);
	return ch_refuse(WIRE_MALFORMED_TREE, "tree %s is not in canonical form", hex);
}

/* Merges two checked trees by name; a file replaced by a directory is one name with two nodes of different type. */
static const struct ch_error *
compare_trees(struct walk *w, const struct ch_oid *old, const struct ch_oid *new, const char *prefix, unsigned depth)
{
	struct span old_raw = {0}, new_raw = {0};
	const struct ch_error *error;
	struct tree_entry a, b;
	bool has_a, has_b;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if (old && (error = ch_store_read(&old_raw, w->store, CH_TREE, old, w->arena)))
		return error;
	if (new && (error = ch_store_read(&new_raw, w->store, CH_TREE, new, w->arena)))
		return error;
	if (new && new_raw.len == 0 && depth > 0)
		return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is an empty directory", prefix);
	if (!walk_pays(w, old_raw.len + new_raw.len))
		return ch_refuse(WIRE_LIMIT, "more files change than one act may change");
	has_a = tree_next(&a, &old_raw);
	has_b = tree_next(&b, &new_raw);
	while (has_a || has_b) {
		int order = !has_a ? 1 : !has_b ? -1 : tree_order(a.name, a.directory, b.name, b.directory);
		struct span name = order <= 0 ? a.name : b.name;
		struct ch_node node_a, node_b;

		if (!walk_pays(w, strlen(prefix) + name.len + ENTRY_COST))
			return ch_refuse(WIRE_LIMIT, "more files change than one act may change");
		if (*prefix && order >= 0 && span_is(name, TREE_ATTRIBUTES))
			return not_canonical(new);
		if (order <= 0)
			node_a = node_of(&a);
		if (order >= 0)
			node_b = node_of(&b);
		if (!(order == 0 && is_same(&node_a, &node_b)) &&
		    (error = compare_nodes(w, order <= 0 ? &node_a : NULL, order >= 0 ? &node_b : NULL, path_of(w, prefix, name), depth)))
			return error;
		if (order <= 0)
			has_a = tree_next(&a, &old_raw);
		if (order >= 0)
			has_b = tree_next(&b, &new_raw);
	}
	return NULL;
}

static int
by_path(const void *a, const void *b)
{
	return span_compare(((const struct ch_change *)a)->path, ((const struct ch_change *)b)->path);
}

void
ch_changes_sort(struct ch_changes *changes)
{
	if (changes->count)
		qsort(changes->list, changes->count, sizeof(*changes->list), by_path);
}

const struct ch_error *
ch_tree_changes_below(struct ch_changes *out, struct ch_store *store, struct span prefix, const struct ch_oid *old, const struct ch_oid *new,
		      struct ch_arena *arena)
{
	struct walk w = {.changes = out, .store = store, .arena = arena, .left = WALK_MAX};
	const struct ch_error *error;

	*out = (struct ch_changes){0};
	if ((error = compare_trees(&w, old, new, ch_arena_text(arena, prefix), 0)))
		return error;
	ch_changes_sort(out);
	return NULL;
}

const struct ch_error *
ch_tree_changes(struct ch_changes *out, struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new, struct ch_arena *arena)
{
	return ch_tree_changes_below(out, store, span_of(NULL, 0), old, new, arena);
}
