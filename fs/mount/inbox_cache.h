/* The inboxes of those who have asked, made anew when main has moved. */
#ifndef MOUNT_INBOX_CACHE_H
#define MOUNT_INBOX_CACHE_H

#include "register/inbox.h"

struct inbox {
	struct span person; /* empty: of nobody */
	struct ch_inbox_item *items;
	size_t count;
};

struct inbox_cache {
	struct ch_state state;
	struct ch_oid head; /* for which the items are */
	bool filled;
	struct inbox *inboxes;
	size_t count;
};

/* Good until main has moved. */
const struct ch_error *inbox_cache_get(const struct inbox **inbox, struct inbox_cache *cache, struct ch_store *store, const struct ch_oid *head,
				       struct span person);
void inbox_cache_release(struct inbox_cache *cache);

#endif
