/*
 * The act that brought each file of one directory as main has it, for whoever asks about one file after the other: the states of their space are gone through once for all of
 * them, and as far back only as those that were asked for.
 */
#ifndef CH_NEWEST_H
#define CH_NEWEST_H

#include "versions.h"

struct ch_newest;

/* Of a directory ("files/lib/plans"); *out is NULL when it is not one, or not in a space. State and store must outlive it. The caller must free it. */
const struct ch_error *ch_newest_new(struct ch_newest **out, const struct ch_state *state, struct ch_store *store, struct span directory);
void ch_newest_free(struct ch_newest *newest); /* accepts NULL */

/* Of a file there; *version is NULL when it is none, or no act brought it. Valid as long as `newest`. */
const struct ch_error *ch_newest_version(const struct ch_version **version, struct ch_newest *newest, struct span name);

#endif
