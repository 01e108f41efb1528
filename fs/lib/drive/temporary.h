/*
 * Which names are those of temporary files: what editors, office suites and systems put beside a document and nobody means to keep. They work like
 * any other on the drive and stay on this machine; no act holds them.
 *
 * ARCHIVE/chancery/temporary, when it is there, takes the place of the patterns that are built in: one on each line as glob(7) has them, for one name and
 * not a path, whatever its case; lines that are empty or begin with '#' say nothing (a name that does: [#]).
 */
#ifndef CH_TEMPORARY_H
#define CH_TEMPORARY_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/span.h"

struct ch_temporary {
	const char **patterns;
	size_t count;
	struct ch_arena arena;
};

/* The patterns of a file; CH_REFUSED names the line that is longer than 255 bytes or has a '/' or a control character. */
const struct ch_error *ch_temporary_read(struct ch_temporary *temporary, struct span text);

/* Those of an archive. The caller must release it, also after an error. */
const struct ch_error *ch_temporary_load(struct ch_temporary *temporary, const char *archive);
void ch_temporary_release(struct ch_temporary *temporary); /* accepts a zeroed one */

bool ch_temporary_matches(const struct ch_temporary *temporary, struct span name); /* temporary NULL: nothing does */

#endif
