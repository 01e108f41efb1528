/* The drives of an archive, as this process sees them mounted. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "store/store.h"

/* Their mountpoints, in the arena; the archive is named by a path. */
const char **mounts_of(size_t *count, const char *archive, struct ch_arena *arena);

/*
 * Waits until they show what main is by now: a drive is told that it moves, and tells the kernel, in its own time. False: not within some seconds, and *late is where. What
 * does not say how far it is, since it is somebody else's or of another version, is not waited for.
 */
bool mounts_await(const char **late, struct ch_store *store, struct ch_arena *arena);

#endif
