/* Files that two have saved differently without knowing of each other: the register keeps both, the later one under a name of its own (store/treemerge.h). */
#ifndef CONFLICTS_H
#define CONFLICTS_H

#include "cli.h"

/* Says on standard error, unless quiet, which files an accepted save has brought in so. The state must have been read. */
const struct ch_error *cli_tell_conflicts(struct cli *cli, const struct ch_entry *entry);

#endif
