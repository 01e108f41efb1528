/* The pages of the register by time: what history/ asks. */
#ifndef MOUNT_PAST_H
#define MOUNT_PAST_H

#include "store/store.h"

struct past_page {
	struct ch_oid commit, tree;
	int64_t time;
};

struct past {
	struct past_page *pages; /* in order of registration */
	size_t count;
};

/* Brings the list up to main. */
const struct ch_error *past_update(struct past *past, struct ch_store *store, const struct ch_oid *head);
void past_release(struct past *past);

/* The last page before a point in time, NULL: there was none. */
const struct past_page *past_before(const struct past *past, int64_t time);

/* Any page by its commit, NULL: none; the tree of the act with an id, which one of the pages names. */
const struct past_page *past_page(const struct past *past, const struct ch_oid *commit);
const struct ch_error *past_find_act(struct ch_oid *tree, bool *found, const struct past *past, struct ch_store *store, const uint8_t id[SHA256_SIZE]);

#endif
