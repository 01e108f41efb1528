/*
 * rsync(1), which copies files for us, to and from directories, of which one may be HOST:DIRECTORY. What it brings is on disk when it is done, with owners by
 * number. Whole seconds are not enough to tell what has changed. Whoever waits at a terminal is told how far it is.
 */
#ifndef RSYNC_H
#define RSYNC_H

#include "cli.h"

/*
 * Copies; `options` (NULL: none) are rsync's own besides, ended by NULL. What vanishes meanwhile was moved by `git gc` or a drive: it is copied once more, from where it
 * is by then. CH_IO with what rsync says.
 */
const struct ch_error *rsync_copy(struct cli *cli, const char *const *options, const char *from, const char *to);

/* Gets the file of that name; *there is false when there is none. CH_LATER when the host cannot be reached. */
const struct ch_error *rsync_get(bool *there, struct cli *cli, const char *place, const char *name, const char *to);

#endif
