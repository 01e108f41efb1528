/*
 * What a live tree is called: the ids of its directories follow from their bytes.
 *
 * ch_livetree_id
 *   settle                    ids from below
 *   forget                    when there is much in memory, and all of it is settled
 * ch_livetree_alone
 */
#include "livetree_inside.h"

#include <stdlib.h>

#include "object.h"

/* What may be in memory before it is forgotten; names from which on a directory's bytes are kept. */
enum { ENTRIES_MAX = 200000, LONG = 64 };

static size_t
bytes_of(const struct entry *entry)
{
	return tree_entry_size(&(struct tree_entry){.directory = entry->node.directory, .name = entry->name});
}

void
livetree_touch(struct directory *d, size_t at)
{
	while (d->good > at)
		d->good_bytes -= bytes_of(&d->entries[--d->good]);
}

static void
put_entry(uint8_t *raw, size_t size, size_t *at, const struct entry *entry)
{
	tree_put_again(raw, size, at, &(struct tree_entry){entry->node.directory, entry->name, entry->node.id.id});
}

/* The bytes of a directory, with one more entry in its place (NULL: as it is); good until the next are written. */
static struct span
write_out(struct ch_livetree *tree, const struct directory *d, const struct entry *more)
{
	size_t size = more ? more->name.len + 32 : 0, at = 0;

	for (size_t i = 0; i < d->count; i++)
		size += d->entries[i].name.len + 32;
	if (size > tree->raw_size) {
		free(tree->raw);
		if ((tree->raw = malloc(tree->raw_size = 2 * size)) == NULL)
			abort();
	}
	for (size_t i = 0; i < d->count; i++) {
		const struct entry *e = &d->entries[i];
		if (more && tree_order(more->name, more->node.directory, e->name, e->node.directory) < 0) {
			put_entry(tree->raw, size, &at, more);
			more = NULL;
		}
		put_entry(tree->raw, size, &at, e);
	}
	if (more)
		put_entry(tree->raw, size, &at, more);
	return span_of(tree->raw, at);
}

static uint8_t *
more_room(struct ch_livetree *tree, struct directory *d, size_t size)
{
	uint8_t *raw = ch_arena_alloc(&tree->arena, d->raw_size = size + size / 2);

	if (d->good_bytes)
		memcpy(raw, d->raw, d->good_bytes);
	return raw;
}

/* The same of a long directory, in which little has changed since; good as long as it stays so. */
static struct span
write_on(struct ch_livetree *tree, struct directory *d)
{
	size_t size = d->good_bytes;

	for (size_t i = d->good; i < d->count; i++)
		size += bytes_of(&d->entries[i]);
	if (size > d->raw_size)
		d->raw = more_room(tree, d, size);
	for (; d->good < d->count; d->good++)
		put_entry(d->raw, d->raw_size, &d->good_bytes, &d->entries[d->good]);
	return span_of(d->raw, d->good_bytes);
}

static const struct ch_error *
settle(struct ch_oid *id, struct ch_livetree *tree, struct directory *d, bool write)
{
	const struct ch_error *error = NULL;
	struct span raw;

	for (size_t i = 0; i < d->count; i++) {
		struct entry *e = &d->entries[i];
		if (e->below == NULL || !e->below->changed)
			continue;
		livetree_touch(d, i);
		if ((error = settle(&e->node.id, tree, e->below, write)))
			return error;
	}
	raw = d->count < LONG ? write_out(tree, d, NULL) : write_on(tree, d);
	if (write)
		error = ch_store_write(id, tree->store, CH_TREE, raw);
	else
		ch_object_id(id, CH_TREE, raw);
	d->changed = error != NULL;
	return error;
}

/* What is settled can be read again. */
static void
forget(struct ch_livetree *tree)
{
	ch_arena_clear(&tree->arena);
	tree->root = NULL;
	tree->entries = 0;
}

const struct ch_error *
ch_livetree_id(struct ch_oid *id, bool *empty, struct ch_livetree *tree, bool write)
{
	const struct ch_error *error;

	if (tree->root && tree->root->changed) {
		tree->empty = tree->root->count == 0;
		if (!tree->empty && (error = settle(&tree->id, tree, tree->root, write)))
			return error;
		tree->root->changed = false;
	}
	if (tree->entries > ENTRIES_MAX)
		forget(tree);
	*empty = tree->empty;
	*id = tree->id;
	return NULL;
}

static void
put_into_directories(struct ch_oid *id, struct span path)
{
	uint8_t raw[PATH_MAX_BYTES + 64];

	while (path.len) {
		size_t cut = path.len, at = 0;
		while (cut > 0 && path.data[cut - 1] != '/')
			cut--;
		tree_put_again(raw, sizeof(raw), &at, &(struct tree_entry){true, span_skip(path, cut), id->id});
		ch_object_id(id, CH_TREE, span_of(raw, at));
		path.len = cut ? cut - 1 : 0;
	}
}

static bool
has_unsettled(const struct directory *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->entries[i].below && d->entries[i].below->changed)
			return true;
	return false;
}

bool
ch_livetree_alone(struct ch_oid *id, struct ch_livetree *tree, struct span path, struct span name, const struct ch_oid *add)
{
	struct entry more = {.name = name}, *entry = NULL;
	struct directory *d = tree->root;
	struct span rest = path;

	while (d && rest.len) {
		entry = livetree_entry(d, span_cut(&rest, '/'));
		d = entry ? entry->below : NULL;
	}
	if (d == NULL || has_unsettled(d) || (add && livetree_entry(d, name)))
		return false;
	if (add)
		more.node.id = *add;
	ch_object_id(id, CH_TREE, write_out(tree, d, add ? &more : NULL));
	put_into_directories(id, path);
	return true;
}
