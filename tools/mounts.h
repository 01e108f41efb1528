/* Drives, as this process sees them mounted. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "store/store.h"

/* The mountpoints of those of an archive, in the arena; it is named by a path. */
const char **mounts_of(size_t *count, const char *archive, struct ch_arena *arena);

/*
 * Where a path is on a drive: the archive that it shows, and the path in the tree of main. What it names need not be there any more, nor the directory that it was in.
 * False when it is on no drive; `archive` and `inside` are in the arena.
 */
bool mounts_find(const char **archive, struct span *inside, const char *path, struct ch_arena *arena);

/*
 * Waits until those of an archive show what main is by now: a drive is told that it moves, and tells the kernel, in its own time. False: not within some seconds, and *late is where. What
 * does not say how far it is, since it is somebody else's or of another version, is not waited for.
 */
bool mounts_await(const char **late, struct ch_store *store, struct ch_arena *arena);

#endif
