/*
 * When what main has was changed last, as a disk would say it, how it may be used and who has made it: what no act holds. Of a file that is the time at which it was saved by the drive of
 * this machine, to the nanosecond, or was set; else that of the page that brought it as it is. Of a directory likewise, when a name came to it or went.
 *
 * Kept in ARCHIVE/chancery/times, an SQLite database that may be removed at any time: times of pages are found again.
 *
 *	directory (path, tree, entries,   of each directory of main, as it was with this tree: ten bytes for each entry, in the order of the tree
 *	           makers)                (0 8 nanoseconds since 1970, 8 2 CH_MODE_SET and permissions, or 0; big-endian); four bytes for each, who has made it,
 *	                                  or NULL where nobody in particular has made any
 *	stand (page, tree, changed)       the page of the register up to which it has all that, and when it was written last
 *
 * It goes on page by page: a file that has another content, or was given back the one before, never keeps a time (what changes gets a later one, by a nanosecond at
 * least). A transaction for each step and a log (WAL) that is written through at checkpoints only: after a crash of the machine the last ones may be missing, and are found
 * again from the pages.
 *
 * Not thread-safe.
 */
#ifndef CH_TIMES_H
#define CH_TIMES_H

#include "operation.h"
#include "register/past.h"

struct ch_time {
	int64_t changed; /* nanoseconds since 1970 */
	struct ch_permissions permissions;
};

/* The later one: `time`, unless what was changed had that or a later one before. */
int64_t ch_time_later(int64_t time, int64_t before);

struct ch_times;

/*
 * The times of an archive. Read-only: nothing is written, what is found is kept in memory. One that is damaged is begun anew. *times is NULL after an error, which concerns
 * nothing else: the functions below take NULL for one that knows nothing. The caller must close it.
 */
const struct ch_error *ch_times_open(struct ch_times **times, const char *archive, bool read_only);
void ch_times_close(struct ch_times *times);

/*
 * Goes on to a page of the register, for so many milliseconds at most (0: to the end), and keeps what was noted, when there. Nothing is known in between. After an error,
 * which may be of the store or of the database, it is as before; it may be tried again.
 */
const struct ch_error *ch_times_follow(struct ch_times *times, struct ch_past *past, struct ch_store *store, const struct ch_oid *head, int64_t milliseconds);
bool ch_times_is_current(const struct ch_times *times); /* it got there */

/*
 * A copy of what is kept as `to`, which must not be there yet: as it is at one moment, also while a drive goes on. *there is false, and there is no copy to be used, when
 * there is nothing, nothing that can be read (that is begun anew), or it was written to again and again meanwhile, for seconds.
 */
const struct ch_error *ch_times_copy(bool *there, const char *archive, const char *to);

/* Whether anybody has asked in vain since the last time this was asked: what he was told is to be told him again. */
bool ch_times_was_wanting(struct ch_times *times);

/* When anything was written to it last, nanoseconds since 1970; 0: never. */
int64_t ch_times_written(const struct ch_times *times);

/* The time of a file of main with this content, or of a directory (NULL), is known better ("files/s/a"). Kept at the next ch_times_follow() that gets there. */
void ch_times_note(struct ch_times *times, struct span path, const struct ch_oid *blob, const struct ch_time *time);

/* What is known of the entries of a directory ("", "files/s"), which has this tree, in `arena`; false: nothing. */
struct ch_times_list {
	const uint8_t *entries, *makers;
	size_t count;
};
bool ch_times_list(struct ch_times_list *list, struct ch_times *times, struct span path, const struct ch_oid *tree, struct ch_arena *arena);
struct ch_time ch_times_at(const struct ch_times_list *list, size_t i); /* i < count */

#endif
