/* Acts in the store. */
#ifndef CH_ACTS_H
#define CH_ACTS_H

#include "store/store.h"
#include "wire/act.h"

/*
 * Reads the act of a commit; it lives in the arena. A commit that is too large, is no act or whose text is not in Unicode normal form C is refused, with
 * its code.
 */
const struct ch_error *ch_act_read(const struct act **out, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena);

/* The same of bytes that have been read already, which must outlive it. */
const struct ch_error *ch_act_parse(const struct act **out, struct span raw, const struct ch_oid *commit, struct ch_arena *arena);

/* The bytes only; what is too large for an act or a page is not read. */
const struct ch_error *ch_act_raw(struct span *raw, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena);

#endif
