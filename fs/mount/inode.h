/*
 * The inodes that the kernel knows: a table by id, and by parent and name for those that are not found otherwise. An inode lives as long as the
 * kernel counts lookups of it. Ids are never used again while the drive is mounted.
 */
#ifndef MOUNT_INODE_H
#define MOUNT_INODE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct view;
struct ch_overlay_node;

struct inode {
	uint64_t id;
	uint64_t lookups;
	const struct view *view;
	bool directory;
	bool outdated;	  /* of a directory: its listing in the kernel (sharing.h) */
	uint16_t area;	  /* of office.h */
	unsigned writers; /* how often it is open for writing */

	struct ch_overlay_node *node; /* files.c */
	struct ch_oid oid;	      /* register.c, history.c: a tree or a blob */
	int64_t time;		      /* the same: seconds since 1970 */

	uint64_t parent; /* and name: NULL when it is not to be found by name */
	char *name;
	struct inode *next_by_id, *next_by_name;
};

struct inode_table {
	struct inode **by_id, **by_name;
	size_t size, count;
	uint64_t last_id;
};

void inode_table_init(struct inode_table *table);
void inode_table_release(struct inode_table *table);

struct inode *inode_new(struct inode_table *table, const struct view *view, bool directory);
struct inode *inode_get(const struct inode_table *table, uint64_t id); /* NULL: unknown */
void inode_free(struct inode_table *table, struct inode *inode);

/* By name. */
struct inode *inode_child(const struct inode_table *table, uint64_t parent, const char *name);
void inode_set_name(struct inode_table *table, struct inode *inode, uint64_t parent, const char *name);
void inode_clear_name(struct inode_table *table, struct inode *inode); /* not to be found any more */

/* The child of that name, made when there is none. */
struct inode *inode_child_of_view(struct inode_table *table, uint64_t parent, const char *name, const struct view *view, bool directory);

#endif
