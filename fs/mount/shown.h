/* What an inode shows of main: the path of a file or directory there, and the act that brought it. */
#ifndef MOUNT_SHOWN_H
#define MOUNT_SHOWN_H

#include "register/newest.h"

struct drive;
struct inode;

enum { SHOWN_PATH_MAX = 8192 };

/* "files/lib/plan.txt", wherever and as of whenever it is shown; empty for the tree itself. False when it shows nothing of main. Under the lock. */
bool shown_path(char out[SHOWN_PATH_MAX], struct drive *drive, struct inode *inode);

/* The versions that were looked up last, and the directory: whoever asks for one attribute of a file asks for the others, and then about the next file. */
struct shown_cache {
	struct ch_oid head;
	char *path; /* NULL: none */
	bool all;   /* not only the newest */
	struct ch_versions versions;
	struct ch_arena arena;

	struct ch_newest *newest; /* as of the head, too */
	char directory[SHOWN_PATH_MAX];
};
void shown_cache_release(struct shown_cache *cache);

/* The version of its file that an inode is; NULL: none that an act has brought. Valid until the next call. Under the lock. */
const struct ch_error *shown_version(const struct ch_version **version, struct drive *drive, const struct ch_state *state, struct inode *inode);

#endif
