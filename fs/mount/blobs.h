/* Objects read lately: git inflates whole objects, the kernel asks for parts of them. Bounded by bytes, the longest unused goes first. */
#ifndef MOUNT_BLOBS_H
#define MOUNT_BLOBS_H

#include "store/store.h"

enum { BLOBS_SLOTS = 4096, BLOBS_BYTES = 64 * 1024 * 1024 };

struct blob;

struct blobs {
	struct blob *slots[BLOBS_SLOTS];
	struct blob *newest, *oldest;
	size_t bytes;
};

/* The content of a blob or tree; valid until the next call. */
const struct ch_error *blobs_get(struct span *content, struct blobs *blobs, struct ch_store *store, enum ch_object type, const struct ch_oid *oid);
void blobs_release(struct blobs *blobs);

#endif
