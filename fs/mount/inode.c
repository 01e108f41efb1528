#include "inode.h"

#include <stdlib.h>
#include <sys/random.h>

_Static_assert(sizeof(struct inode) == 80, "an inode has grown");

static struct inode *
at(const struct inode_table *table, uint32_t slot)
{
	return &table->blocks[slot / INODE_BLOCK][slot % INODE_BLOCK];
}

static uint32_t
slot_of(const struct inode *inode)
{
	return (uint32_t)inode->id;
}

static void *
zeroed(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		abort();
	return memory;
}

uint64_t
inode_key(const struct inode_table *table, uint64_t parent, struct span name)
{
	uint64_t h = table->seed ^ parent * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.data[i]) * 1099511628211u;
	h ^= h >> 32;
	return h ? h : 1;
}

static uint32_t *
head_of(const struct inode_table *table, uint64_t key)
{
	return &table->by_key[key & (table->key_slots - 1)];
}

static void
link_key(struct inode_table *table, struct inode *inode)
{
	uint32_t *head = head_of(table, inode->key);

	inode->next = *head;
	*head = slot_of(inode);
}

static void
resize(struct inode_table *table, size_t slots)
{
	free(table->by_key);
	table->by_key = zeroed(slots, sizeof(*table->by_key));
	table->key_slots = slots;
	for (uint32_t slot = 1; slot <= table->used; slot++)
		if (at(table, slot)->view && at(table, slot)->key)
			link_key(table, at(table, slot));
}

void
inode_table_init(struct inode_table *table)
{
	*table = (struct inode_table){0};
	if (getrandom(&table->seed, sizeof(table->seed), 0) < 0)
		abort();
	resize(table, 1024);
}

void
inode_table_release(struct inode_table *table)
{
	for (uint32_t slot = 1; slot <= table->used; slot++)
		free(at(table, slot)->name);
	for (uint32_t block = 0; table->blocks && block <= table->used / INODE_BLOCK; block++)
		free(table->blocks[block]);
	free(table->blocks);
	free(table->by_key);
	*table = (struct inode_table){0};
}

/* The next slot that nobody has had. */
static struct inode *
take_new(struct inode_table *table)
{
	uint32_t slot = table->used + 1, block = slot / INODE_BLOCK;

	if (slot == 0)
		abort();
	if (table->blocks == NULL || slot % INODE_BLOCK == 0) {
		table->blocks = reallocarray(table->blocks, block + 1, sizeof(struct inode *));
		if (table->blocks == NULL)
			abort();
		table->blocks[block] = zeroed(INODE_BLOCK, sizeof(struct inode));
	}
	table->used = slot;
	at(table, slot)->id = slot;
	return at(table, slot);
}

struct inode *
inode_new(struct inode_table *table, const struct view *view, bool directory)
{
	struct inode *inode = table->free ? at(table, table->free) : NULL;

	if (inode)
		table->free = inode->next;
	else
		inode = take_new(table);
	*inode = (struct inode){.id = inode->id, .view = view, .directory = directory};
	if (++table->count > table->key_slots)
		resize(table, 2 * table->key_slots);
	return inode;
}

struct inode *
inode_in(const struct inode_table *table, uint32_t slot)
{
	return at(table, slot)->view ? at(table, slot) : NULL;
}

struct inode *
inode_get(const struct inode_table *table, uint64_t id)
{
	uint32_t slot = (uint32_t)id;

	return slot && slot <= table->used && at(table, slot)->id == id ? inode_in(table, slot) : NULL;
}

void
inode_clear_name(struct inode_table *table, struct inode *inode)
{
	uint32_t *link;

	if (inode->key == 0)
		return;
	link = head_of(table, inode->key);
	while (*link != slot_of(inode))
		link = &at(table, *link)->next;
	*link = inode->next;
	free(inode->name);
	inode->name = NULL;
	inode->key = 0;
}

void
inode_free(struct inode_table *table, struct inode *inode)
{
	inode_clear_name(table, inode);
	*inode = (struct inode){.id = inode->id + (1ULL << 32), .next = table->free};
	table->free = slot_of(inode);
	table->count--;
}

struct inode *
inode_child_span(const struct inode_table *table, uint64_t parent, struct span name)
{
	uint64_t key = inode_key(table, parent, name);

	for (uint32_t slot = *head_of(table, key); slot; slot = at(table, slot)->next) {
		struct inode *inode = at(table, slot);

		if (inode->key == key && (inode->name == NULL || span_is(name, inode->name)))
			return inode;
	}
	return NULL;
}

struct inode *
inode_child(const struct inode_table *table, uint64_t parent, const char *name)
{
	return inode_child_span(table, parent, span_text(name));
}

void
inode_set_key(struct inode_table *table, struct inode *inode, uint64_t parent, struct span name)
{
	inode_clear_name(table, inode);
	inode->key = inode_key(table, parent, name);
	inode->parent = (uint32_t)parent;
	link_key(table, inode);
}

void
inode_set_name(struct inode_table *table, struct inode *inode, uint64_t parent, const char *name)
{
	char *copy = strdup(name); /* it may be its own */

	if (copy == NULL)
		abort();
	inode_set_key(table, inode, parent, span_text(copy));
	inode->name = copy;
}

struct inode *
inode_parent(const struct inode_table *table, const struct inode *inode)
{
	struct inode *parent = inode->key ? inode_in(table, inode->parent) : NULL;

	if (parent && inode->name && inode_key(table, parent->id, span_text(inode->name)) != inode->key)
		return NULL;
	return parent;
}

struct inode *
inode_child_of_view(struct inode_table *table, uint64_t parent, const char *name, const struct view *view, bool directory)
{
	struct inode *inode = inode_child(table, parent, name);

	if (inode && inode->view == view && inode->directory == directory)
		return inode;
	if (inode)
		inode_clear_name(table, inode);
	inode = inode_new(table, view, directory);
	inode_set_name(table, inode, parent, name);
	return inode;
}
