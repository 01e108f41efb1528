/*
 * history/ of one person's mount is a mount of its own, read-only: what it shows never changes, so that the kernel need not ask for anything twice, not even
 * for the time of the last access. A mount inside a mount would keep the outer one busy, `fusermount3 -u` of it would fail; so it lies beside, below
 * $XDG_RUNTIME_DIR (root: /run), and history is a symbolic link to it. fusermount3 takes it away when this process ends, however that happens. Where it cannot
 * be mounted, and in an office, whose users have different rights, history/ is a directory of the outer mount.
 */
#ifndef MOUNT_ANNEX_H
#define MOUNT_ANNEX_H

#include "store/store.h"

struct drive;

/* With signals blocked, before the outer session is served. Complains when there is to be one and cannot be. */
void annex_start(const struct drive *outer);
void annex_stop(void);

/* Where it is mounted; NULL: nowhere. */
const char *annex_place(void);

/* Main has moved. By the committer, without any lock. */
void annex_follow(const struct ch_oid *head);

#endif
