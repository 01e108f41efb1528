/*
 * The inodes that the kernel knows, a million of them perhaps: 80 bytes each, in slots that an id names, and to be found by parent and name where they are not found
 * otherwise. An inode lives as long as the kernel counts lookups of it. Ids are never used again while the drive is mounted: the lower half is the slot, the upper
 * one counts who has had it.
 */
#ifndef MOUNT_INODE_H
#define MOUNT_INODE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct view;
struct ch_overlay_node;

#define INODE_LOOKUPS_MAX ((1ULL << 41) - 1)

struct inode {
	uint64_t id;
	const struct view *view; /* NULL: the slot is free, and `id` that of the next one */
	uint64_t key;            /* of parent and name; 0: not to be found by name */
	char *name;              /* NULL: what its directory holds says it (git_name) */
	uint64_t lookups : 41;
	uint64_t directory : 1;
	uint64_t pushed : 1;   /* of a file that can be written to: its content is being pushed or was (ahead.h) */
	uint64_t touched : 1;  /* it is not to be any more */
	uint64_t paged : 1;    /* the kernel may have pages of it; of a file that can be written to (direct.h) */
	uint64_t outdated : 1; /* of a directory: its listing in the kernel (sharing.h) */
	uint64_t overlaid : 1; /* it is `node`; else what `oid` says */
	uint64_t moded : 1;    /* of what `oid` says: somebody has set permissions (dates.h) */
	uint64_t area : 16;    /* of office.h */
	union {
		struct {
			struct ch_oid oid; /* a tree or a blob */
			uint32_t offset;   /* of its entry in the tree of its directory, when that was last looked at */
			int64_t time;      /* nanoseconds since 1970 */
		};
		struct {
			struct ch_overlay_node *node; /* files.c */
			unsigned writers;             /* how often it is open for writing */
		};
	};
	uint32_t parent; /* its slot, as long as there is a key */
	uint32_t next;   /* of those whose key, or that no key, leads to one place: slots, 0 at the end */
};

struct inode_table {
	struct inode **blocks; /* of INODE_BLOCK slots, which stay where they are; there is no slot 0 */
	uint32_t *by_key;
	size_t key_slots;    /* a power of two */
	uint32_t used, free; /* slots that have ever been used; the first free one below */
	uint32_t count;      /* inodes there are */
	uint64_t seed;
};

enum { INODE_BLOCK = 1024 };

void inode_table_init(struct inode_table *table);
void inode_table_release(struct inode_table *table);

struct inode *inode_new(struct inode_table *table, const struct view *view, bool directory);
struct inode *inode_get(const struct inode_table *table, uint64_t id); /* NULL: unknown */
void inode_free(struct inode_table *table, struct inode *inode);

/* Of a slot from 1 to `used`; NULL: free. */
struct inode *inode_in(const struct inode_table *table, uint32_t slot);

/* By name. Whoever is kept without its name is taken for another only when the keys of both are the same: compare what it holds. */
uint64_t inode_key(const struct inode_table *table, uint64_t parent, struct span name);
struct inode *inode_child(const struct inode_table *table, uint64_t parent, const char *name);
struct inode *inode_child_span(const struct inode_table *table, uint64_t parent, struct span name);
void inode_set_name(struct inode_table *table, struct inode *inode, uint64_t parent, const char *name);
void inode_set_key(
	struct inode_table *table, struct inode *inode, uint64_t parent, struct span name); /* the name is not kept */
void inode_clear_name(struct inode_table *table, struct inode *inode);                      /* not to be found any more */
/* The directory by whose id it is found; NULL: none. Of one kept without its name it is for git_name() to say whether that is still the same. */
struct inode *inode_parent(const struct inode_table *table, const struct inode *inode);

/* The child of that name, made when there is none. */
struct inode *inode_child_of_view(
	struct inode_table *table, uint64_t parent, const char *name, const struct view *view, bool directory);

#endif
