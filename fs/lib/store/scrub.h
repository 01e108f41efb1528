/*
 * Scrubbing: every object of a store read and hashed again, whether main reaches it or not, and every pack and its index held against their checksums, since
 * an object may be there more than once. It says whether the disk still has what was written, and nothing about what that means: that is ch_replay's.
 */
#ifndef CH_SCRUB_H
#define CH_SCRUB_H

#include "store.h"

struct ch_scrub {
	/* Of each object and file that was looked at. */
	void (*looked)(void *context, const struct ch_scrub *scrub);
	/* Of each that is damaged: a name below the archive's directory, or an object's id. */
	void (*damaged)(void *context, const char *name, const char *why);
	void *context;
	uint64_t objects, files, bad;
};

/* CH_IO when it could not be looked at all; damage is no error. Counts come on top of what is there. */
const struct ch_error *ch_scrub_store(struct ch_scrub *scrub, struct ch_store *store);

#endif
