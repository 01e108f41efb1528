/*
 * Neighbours: whoever reads small files of a directory one after the other finds the next ones in the page cache already, put there by a thread of its own
 * (never by one that answers: the kernel may hold the page while it waits) with a store of its own. Twice as many each time, as long as he goes on. What he reads from
 * the cache nobody hears of: one file in the middle is left out, and when that is asked for, the next ones are pushed. When he has overtaken the pushing it goes on a few
 * files further on, and both read. What somebody can write to is not pushed, since what he has changed through a mapping, and the kernel not yet told, would be lost: it is kept here, so
 * that the answer needs no inflating.
 */
#ifndef MOUNT_AHEAD_H
#define MOUNT_AHEAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/store.h"

struct drive;
struct inode;

enum { AHEAD_MAX = 256, AHEAD_STREAMS = 8 };

/* Where somebody reads in a directory: offsets in its tree behind the file that he asked for last, and up to which files are being pushed or left to him. */
struct ahead_stream {
	uint64_t directory;
	size_t behind, pushed;
	unsigned window; /* files */
};

struct ahead_file {
	uint64_t inode, directory;
	size_t behind; /* it, in the directory's tree */
	struct ch_oid blob;
	bool kept; /* by us (blobs.h) until it is asked for */
};

struct ahead {
	struct ahead_stream streams[AHEAD_STREAMS]; /* under the drive's lock, like `next` */
	unsigned next;

	pthread_mutex_t lock; /* around the rest */
	pthread_cond_t wake;
	struct ahead_file files[AHEAD_MAX]; /* a ring */
	size_t first, count;
	atomic_bool busy; /* something is being pushed */
	bool running, stop;
	pthread_t thread;
};

/* With signals blocked; the session must be mounted. That it cannot start is no error. */
void ahead_start(struct drive *drive);
void ahead_stop(struct drive *drive);

/* A small file was read from its beginning. Under the drive's lock. */
void ahead_note(struct drive *drive, struct inode *inode);

#endif
