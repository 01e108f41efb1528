#include <search.h>
#include <stdlib.h>

#include "base/fold.h"
#include "base/hash.h"
#include "overlay_inside.h"

static uint32_t
hash_of(const struct ch_overlay_node *directory, struct span folded)
{
	return (uint32_t)ch_hash(directory->id, folded);
}

struct ch_overlay_node *
overlay_node_new(struct ch_overlay *overlay, bool directory)
{
	struct ch_overlay_node *node = calloc(1, sizeof(*node));

	if (node == NULL)
		abort();
	node->id = ++overlay->last_id;
	node->directory = directory;
	return node;
}

static void
grow(struct ch_overlay *overlay)
{
	size_t size = overlay->bucket_count ? 2 * overlay->bucket_count : 256;
	struct ch_overlay_node **buckets = calloc(size, sizeof(*buckets));

	if (buckets == NULL)
		abort();
	for (size_t i = 0; i < overlay->bucket_count; i++)
		for (struct ch_overlay_node *node = overlay->buckets[i], *next; node; node = next) {
			next = node->chain;
			node->chain = buckets[node->hash & (size - 1)];
			buckets[node->hash & (size - 1)] = node;
		}
	free(overlay->buckets);
	overlay->buckets = buckets;
	overlay->bucket_count = size;
}

int
overlay_node_by_id(const void *a, const void *b)
{
	const struct ch_overlay_node *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static void
put_in(void **set, struct ch_overlay_node *node)
{
	if (tsearch(node, set, overlay_node_by_id) == NULL)
		abort();
}

void
overlay_node_set_aside(struct ch_overlay *overlay, struct ch_overlay_node *node, bool aside)
{
	if (node->aside == aside)
		return;
	node->aside = aside;
	if (node->directory)
		return;
	if (aside)
		put_in(&overlay->asides, node);
	else
		tdelete(node, &overlay->asides, overlay_node_by_id);
	if (!aside && node->working)
		ch_working_set_aside(node->working, 0); /* what is put aside is not kept longer than it is */
}

void
overlay_node_note_count(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	if (directory == overlay->root)
		return;
	if (directory->count == 0)
		put_in(&overlay->hollow, directory);
	else
		tdelete(directory, &overlay->hollow, overlay_node_by_id);
}

static void
add_slot(struct ch_overlay_node *directory, struct ch_overlay_node *node)
{
	if (directory->slots == directory->room) {
		directory->room = directory->room ? 2 * directory->room : 4;
		directory->entries = reallocarray(directory->entries, directory->room, sizeof(*directory->entries));
		if (directory->entries == NULL)
			abort();
	}
	node->place = ++directory->cookie;
	directory->entries[directory->slots++] = (struct ch_overlay_entry){node->place, node};
	directory->count++;
}

void
overlay_node_insert(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, struct ch_overlay_node *node)
{
	uint8_t folded[CH_FOLDED_MAX];
	struct ch_overlay_node **bucket;

	if (overlay->node_count >= overlay->bucket_count)
		grow(overlay);
	free(node->name);
	node->name = strndup((const char *)name.data, name.len);
	if (node->name == NULL)
		abort();
	node->parent = directory;
	node->hash = hash_of(directory, span_of(folded, ch_name_fold(folded, name)));
	bucket = &overlay->buckets[node->hash & (overlay->bucket_count - 1)];
	node->chain = *bucket;
	*bucket = node;
	overlay->node_count++;
	add_slot(directory, node);
	if (directory->count == 1)
		overlay_node_note_count(overlay, directory);
}

size_t
ch_overlay_slot(const struct ch_overlay_node *directory, uint64_t cookie)
{
	size_t low = 0, high = directory->slots;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (directory->entries[middle].cookie <= cookie)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Empty slots are dropped from the end at once, elsewhere when they are most of a directory. */
static void
compact(struct ch_overlay_node *directory)
{
	size_t used = 0;

	while (directory->slots && directory->entries[directory->slots - 1].node == NULL)
		directory->slots--;
	if (directory->slots < 32 || directory->count > directory->slots / 4)
		return;
	for (size_t i = 0; i < directory->slots; i++)
		if (directory->entries[i].node)
			directory->entries[used++] = directory->entries[i];
	directory->slots = used;
}

void
overlay_node_take_out(struct ch_overlay *overlay, struct ch_overlay_node *node)
{
	struct ch_overlay_node **link = &overlay->buckets[node->hash & (overlay->bucket_count - 1)], *directory = node->parent;

	while (*link != node)
		link = &(*link)->chain;
	*link = node->chain;
	overlay->node_count--;
	directory->entries[ch_overlay_slot(directory, node->place - 1)].node = NULL;
	if (--directory->count == 0)
		overlay_node_note_count(overlay, directory);
	node->parent = NULL;
	node->chain = NULL;
	compact(directory);
}

static void
free_node(struct ch_overlay_node *node)
{
	ch_working_unref(node->working);
	free(node->entries);
	free(node->set);
	free(node->name);
	free(node);
}

void
overlay_node_stamp(struct ch_overlay_node *node, int64_t time)
{
	node->time = time;
	if (node->set)
		node->set->changed = time;
}

struct ch_overlay_attributes *
ch_overlay_attributes(struct ch_overlay_node *node)
{
	if (node->set)
		return node->set;
	node->set = malloc(sizeof(*node->set));
	if (node->set == NULL)
		abort();
	*node->set = (struct ch_overlay_attributes){.accessed = node->time, .changed = node->time};
	return node->set;
}

void
overlay_node_remove(struct ch_overlay *overlay, struct ch_overlay_node *node)
{
	while (node->count)
		overlay_node_remove(overlay, node->entries[node->slots - 1].node); /* the last slot is never empty */
	overlay_node_take_out(overlay, node);
	overlay_node_set_aside(overlay, node, false);
	tdelete(node, &overlay->hollow, overlay_node_by_id);
	overlay_times_forget(overlay, node);
	if (node->user == NULL)
		free_node(node);
}

void
ch_overlay_forget(struct ch_overlay *overlay, struct ch_overlay_node *node)
{
	node->user = NULL;
	if (node->parent == NULL && node != overlay->root)
		free_node(node);
}

static void
leave_alone(void *node)
{
	(void)node;
}

void
overlay_node_free_all(struct ch_overlay *overlay)
{
	tdestroy(overlay->asides, leave_alone);
	tdestroy(overlay->hollow, leave_alone);
	tdestroy(overlay->dated, leave_alone);
	for (size_t i = 0; i < overlay->bucket_count; i++)
		for (struct ch_overlay_node *node = overlay->buckets[i], *next; node; node = next) {
			next = node->chain;
			free_node(node);
		}
	free(overlay->buckets);
	if (overlay->root)
		free_node(overlay->root);
}

struct ch_overlay_node *
overlay_node_find_folded(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name)
{
	uint8_t folded[CH_FOLDED_MAX], other[CH_FOLDED_MAX];
	struct span key = span_of(folded, ch_name_fold(folded, name));
	uint32_t hash = hash_of(directory, key);
	struct ch_overlay_node *node = overlay->bucket_count ? overlay->buckets[hash & (overlay->bucket_count - 1)] : NULL;

	for (; node; node = node->chain)
		if (node->hash == hash && node->parent == directory && span_equal(key, span_of(other, ch_name_fold(other, span_text(node->name)))))
			break;
	return node;
}

struct ch_overlay_node *
overlay_node_find(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name)
{
	uint8_t folded[CH_FOLDED_MAX];
	uint32_t hash = hash_of(directory, span_of(folded, ch_name_fold(folded, name)));
	struct ch_overlay_node *node = overlay->bucket_count ? overlay->buckets[hash & (overlay->bucket_count - 1)] : NULL;

	while (node && !(node->hash == hash && node->parent == directory && span_is(name, node->name)))
		node = node->chain;
	return node;
}

bool
overlay_path_append(struct overlay_path *path, struct span name)
{
	size_t slash = path->len ? 1 : 0;

	if (path->len + slash + name.len > CH_OPERATION_PATH_MAX)
		return false;
	if (slash)
		path->text[path->len] = '/';
	memcpy(path->text + path->len + slash, name.data, name.len);
	path->len += slash + name.len;
	path->text[path->len] = '\0';
	return true;
}

bool
overlay_path_of(struct overlay_path *path, const struct ch_overlay_node *node)
{
	if (node->parent == NULL) {
		path->text[0] = '\0';
		path->len = 0;
		return true;
	}
	return overlay_path_of(path, node->parent) && overlay_path_append(path, span_text(node->name));
}
