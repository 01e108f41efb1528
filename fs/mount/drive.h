/* The drive: one archive, mounted. */
#ifndef MOUNT_DRIVE_H
#define MOUNT_DRIVE_H

#include <pthread.h>
#include <sys/stat.h>

#include "ahead.h"
#include "blobs.h"
#include "by_file.h"
#include "dates.h"
#include "inode.h"
#include "inbox_cache.h"
#include "notify.h"
#include "office.h"
#include "drive/overlay.h"
#include "drive/save.h"
#include "register/past.h"
#include "store/trees.h"
#include "sharing.h"
#include "shed.h"
#include "shown.h"

struct fuse_session;

enum { NANOSECONDS = 1000000000 }; /* of a second */

/* Of an entry of a tree; see git.c. */
struct git_cursor {
	struct ch_oid tree;
	size_t offset;
};

struct drive {
	char archive[4096];
	const char *person; /* whose inbox; NULL: nobody's */
	bool read_only;	    /* nothing is saved here, nor accepted: asked for, or */
	char why[768];	    /* the reason why it cannot be */
	struct sharing sharing;
	int64_t delay;	    /* milliseconds from a close to its act; 0: as soon as nobody writes */
	struct fuse_session *session;
	uid_t uid;
	gid_t gid;

	pthread_mutex_t lock; /* around all that follows, up to the worker's part */
	struct ch_store store;
	struct ch_journal journal;
	struct ch_overlay overlay;
	struct inode_table inodes;
	struct git_cursor cursor; /* of the entry that was listed last */
	struct blobs blobs;
	struct notices notices;
	struct ch_oid head, tree; /* of main */
	struct ch_oid told;	  /* main as the kernel knows it */
	int64_t time;		  /* of head */
	int drop;		  /* chancery/drop/ */
	int64_t drop_due;	  /* monotonic ms when it is to be looked for what can be accepted; 0: never */
	unsigned drop_quiet;	  /* seconds without a change after which a file there is taken as complete */
	struct ch_past past;
	struct ch_state state; /* drive_state() */
	struct by_file by_file;
	struct shown_cache shown;
	struct dates dates;
	struct ahead ahead;
	struct shed shed;
	struct ch_error trouble; /* why the last attempt to save failed; class 0: it did not */
	struct inbox_cache inbox;
	struct office office;
	uid_t asks; /* whose request is being answered */
	unsigned writers;	       /* files that are open for writing */
	int64_t changed, closed, last; /* monotonic ms of the first change, the first close and the last event since the last cut; 0: none */

	struct ch_trees *trees; /* of both stores; thread-safe */
	struct ch_saver saver; /* the committer's alone once it runs (commit.c) */
};

/*
 * Opens the archive, recovers the journal. What cannot be written to, or has no key to sign with, is opened read-only. The caller must close it, also after
 * an error.
 */
const struct ch_error *drive_open(struct drive *drive, const char *archive, bool read_only);
void drive_close(struct drive *drive);

/* Main has moved: views follow, and `notices` tells the kernel. Under the lock. */
const struct ch_error *drive_follow(struct drive *drive, const struct ch_oid *head, const struct ch_cut *cut);

/* What the register says as of `head`; read when it is asked for first, valid until the lock is given up. Under the lock. */
const struct ch_error *drive_state(const struct ch_state **state, struct drive *drive);

/* Something was changed (or closed) in files/: the committer will look after it. Under the lock. */
void drive_changed(struct drive *drive);
void drive_closed(struct drive *drive);

/* Times as the library has them; what it cannot hold becomes the nearest that it can. */
int64_t nanoseconds_of(const struct timespec *time);
struct timespec timespec_of(int64_t nanoseconds);

/* The kernel is to be told that the entry `name` of a directory of files/ (NULL: the content of a file) has changed without its doing. Under the lock. */
void drive_note(struct drive *drive, struct ch_overlay_node *node, const char *name);

/* The directory of an inode; NULL: it is in none any more, or that is not known to the kernel. Under the lock. */
struct inode *drive_above(const struct drive *drive, const struct inode *inode);

/* The usual attributes. */
void drive_attributes(struct stat *st, const struct drive *drive, const struct inode *inode, bool writable, uint64_t size, int64_t nanoseconds);

#endif
