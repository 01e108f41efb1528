/* Paths as somebody at a mounted drive has them. */
#ifndef DRIVEPATH_H
#define DRIVEPATH_H

#include "base/arena.h"
#include "wire/span.h"

/*
 * Where a path is on a mounted drive: the archive that it shows, and the path in the tree of main. What it names need not be there any more, nor the
 * directory that it was in. False when it is on no drive; `archive` and `inside` are in the arena.
 */
bool drive_path(const char **archive, struct span *inside, const char *path, struct ch_arena *arena);

#endif
