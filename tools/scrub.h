/* chancery-verify --store: whether the disk still has what was written, every object and file of the archive, the journal included. */
#ifndef SCRUB_H
#define SCRUB_H

#include "cli.h"

/* Prints a record of each that is damaged, and of the whole unless quiet. CH_REFUSED when something is. */
const struct ch_error *verify_store(struct cli *cli);

#endif
