/*
 * The pages of a register by time: what was main at the end of a day, or of any moment.
 *
 * The list is kept in the file ARCHIVE/chancery/pages, so that a long register is read once: integers big-endian,
 *
 *	 0 16  "chancery-pages-1"
 *	16  4  CRC-32C of all that follows
 *	20 48  of each page, in order of registration: commit, tree, time (seconds since 1970)
 *
 * It saves work and proves nothing. It is not believed when it does not lead to main, and a page is looked at again before it is shown. It may be
 * removed at any time.
 */
#ifndef CH_PAST_H
#define CH_PAST_H

#include "store/store.h"

enum { CH_PAST_HEADER = 20, CH_PAST_RECORD = 48 };

struct ch_past_page {
	struct ch_oid commit, tree;
	int64_t time;
};

/* Zeroed is a valid empty one. */
struct ch_past {
	struct ch_past_page *pages; /* in order of registration */
	size_t count, room;
	size_t written; /* how many of them are in the file */
	bool begun;
};

/* Brings the list up to a state of main, from the file at first. The caller must release it, also after an error. */
const struct ch_error *ch_past_update(struct ch_past *past, struct ch_store *store, const struct ch_oid *head);
void ch_past_release(struct ch_past *past);

/* The pages from behind one that is known up to a state of main, in order; *reached is false when there are more than `most`, or that is none of this register. The same. */
const struct ch_error *ch_past_behind(struct ch_past *out, bool *reached, struct ch_store *store, const struct ch_oid *known, const struct ch_oid *head, size_t most);

/* The last page before a point in time, NULL: there was none. */
const struct ch_past_page *ch_past_before(const struct ch_past *past, int64_t time);

/* Any page by its commit, NULL: none. */
const struct ch_past_page *ch_past_page(const struct ch_past *past, const struct ch_oid *commit);

/* CH_REFUSED when a page is not as the list has it; the file is removed then, and the list empty. */
const struct ch_error *ch_past_check(struct ch_past *past, struct ch_store *store, const struct ch_past_page *page);

/* Whether these bytes are such a file; how many pages are in it, and one of them. Pure functions. */
bool ch_past_read(size_t *count, struct span bytes);
struct ch_past_page ch_past_record(struct span bytes, size_t i);

#endif
