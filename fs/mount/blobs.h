/*
 * Objects read lately: git inflates whole objects, the kernel asks for parts of them, and for a directory's tree once for each name. Bounded by bytes, the longest
 * unused goes first; trees by themselves, since all that is listed passes through here. What is small enough to be answered whole is not kept: the kernel has its pages.
 */
#ifndef MOUNT_BLOBS_H
#define MOUNT_BLOBS_H

#include "store/store.h"

enum { BLOBS_SLOTS = 4096, BLOBS_BYTES = 64 * 1024 * 1024, BLOBS_TREES = 1024 * 1024, BLOBS_SMALL = 16 * 1024 };

struct blob;

struct blobs {
	struct blob *slots[BLOBS_SLOTS];
	struct blob_age {
		struct blob *newest, *oldest;
		size_t bytes;
	} blobs, trees;
	struct span small; /* the last one, not kept */
	struct ch_oid small_oid;
};

/* The content of a tree, or of a blob; valid until the next call. */
const struct ch_error *blobs_tree(struct span *content, struct blobs *blobs, struct ch_store *store, const struct ch_oid *oid);
const struct ch_error *blobs_get(struct span *content, struct blobs *blobs, struct ch_store *store, const struct ch_oid *oid);
/* A blob's content, read ahead; it is ours from then on. What is small stays until it is asked for. */
void blobs_give(struct blobs *blobs, const struct ch_oid *oid, struct span content);
void blobs_give_tree(struct blobs *blobs, const struct ch_oid *oid, struct span content); /* a copy of it */
void blobs_release(struct blobs *blobs);

#endif
