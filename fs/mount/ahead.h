/*
 * Neighbours: whoever reads small files of a directory one after the other finds the next ones in the page cache already, put there (push.h) by a thread of its own
 * (never by one that answers: the kernel may hold the page while it waits) with a store of its own. Twice as many each time, as long as he goes on. What he reads from
 * the cache nobody hears of: one file in the middle is left out, and when that is asked for, the next ones are pushed. When he has overtaken the pushing it goes on a few
 * files further on, and both read.
 *
 * Who has read a directory to its end will read the next one beside it, too: what he lists there is pushed while he goes on listing, but for the first file. If that is not
 * asked for, he was not about to. Who has done so twice is expected there: until he comes its content is inflated, as long as there is nothing to push (stock.h).
 *
 * A file that can be written to is pushed once, and not after anything that gives the kernel a page of it; later, and in an office, where each file is asked for as it is
 * opened, its content is kept here until it is asked for, so that the answer needs no inflating. Before a write() the kernel asks for security.capability, and before it
 * lets a file be cut it tells us, so that nothing of that comes unannounced.
 */
#ifndef MOUNT_AHEAD_H
#define MOUNT_AHEAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "push.h"
#include "stock.h"
#include "store/store.h"

struct drive;
struct inode;

enum { AHEAD_MAX = 1024, AHEAD_STREAMS = 8 };

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
	uint64_t above;	  /* of the directory that was read to its end last */
	uint64_t guessed; /* the one that is pushed because of that; 0: he has read there */

	pthread_mutex_t lock; /* around the rest */
	pthread_cond_t wake;
	struct ahead_file files[AHEAD_MAX]; /* a ring */
	size_t first, count;
	atomic_bool busy; /* something is being pushed */
	bool moved; /* main: there may be other packs */
	bool expects;
	struct ch_oid expected; /* the tree of a directory that will be read next */
	bool running, stop;
	struct push push;   /* the first one of them, which is no more in the ring */
	struct stock stock; /* the thread's alone */
	pthread_t thread;
};

/* With signals blocked; the session must be mounted. That it cannot start is no error. */
void ahead_start(struct drive *drive);
void ahead_stop(struct drive *drive);

/* A small file was read from its beginning; a directory was listed from its beginning up to that cookie, as the kernel knows already. Under the drive's lock. */
void ahead_note(struct drive *drive, struct inode *inode);
void ahead_listed(struct drive *drive, struct inode *directory, uint64_t cookie);

/* Whether it will be read: it is beside one that was read to its end. Under the drive's lock. */
bool ahead_expects(const struct drive *drive, const struct inode *directory);

/* Main has moved. Under the drive's lock. */
void ahead_moved(struct drive *drive);

/* Something that may change what the kernel has of a file is to be answered or done. Under the drive's lock. */
void ahead_leave(struct drive *drive, struct inode *inode);

#endif
