/* history/: the parts of it that others drive. Under the lock. */
#ifndef MOUNT_HISTORY_H
#define MOUNT_HISTORY_H

#include "store/store.h"

struct drive;
struct inode;

/* Reads what will be asked for; what goes wrong is said when it is asked for. */
void history_prepare(struct drive *drive);

/* Main has moved; `before`: the time of it until now. The days that are not any more what the kernel knows of them are noted, of this directory. */
void history_changed(struct drive *drive, const struct inode *history, int64_t before);

/* The same for a drive that shows nothing else. */
void history_follow(struct drive *drive, const struct ch_oid *head);

#endif
