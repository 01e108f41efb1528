/* history/by-file/: what was found out of the directory that was asked for last. */
#ifndef MOUNT_BY_FILE_H
#define MOUNT_BY_FILE_H

#include "register/versions.h"

struct by_file {
	struct ch_oid head; /* of main, for which the rest is */
	const char *path;   /* in the tree of main; NULL: nothing is here */
	struct span *names;
	struct ch_version *versions; /* of a file: one for each name */
	size_t count;
	struct ch_arena arena;
};

void by_file_release(struct by_file *by_file);

#endif
