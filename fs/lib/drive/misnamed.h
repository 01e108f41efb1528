/*
 * Names that the drive has refused since it was mounted, and why: a program shows its user an errno only. In ARCHIVE/chancery/journal/misnamed,
 * CH_MISNAMED_MAX pieces of CH_MISNAMED_SIZE bytes, filled up with zeros:
 *
 *	<nanoseconds since 1970> <directory, as "lib/a">	<what is wrong>\n
 *
 * The latest stay. Nothing depends on this file.
 */
#ifndef CH_MISNAMED_H
#define CH_MISNAMED_H

#include "base/arena.h"
#include "wire/text.h"

enum { CH_MISNAMED_MAX = 16, CH_MISNAMED_SIZE = 1024 };

struct ch_misnamed {
	int64_t time; /* nanoseconds since 1970 */
	struct span directory, reason;
};

/* Nothing is refused yet. */
void ch_misnamed_begin(const char *archive);

/* False: that is known already, or could not be written down. */
bool ch_misnamed_note(const char *archive, struct span directory, const char *reason, int64_t time);

/* Latest first, `list` has room for CH_MISNAMED_MAX; what makes no sense is left out. Spans point into `bytes`. */
size_t ch_misnamed_read(struct ch_misnamed *list, struct span bytes);

/* The same of an archive. */
size_t ch_misnamed(struct ch_misnamed *list, const char *archive, struct ch_arena *arena);

#endif
