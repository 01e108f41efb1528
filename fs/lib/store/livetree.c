/*
 * ch_livetree_apply
 *   take_out, put_in          one path; each notes how it was
 * ch_livetree_revert          the last first
 */
#include "livetree_inside.h"

#include <stdlib.h>

#include "base/fold.h"

enum { DEPTH_MAX = 64 }; /* the deepest tree */

struct ch_livetree *
ch_livetree_new(struct ch_store *store, const struct ch_oid *root)
{
	struct ch_livetree *tree = calloc(1, sizeof(*tree));

	if (tree == NULL)
		abort();
	tree->store = store;
	tree->empty = root == NULL;
	if (root)
		tree->id = *root;
	return tree;
}

void
ch_livetree_free(struct ch_livetree *tree)
{
	if (tree) {
		ch_arena_clear(&tree->arena);
		free(tree->steps);
		free(tree->raw);
	}
	free(tree);
}

/* ---- one directory ---- */

static size_t
place_of(const struct directory *d, struct span name, bool directory)
{
	size_t from = 0, to = d->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct entry *e = &d->entries[middle];
		if (tree_order(e->name, e->node.directory, name, directory) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct entry *
livetree_entry(struct directory *d, struct span name)
{
	for (int directory = 0; directory < 2; directory++) {
		size_t i = place_of(d, name, directory);
		if (i < d->count && span_equal(d->entries[i].name, name))
			return &d->entries[i];
	}
	return NULL;
}

static struct entry *
insert(struct ch_livetree *tree, struct directory *d, const struct entry *entry)
{
	size_t at = place_of(d, entry->name, entry->node.directory);

	if (d->count == d->size) {
		struct entry *larger = ch_arena_alloc(&tree->arena, (d->size = d->size ? 2 * d->size : 4) * sizeof(*larger));
		if (d->count)
			memcpy(larger, d->entries, d->count * sizeof(*larger));
		d->entries = larger;
	}
	livetree_touch(d, at);
	memmove(d->entries + at + 1, d->entries + at, (d->count - at) * sizeof(*entry));
	d->entries[at] = *entry;
	d->count++;
	tree->entries++;
	return &d->entries[at];
}

static void
take_away(struct directory *d, const struct entry *entry)
{
	size_t at = (size_t)(entry - d->entries);

	livetree_touch(d, at);
	memmove(d->entries + at, d->entries + at + 1, (d->count - at - 1) * sizeof(*entry));
	d->count--;
}

static struct span
fold(uint8_t buffer[CH_FOLDED_MAX], struct span name)
{
	return span_of(buffer, ch_name_fold(buffer, name));
}

static void
note_folded(struct ch_livetree *tree, struct directory *d, const struct entry *entry)
{
	uint8_t buffer[CH_FOLDED_MAX];
	struct span *name = ch_arena_alloc(&tree->arena, sizeof(*name));

	*name = entry->name;
	ch_map_put(&d->folded, &tree->arena, ch_arena_copy(&tree->arena, fold(buffer, entry->name)), name);
}

/* Whose name is the same when case is folded. Names that have gone stay in the map. */
static struct entry *
folded_entry_of(struct ch_livetree *tree, struct directory *d, struct span name)
{
	uint8_t buffer[CH_FOLDED_MAX];
	const struct span *other;

	if (d->folded.count == 0)
		for (size_t i = 0; i < d->count; i++)
			note_folded(tree, d, &d->entries[i]);
	other = ch_map_get(&d->folded, fold(buffer, name));
	return other ? livetree_entry(d, *other) : NULL;
}

static const struct ch_error *
check_case(struct ch_livetree *tree, struct directory *d, struct span name)
{
	const struct entry *other = folded_entry_of(tree, d, name);

	if (other == NULL)
		return NULL;
	return ch_refuse(WIRE_MALFORMED_TREE, "'%.*s' differs from '%.*s' only in case", (int)name.len, (const char *)name.data, (int)other->name.len,
			 (const char *)other->name.data);
}

/* A name that is not there yet. */
static const struct ch_error *
add(struct entry **out, struct ch_livetree *tree, struct directory *d, struct span name, const struct ch_node *node)
{
	struct entry entry = {.name = name, .node = *node};
	const struct ch_error *error;

	if (!text_is_name(name))
		return ch_refuse(WIRE_MALFORMED_TREE, "a name that an archive cannot hold");
	if ((error = check_case(tree, d, name)))
		return error;
	entry.name = ch_arena_copy(&tree->arena, name);
	*out = insert(tree, d, &entry);
	note_folded(tree, d, *out);
	return NULL;
}

static const struct ch_error *
read_directory(struct directory **out, struct ch_livetree *tree, const struct ch_oid *id)
{
	struct directory *d = ch_arena_alloc(&tree->arena, sizeof(*d));
	const struct ch_error *error;
	struct tree_entry each;
	struct span raw;

	*out = d;
	if (id == NULL)
		return NULL;
	if ((error = ch_store_read(&raw, tree->store, CH_TREE, id, &tree->arena)))
		return error;
	d->size = raw.len / (sizeof("40000 a") + OBJECT_ID_SIZE) + 1;
	d->entries = ch_arena_alloc(&tree->arena, d->size * sizeof(*d->entries));
	while (tree_next(&each, &raw)) {
		struct entry *entry = &d->entries[d->count++];
		entry->name = each.name;
		entry->node.directory = each.directory;
		memcpy(entry->node.id.id, each.id, OBJECT_ID_SIZE);
	}
	tree->entries += d->count;
	return NULL;
}

static const struct ch_error *
root_of(struct directory **out, struct ch_livetree *tree)
{
	const struct ch_error *error = NULL;

	if (tree->root == NULL)
		error = read_directory(&tree->root, tree, tree->empty ? NULL : &tree->id);
	if (error)
		tree->root = NULL;
	*out = tree->root;
	return error;
}

static const struct ch_error *
below(struct directory **out, struct ch_livetree *tree, struct entry *entry)
{
	const struct ch_error *error;

	if (entry->below == NULL && (error = read_directory(&entry->below, tree, &entry->node.id))) {
		entry->below = NULL;
		return error;
	}
	*out = entry->below;
	return NULL;
}

const struct ch_error *
ch_livetree_find(struct ch_node *node, bool *found, struct ch_livetree *tree, struct span path)
{
	struct ch_node at = {.id = tree->id, .directory = true};
	const struct ch_error *error;
	struct directory *d;

	*found = false;
	if ((error = root_of(&d, tree)))
		return error;
	while (path.len) {
		struct entry *entry = at.directory ? livetree_entry(d, span_cut(&path, '/')) : NULL;
		if (entry == NULL)
			return NULL;
		at = entry->node;
		if (path.len && at.directory && (error = below(&d, tree, entry)))
			return error;
	}
	*node = at;
	*found = true;
	return NULL;
}

/* ---- changes ---- */

/* The directories that a path leads through. */
struct way {
	struct directory *d[DEPTH_MAX];
	struct span name[DEPTH_MAX]; /* the last: of what is to be changed there */
	unsigned depth;
};

/* How a path was before. */
struct step {
	struct span path;
	struct ch_oid id;
	bool had;
};

static const struct ch_error *
conflict(struct span path)
{
	return ch_refuse(WIRE_CONFLICT, "'%.*s' would be a file and a directory", (int)path.len, (const char *)path.data);
}

/* Goes as far as there are directories; with `make` the others are made. *arrived tells. */
static const struct ch_error *
go(struct way *way, bool *arrived, struct ch_livetree *tree, struct span path, bool make)
{
	static const struct ch_node fresh = {.directory = true};
	struct span rest = path;
	const struct ch_error *error;

	*arrived = false;
	if ((error = root_of(&way->d[0], tree)))
		return error;
	for (way->depth = 0;; way->depth++) {
		struct directory *d = way->d[way->depth];
		struct entry *entry;
		way->name[way->depth] = span_cut(&rest, '/');
		if (rest.len == 0)
			break;
		if (way->depth + 1 == DEPTH_MAX)
			return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
		entry = livetree_entry(d, way->name[way->depth]);
		if ((entry == NULL || !entry->node.directory) && !make)
			return NULL;
		if (entry == NULL) {
			if ((error = add(&entry, tree, d, way->name[way->depth], &fresh)))
				return error;
			entry->below = ch_arena_alloc(&tree->arena, sizeof(*entry->below));
		}
		if (!entry->node.directory)
			return conflict(path);
		if ((error = below(&way->d[way->depth + 1], tree, entry)))
			return error;
	}
	*arrived = true;
	return NULL;
}

static void
mark(struct way *way)
{
	for (unsigned i = 0; i <= way->depth; i++)
		way->d[i]->changed = true;
}

/* Directories that nothing is left in go, from the last one on. */
static void
prune(struct way *way)
{
	for (unsigned i = way->depth; i > 0 && way->d[i]->count == 0; i--) {
		take_away(way->d[i - 1], livetree_entry(way->d[i - 1], way->name[i - 1]));
		way->d[i - 1]->changed = true;
	}
}

static const struct ch_error *
take_out(struct step *step, struct ch_livetree *tree, struct span path)
{
	struct entry *entry;
	const struct ch_error *error;
	struct way way;
	bool arrived;

	*step = (struct step){.path = path};
	if ((error = go(&way, &arrived, tree, path, false)) || !arrived)
		return error;
	entry = livetree_entry(way.d[way.depth], way.name[way.depth]);
	if (entry == NULL || entry->node.directory)
		return NULL;
	*step = (struct step){.path = path, .id = entry->node.id, .had = true};
	take_away(way.d[way.depth], entry);
	mark(&way);
	prune(&way);
	return NULL;
}

static const struct ch_error *
put_in(struct step *step, struct ch_livetree *tree, struct span path, const struct ch_oid *id)
{
	const struct ch_node node = {.id = *id};
	const struct ch_error *error;
	struct entry *entry;
	struct way way;
	bool arrived;

	*step = (struct step){.path = path};
	error = go(&way, &arrived, tree, path, true);
	entry = error ? NULL : livetree_entry(way.d[way.depth], way.name[way.depth]);
	if (entry && entry->node.directory)
		error = conflict(path);
	else if (error == NULL && entry == NULL)
		error = add(&entry, tree, way.d[way.depth], way.name[way.depth], &node);
	else if (error == NULL)
		*step = (struct step){.path = path, .id = entry->node.id, .had = true};
	if (error) {
		prune(&way);
		return error;
	}
	livetree_touch(way.d[way.depth], (size_t)(entry - way.d[way.depth]->entries));
	entry->node = node;
	mark(&way);
	return NULL;
}

static void
revert_to(struct ch_livetree *tree, size_t done)
{
	struct step ignored;

	while (tree->done > done) {
		const struct step *step = &tree->steps[--tree->done];
		if (step->had)
			put_in(&ignored, tree, step->path, &step->id);
		else
			take_out(&ignored, tree, step->path);
	}
}

void
ch_livetree_revert(struct ch_livetree *tree)
{
	revert_to(tree, 0);
}

static void
make_room(struct ch_livetree *tree, size_t count)
{
	size_t room = 2 * (tree->done + count);

	if (tree->done + count <= tree->room)
		return;
	if ((tree->steps = reallocarray(tree->steps, room, sizeof(*tree->steps))) == NULL)
		abort();
	tree->room = room;
}

const struct ch_error *
ch_livetree_apply_more(struct ch_livetree *tree, const struct ch_change *changes, size_t count)
{
	const struct ch_error *error = NULL;
	size_t begin = tree->done;

	make_room(tree, count);
	for (size_t i = 0; i < count && error == NULL; i++)
		if (!changes[i].has && (error = take_out(&tree->steps[tree->done], tree, changes[i].path)) == NULL)
			tree->done++;
	for (size_t i = 0; i < count && error == NULL; i++)
		if (changes[i].has && (error = put_in(&tree->steps[tree->done], tree, changes[i].path, &changes[i].new)) == NULL)
			tree->done++;
	if (error)
		revert_to(tree, begin);
	return error;
}

const struct ch_error *
ch_livetree_apply(struct ch_livetree *tree, const struct ch_change *changes, size_t count)
{
	tree->done = 0;
	return ch_livetree_apply_more(tree, changes, count);
}

const struct ch_error *
ch_livetree_occupant(struct ch_node *node, bool *found, bool *same, struct ch_livetree *tree, struct span path)
{
	const struct ch_error *error;
	struct entry *entry;
	struct way way;
	bool arrived;

	*found = *same = false;
	if ((error = go(&way, &arrived, tree, path, false)) || !arrived)
		return error;
	entry = livetree_entry(way.d[way.depth], way.name[way.depth]);
	*same = entry != NULL;
	if (entry == NULL)
		entry = folded_entry_of(tree, way.d[way.depth], way.name[way.depth]);
	*found = entry != NULL;
	if (entry)
		*node = entry->node;
	return NULL;
}

const struct ch_error *
ch_livetree_attributes(struct ch_livetree *tree, const struct ch_oid *blob)
{
	struct entry new = {.name = SPAN_LITERAL(TREE_ATTRIBUTES)}, *old;
	const struct ch_error *error;
	struct directory *root;

	if ((error = root_of(&root, tree)))
		return error;
	if ((old = livetree_entry(root, new.name)))
		take_away(root, old);
	if (blob) {
		new.node.id = *blob;
		insert(tree, root, &new);
	}
	root->changed = true;
	return NULL;
}
