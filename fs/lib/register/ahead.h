/*
 * Reading ahead: while the register is judged page by page, other threads read the acts of pages to come and verify their signatures. Nothing is
 * decided here: who asks gets what he would have read himself, and whether a signature is good by a key that he names. What is missing, wrong, or signed
 * by a key not known yet is not there, and he finds out himself.
 */
#ifndef CH_AHEAD_H
#define CH_AHEAD_H

#include "base/arena.h"
#include "store/store.h"
#include "wire/act.h"
#include "wire/pgpkey.h"

struct ch_ahead;

/* A page to be read. */
struct ch_ahead_page {
	struct ch_oid commit;
	struct span raw; /* its bytes, where they have been read already; else data is NULL */
};

/*
 * Begins to read `count` pages, the last of the array first. NULL when that is not worth it: on one processor, or for a few pages. Until it is freed nothing may be
 * written to the store. The caller must free it with ch_ahead_free().
 */
struct ch_ahead *ch_ahead_new(struct ch_store *store, const struct ch_ahead_page *pages, size_t count);
void ch_ahead_free(struct ch_ahead *ahead); /* accepts NULL, as all of these do */

/* From now on signatures by this key, whose material must outlive it, can be verified ahead. */
void ch_ahead_know(struct ch_ahead *ahead, const struct pgpkey *key);

/* Turns to the next page; until that has been read it helps to read. Its acts live in `arena`. */
void ch_ahead_turn(struct ch_ahead *ahead, struct ch_arena *arena);

/* The page itself, or one of its acts; NULL: not read. */
const struct act *ch_ahead_act(const struct ch_ahead *ahead, const struct ch_oid *commit);

/* Whether the signature of an act of this page is known to be good by that key. */
bool ch_ahead_verified(const struct ch_ahead *ahead, const struct act *act, const struct pgpkey *key);

#endif
