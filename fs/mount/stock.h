/*
 * Content that is inflated before the kernel knows whose it is: of the directory that is expected to be read next, in the order of its tree, as long as there is nothing to
 * push (ahead.h). Used by the thread that pushes only, with its store.
 */
#ifndef MOUNT_STOCK_H
#define MOUNT_STOCK_H

#include "store/store.h"

enum { STOCK_FILES = 2048, STOCK_BYTES = 4 * 1024 * 1024, STOCK_SMALL = 16 * 1024 };

struct stock {
	struct stock_file {
		struct ch_oid blob;
		uint32_t at, len; /* in `bytes` */
	} files[STOCK_FILES];
	size_t first, count; /* those below are taken */
	uint8_t *bytes;	     /* STOCK_BYTES; NULL: there is no memory, and nothing is kept */
	size_t used;
	struct ch_arena arena; /* of the tree */
	size_t length;
	struct span rest; /* its entries that are not looked at yet */
};

void stock_start(struct stock *stock);
void stock_stop(struct stock *stock);

/* From now on of this tree; its content, nothing when it cannot be read. Valid until the next time. */
struct span stock_begin(struct stock *stock, struct ch_store *store, const struct ch_oid *tree);

/* One file more, when it is not a large one. False: there is nothing left to do. */
bool stock_go_on(struct stock *stock, struct ch_store *store);
bool stock_is_done(const struct stock *stock);

/* Content, valid until the next call; those before it are not wanted any more. False: it is not here, and what ends in front of `behind` in the tree will not be wanted either. */
bool stock_take(struct span *content, struct stock *stock, const struct ch_oid *blob, size_t behind);

#endif
