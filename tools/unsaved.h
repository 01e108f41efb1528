/* What was changed through the drive and is in the journal only: no save has carried it into the archive, or, of a clone, to the register. */
#ifndef UNSAVED_H
#define UNSAVED_H

#include "cli.h"

/* How many changes. The state must be that of main, or, with what waits in the outbox, beyond. */
const struct ch_error *cli_unsaved(uint64_t *count, struct cli *cli);

#endif
