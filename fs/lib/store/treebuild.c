#include "treebuild.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/map.h"

enum { DEPTH_MAX = 64 };

struct entry {
	struct span name;
	struct ch_node node;
	bool present;
};

/* One directory while it is put together. */
struct directory {
	struct ch_store *store;
	struct ch_arena *arena;
	struct ch_map names; /* name -> struct entry */
	struct entry **entries;
	size_t count;
};

static struct entry *
entry_of(struct directory *d, struct span name)
{
	struct entry *entry = ch_map_get(&d->names, name);

	if (entry)
		return entry;
	entry = ch_arena_alloc(d->arena, sizeof(*entry));
	entry->name = name;
	ch_map_put(&d->names, d->arena, name, entry);
	d->entries = ch_arena_grow(d->arena, d->entries, d->count, sizeof(*d->entries));
	return d->entries[d->count++] = entry;
}

static const struct ch_error *
load(struct directory *d, const struct ch_oid *root)
{
	const struct ch_error *error;
	struct tree_entry old;
	struct span raw;

	if ((error = ch_store_read(&raw, d->store, CH_TREE, root, d->arena)))
		return error;
	while (tree_next(&old, &raw)) {
		struct entry *entry = entry_of(d, old.name);

		entry->present = true;
		entry->node.directory = old.directory;
		memcpy(entry->node.id.id, old.id, sizeof(entry->node.id.id));
	}
	return NULL;
}

static int
by_tree_order(const void *a, const void *b)
{
	const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;

	return tree_order(x->name, x->node.directory, y->name, y->node.directory);
}

static const struct ch_error *
check_case(struct directory *d)
{
	struct ch_map folded = {0};
	uint8_t buffer[CH_FOLDED_MAX];

	for (size_t i = 0; i < d->count; i++) {
		struct span name = d->entries[i]->name, key = span_of(buffer, ch_name_fold(buffer, name));
		struct entry *other = ch_map_get(&folded, key);

		if (!d->entries[i]->present)
			continue;
		if (other)
			return ch_refuse(WIRE_MALFORMED_TREE, "'%.*s' differs from '%.*s' only in case", (int)name.len, (const char *)name.data,
					 (int)other->name.len, (const char *)other->name.data);
		ch_map_put(&folded, d->arena, ch_arena_copy(d->arena, key), d->entries[i]);
	}
	return NULL;
}

static const struct ch_error *
write_directory(struct ch_oid *out, bool *empty, struct directory *d)
{
	size_t size = 0, at = 0;
	const struct ch_error *error;
	uint8_t *raw;

	if ((error = check_case(d)))
		return error;
	if (d->count)
		qsort(d->entries, d->count, sizeof(*d->entries), by_tree_order);
	for (size_t i = 0; i < d->count; i++)
		size += d->entries[i]->name.len + 32;
	raw = ch_arena_alloc(d->arena, size);
	for (size_t i = 0; i < d->count; i++) {
		const struct entry *e = d->entries[i];

		if (e->present)
			tree_put(raw, size, &at, &(struct tree_entry){.directory = e->node.directory, .name = e->name, .id = e->node.id.id});
	}
	*empty = at == 0;
	if (*empty)
		return NULL;
	if (tree_check(span_of(raw, at)) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_TREE, "a name that an archive cannot hold");
	return ch_store_write(out, d->store, CH_TREE, span_of(raw, at));
}

static const struct ch_error *apply(struct ch_oid *out, bool *empty, struct directory *above, const struct ch_oid *root, const struct ch_change *changes,
				    size_t count, size_t skip, unsigned depth);

/* How many of the changes lie in the directory that the first one's path names up to `end`. */
static size_t
group(const struct ch_change *changes, size_t count, size_t end)
{
	struct span prefix = span_of(changes[0].path.data, end + 1);
	size_t n = 1;

	while (n < count && span_starts(changes[n].path, prefix))
		n++;
	return n;
}

static const struct ch_error *
apply_below(struct directory *d, struct entry *entry, const struct ch_change *changes, size_t count, size_t skip, unsigned depth)
{
	const struct ch_oid *root = entry->present && entry->node.directory ? &entry->node.id : NULL;
	const struct ch_error *error;
	struct ch_oid id;
	bool empty;

	if ((error = apply(&id, &empty, d, root, changes, count, skip, depth)))
		return error;
	if (!empty)
		*entry = (struct entry){entry->name, {id, true}, true};
	else if (root)
		entry->present = false;
	return NULL;
}

/* `skip` bytes of every path lead to this directory. */
static const struct ch_error *
apply(struct ch_oid *out, bool *empty, struct directory *above, const struct ch_oid *root, const struct ch_change *changes, size_t count, size_t skip,
      unsigned depth)
{
	struct directory d = {.store = above->store, .arena = above->arena};
	const struct ch_error *error;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if (root && (error = load(&d, root)))
		return error;
	for (size_t i = 0, n; i < count; i += n) {
		struct span rest = span_skip(changes[i].path, skip), name = span_cut(&rest, '/');
		struct entry *entry = entry_of(&d, name);

		n = 1;
		if (name.len == changes[i].path.len - skip) {
			if (!changes[i].has && entry->node.directory)
				continue; /* there is no such file to remove */
			*entry = (struct entry){name, {changes[i].new, false}, changes[i].has};
			continue;
		}
		n = group(changes + i, count - i, skip + name.len);
		if ((error = apply_below(&d, entry, changes + i, n, skip + name.len + 1, depth + 1)))
			return error;
	}
	return write_directory(out, empty, &d);
}

const struct ch_error *
ch_tree_apply(struct ch_oid *out, bool *empty, struct ch_store *store, const struct ch_oid *root, const struct ch_change *changes, size_t count,
	      struct ch_arena *arena)
{
	struct directory above = {.store = store, .arena = arena};

	return apply(out, empty, &above, root, changes, count, 0, 0);
}
