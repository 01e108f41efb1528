/*
 * When what main has was changed last: what is known of that (drive/times.h), of the directories that were asked about last, and whom it is to be told. Under the drive's
 * lock, all of it.
 */
#ifndef MOUNT_DATES_H
#define MOUNT_DATES_H

#include <sys/stat.h>

#include "drive/times.h"

struct drive;
struct inode;

enum { DATES_LISTS = 4 };

struct dates_list {
	uint64_t directory; /* an inode; 0: none */
	struct ch_oid tree;
	uint32_t *offsets; /* of the entries in the tree */
	struct ch_times_list list;
	struct ch_arena arena; /* of both */
};

struct dates {
	struct ch_times *times; /* NULL: nothing is known */
	struct dates_list lists[DATES_LISTS];
	unsigned next;
	int64_t since; /* when it was mounted, nothing had been written to them since then */
	bool given_up; /* until main moves again: they could not be followed */
};

/* As far as is known at once; the rest in steps, while there is nothing else to do. `head`: main as it is. */
void dates_open(struct drive *drive, const struct ch_oid *head);
void dates_close(struct drive *drive);

/* Main is about to go to `head`; it has, and with it what has become of directories here. */
struct ch_cut;
void dates_before(struct drive *drive, const struct ch_oid *head, const struct ch_cut *cut);
void dates_after(struct drive *drive);

/* One step further; false: there is nothing left to do. */
bool dates_go_on(struct drive *drive);

/* Of the entry at an offset of the tree that a directory holds, whose content is `raw`; false: not known. */
bool dates_find(struct ch_time *time, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw, uint32_t offset);

/* The inode has that time (NULL: what is known is that it is not older than `time`); it is new, or its content is. */
void dates_set(struct inode *inode, const struct ch_time *known, int64_t time);

/* Of a file of files/ that is as committed: the permissions somebody has set, and how new it may be. */
void dates_attributes(struct stat *st, struct drive *drive, struct inode *inode);

/* Nobody is told that an entry of files/ was changed earlier than what tells the last change of times and permissions. */
void dates_changed(struct stat *st, const struct drive *drive);

#endif
