/* The hooks of an archive: a few lines of sh that start chancery-receive and chancery-register. */
#ifndef CH_HOOKS_H
#define CH_HOOKS_H

#include "store/store.h"

/*
 * Writes both, whatever was there, and sets what stock git does with the archive: no deletions, objects checked, the queue not shown to readers.
 * `tools` is the absolute path of the directory that has the tools. CH_USAGE when it cannot stand in a script, CH_IO.
 */
const struct ch_error *ch_hooks_install(struct ch_store *store, const char *tools);

#endif
