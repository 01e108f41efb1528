#include "inode.h"

#include <stdlib.h>

static size_t
slot_of_id(const struct inode_table *table, uint64_t id)
{
	return (size_t)(id * 0x9e3779b97f4a7c15u >> 32) & (table->size - 1);
}

static size_t
slot_of_name(const struct inode_table *table, uint64_t parent, const char *name)
{
	uint64_t h = 14695981039346656037u ^ parent * 0x9e3779b97f4a7c15u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 1099511628211u;
	return (size_t)(h ^ h >> 32) & (table->size - 1);
}

static void *
zeroed(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL)
		abort();
	return memory;
}

static void
link_name(struct inode_table *table, struct inode *inode)
{
	struct inode **slot = &table->by_name[slot_of_name(table, inode->parent, inode->name)];

	inode->next_by_name = *slot;
	*slot = inode;
}

static void
link_id(struct inode_table *table, struct inode *inode)
{
	struct inode **slot = &table->by_id[slot_of_id(table, inode->id)];

	inode->next_by_id = *slot;
	*slot = inode;
}

static void
resize(struct inode_table *table, size_t size)
{
	struct inode_table old = *table;

	table->size = size;
	table->by_id = zeroed(size, sizeof(*table->by_id));
	table->by_name = zeroed(size, sizeof(*table->by_name));
	for (size_t i = 0; i < old.size; i++)
		for (struct inode *inode = old.by_id[i], *next; inode; inode = next) {
			next = inode->next_by_id;
			link_id(table, inode);
			if (inode->name)
				link_name(table, inode);
		}
	free(old.by_id);
	free(old.by_name);
}

void
inode_table_init(struct inode_table *table)
{
	*table = (struct inode_table){0};
	resize(table, 1024);
}

void
inode_table_release(struct inode_table *table)
{
	for (size_t i = 0; i < table->size; i++)
		for (struct inode *inode = table->by_id[i], *next; inode; inode = next) {
			next = inode->next_by_id;
			free(inode->name);
			free(inode);
		}
	free(table->by_id);
	free(table->by_name);
	*table = (struct inode_table){0};
}

struct inode *
inode_new(struct inode_table *table, const struct view *view, bool directory)
{
	struct inode *inode = zeroed(1, sizeof(*inode));

	if (table->count >= table->size)
		resize(table, 2 * table->size);
	inode->id = ++table->last_id;
	inode->view = view;
	inode->directory = directory;
	link_id(table, inode);
	table->count++;
	return inode;
}

struct inode *
inode_get(const struct inode_table *table, uint64_t id)
{
	struct inode *inode = table->by_id[slot_of_id(table, id)];

	while (inode && inode->id != id)
		inode = inode->next_by_id;
	return inode;
}

void
inode_clear_name(struct inode_table *table, struct inode *inode)
{
	struct inode **link;

	if (inode->name == NULL)
		return;
	link = &table->by_name[slot_of_name(table, inode->parent, inode->name)];
	while (*link != inode)
		link = &(*link)->next_by_name;
	*link = inode->next_by_name;
	free(inode->name);
	inode->name = NULL;
}

void
inode_free(struct inode_table *table, struct inode *inode)
{
	struct inode **link = &table->by_id[slot_of_id(table, inode->id)];

	inode_clear_name(table, inode);
	while (*link != inode)
		link = &(*link)->next_by_id;
	*link = inode->next_by_id;
	table->count--;
	free(inode);
}

struct inode *
inode_child(const struct inode_table *table, uint64_t parent, const char *name)
{
	struct inode *inode = table->by_name[slot_of_name(table, parent, name)];

	while (inode && (inode->parent != parent || strcmp(inode->name, name) != 0))
		inode = inode->next_by_name;
	return inode;
}

void
inode_set_name(struct inode_table *table, struct inode *inode, uint64_t parent, const char *name)
{
	inode_clear_name(table, inode);
	inode->parent = parent;
	inode->name = strdup(name);
	if (inode->name == NULL)
		abort();
	link_name(table, inode);
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
