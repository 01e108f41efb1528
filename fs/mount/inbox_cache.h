/* The inbox of the person of this mount, made anew when main has moved. */
#ifndef MOUNT_INBOX_CACHE_H
#define MOUNT_INBOX_CACHE_H

#include "register/inbox.h"

struct inbox_cache {
	struct ch_state state;
	struct ch_oid head; /* for which the items are */
	bool filled;
	struct ch_inbox_item *items;
	size_t count;
};

const struct ch_error *inbox_cache_update(struct inbox_cache *cache, struct ch_store *store, const struct ch_oid *head, const char *person);
void inbox_cache_release(struct inbox_cache *cache);

#endif
