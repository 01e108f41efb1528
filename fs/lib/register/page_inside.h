/* Shared by page_read.c and page_write.c only. */
#ifndef CH_PAGE_INSIDE_H
#define CH_PAGE_INSIDE_H

#include "page.h"

/*
 * Judges one act and lets it count, in the state and in its tree: the same for reading a page and for writing one. What its actor has not
 * said is no act, cannot even be refused on a page, and is an error: else a bad signature, registered first, would take the place of a good one.
 */
const struct ch_error *page_admit(const struct ch_entry **entry, struct ch_judgement *judgement, struct ch_state *state, struct ch_store *store,
				  const struct ch_oid *commit, int64_t received);

/* Brings the state's tree up to what has been accepted; with `write` its objects are written. */
const struct ch_error *page_tree(struct ch_state *state, bool write);

#endif
