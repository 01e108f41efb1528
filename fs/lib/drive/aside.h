/*
 * The content of temporary files beside the journal, so that the journal can be given up while they are there: ARCHIVE/chancery/journal/aside.<id>,
 * written once and never changed. `directory` is that of the journal.
 *
 *	 0 16  CHANCERYASIDE-1 and a zero byte
 *	16  8  size of the content, big-endian
 *	24  4  CRC-32C of these 24 bytes and the content
 *	28  4  zero
 *	32     content
 */
#ifndef CH_ASIDE_H
#define CH_ASIDE_H

#include "working.h"

/* The content of one file as a cut found it. */
struct ch_aside {
	uint64_t id; /* 0: empty, and no file of its own */
	struct ch_working *working;
	bool written; /* by an earlier cut */
};

/* Writes what was not written yet, and puts it on disk. ENOSPC: what is there already stays. */
const struct ch_error *ch_aside_write(int directory, const struct ch_aside *list, size_t count);

/* The caller owns *working. CH_REFUSED when it is not there as it was written. */
const struct ch_error *ch_aside_read(struct ch_working **working, int directory, uint64_t id);

/* Removes all but these. */
const struct ch_error *ch_aside_sweep(int directory, const struct ch_aside *list, size_t count);

#endif
