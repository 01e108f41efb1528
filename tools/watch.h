/* Waiting for the register to move, for tools that go on until they are ended. */
#ifndef WATCH_H
#define WATCH_H

#include "cli.h"

/* Begins to watch. To be called before the state is read, so that no move is missed. */
const struct ch_error *cli_watch(int *fd, const struct ch_store *store);

/* Waits for the next move, at most so many seconds (-1: for ever). */
const struct ch_error *cli_watch_wait(int fd, int64_t seconds);

#endif
