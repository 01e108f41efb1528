/* What time-stamps say of an archive or an extract that has been verified: for chancery-verify. */
#ifndef STAMPS_H
#define STAMPS_H

#include "cli.h"
#include "stamp/stamp.h"

struct stamps_wanted {
	const char *authority; /* a file with certificates of those who are trusted; NULL: nobody is */
	bool all;	       /* print each, not only the one that says most and those that do not hold */
};

/*
 * Prints them. With an authority CH_REFUSED when one of them does not hold, CH_UNKNOWN when none is by it; without, nothing is asked of them.
 * The state may be another than the tool's.
 */
const struct ch_error *verify_stamps(struct cli *cli, struct ch_state *state, struct ch_store *store, const struct stamps_wanted *wanted);

#endif
