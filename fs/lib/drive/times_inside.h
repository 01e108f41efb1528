/*
 * What the parts of times share.
 *
 *	times.c       going on from page to page; what is noted
 *	times_kept.c  the database: the directories that are looked at, and how far it has got
 */
#ifndef CH_TIMES_INSIDE_H
#define CH_TIMES_INSIDE_H

#include "base/map.h"
#include "times.h"

enum { TIMES_RECORD = 10, TIMES_MAKER = 4 };

/* A directory, as it is kept or is to be. */
struct times_row {
	struct span path;
	bool there, changed;
	struct ch_oid tree;
	uint8_t *entries, *makers;
	size_t count;
};

/* How far it has got. */
struct times_stand {
	bool any; /* anywhere */
	struct ch_oid page, tree;
	int64_t changed;
};

struct times_kept;

/* The caller must close it, also after an error. */
const struct ch_error *times_kept_open(struct times_kept **kept, struct times_stand *stand, const char *archive, bool read_only);
void times_kept_close(struct times_kept *kept); /* accepts NULL */

/* What is kept of a directory, in `arena`; row->there says whether anything is. */
const struct ch_error *times_kept_read(struct times_row *row, struct times_kept *kept, struct span path, struct ch_arena *arena);

/* One transaction: what it has begun with is forgotten when `anew`. */
const struct ch_error *times_kept_write(struct times_kept *kept, struct times_row *const *rows, size_t count, bool anew, const struct times_stand *stand);

/* Of an entry, for which there is room. */
static inline void
times_put(const struct times_row *row, size_t i, struct ch_time time)
{
	put64(row->entries + i * TIMES_RECORD, (uint64_t)time.changed);
	put16(row->entries + i * TIMES_RECORD + 8, time.permissions.mode);
	put32(row->makers + i * TIMES_MAKER, time.permissions.maker);
}

#endif
