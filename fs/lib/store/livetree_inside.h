/* What a live tree is made of. Only for livetree*.c. */
#ifndef CH_LIVETREE_INSIDE_H
#define CH_LIVETREE_INSIDE_H

#include "base/map.h"
#include "livetree.h"

struct entry {
	struct span name;
	struct ch_node node;
	struct directory *below; /* NULL: not read yet */
};

struct directory {
	struct entry *entries; /* in git's order */
	size_t count, size;
	bool changed;	      /* since its id was computed */
	uint8_t *raw;	      /* of a long one that was changed: its bytes as git has them, with room for `raw_size`; */
	size_t raw_size;
	size_t good, good_bytes; /* so many of its entries are in there as they are now, in so many bytes */
	struct ch_map folded; /* folded name -> a name that was here; made when something is first put in */
};

struct ch_livetree {
	struct ch_store *store;
	struct ch_arena arena;
	struct ch_oid id; /* of the root when it was last settled */
	bool empty;
	struct directory *root; /* NULL: not read yet */
	size_t entries;		/* read or put in */
	struct step *steps;	/* of the last change */
	size_t done, room;
	uint8_t *raw; /* for writing short directories, one after the other */
	size_t raw_size;
};

/* NULL: there is no such name. */
struct entry *livetree_entry(struct directory *d, struct span name);

/* Whoever changes an entry, or where it is, says so first: its bytes and those behind it are written again. */
void livetree_touch(struct directory *d, size_t at);

#endif
