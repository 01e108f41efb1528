/* What an inode shows of main: the path of a file or directory there, and the act that brought it. */
#ifndef MOUNT_SHOWN_H
#define MOUNT_SHOWN_H

#include "register/versions.h"

struct drive;
struct inode;

enum { SHOWN_PATH_MAX = 8192 };

/* "files/lib/plan.txt", wherever and as of whenever it is shown; empty for the tree itself. False when it shows nothing of main. Under the lock. */
bool shown_path(char out[SHOWN_PATH_MAX], const struct drive *drive, const struct inode *inode);

#endif
