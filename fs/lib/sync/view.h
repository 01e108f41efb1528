/* A clone of a part of a register: what it gets from a view (register/partial.h) instead of the register itself. */
#ifndef CH_SYNC_VIEW_H
#define CH_SYNC_VIEW_H

#include "remote.h"

/* Makes ARCHIVE/chancery/view, from where on the store is partial. */
const struct ch_error *ch_view_begin(struct ch_store *store);

/*
 * Fetches the view and puts its pages and trees, as what they are, into the store, durably; *head: the last page, of which nothing is believed yet. Errors as
 * of ch_remote_fetch(); CH_REFUSED when it is no view.
 */
const struct ch_error *ch_view_fetch(struct ch_oid *head, struct ch_store *store, const struct ch_remote *remote, struct ch_arena *arena);

#endif
