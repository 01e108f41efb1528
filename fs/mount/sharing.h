/*
 * Who shares a mount, and what the kernel may therefore decide without asking. Every decision that depends on it is a function here.
 *
 *	personal   one user: what he was given once he may have again. Files are opened and closed without a message; names, attributes and content are kept
 *	           until notify.h says that they have changed. No RELEASE is counted on: since Linux 6.9 none comes, not even of files that were created, once
 *	           an open was answered so.
 *	office     -o allow_other: names, attributes and pages are shared between the users, so open is the one moment at which each of them is seen, and stays.
 *	           Rights are those of persons and areas (office.h), which uid, gid and mode cannot say: asked for here by every operation, the kernel checks
 *	           nothing. It keeps no names at which areas begin, so that nobody walks into one unseen; what lies deeper it keeps, and the directories of
 *	           areas ("files"), of which every archive has the same.
 */
#ifndef MOUNT_SHARING_H
#define MOUNT_SHARING_H

#include <stdbool.h>
#include <sys/stat.h>

#include "drive/operation.h"

struct drive;
struct fuse_file_info;
struct fuse_req;
struct inode;
struct view;

struct sharing {
	bool office;
	bool direct;		   /* who makes a file writes to it past the pages (direct.h) */
	bool syncs_writes;	   /* so does every write */
	bool syncs_closes; /* -o close=sync */
};

/* Who may do what with an inode, as it is shown; in an office as much of it as any of the users may. */
struct rights {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* the nine bits */
	bool whole;  /* that is all there is to say */
};

/* The lock, for the answer to a request, which notes who asks. */
void sharing_begin(struct fuse_req *request);
void sharing_end(struct drive *drive);

/*
 * May the one who asks see an inode, change it, or make, remove or rename an entry? Always, where the kernel has decided. 0 or an errno: ENOENT of what he
 * does not see, EACCES. Under the lock.
 */
bool sharing_has_all(const struct drive *drive); /* nothing is hidden from him */
int sharing_see(struct drive *drive, const struct inode *inode);
int sharing_change(struct drive *drive, const struct inode *inode);
int sharing_change_entry(struct drive *drive, const struct inode *directory, const char *name);
/*
 * Pages that were written to through a mapping are brought by the kernel, and not by who wrote: they are of him who opened the file, as its handle says. For the rest
 * of the request.
 */
uint64_t sharing_opener(const struct drive *drive);
void sharing_stand_for(struct drive *drive, uint64_t handle);

/* The one who asks has changed something there; or a person in a space. */
void sharing_changed(struct drive *drive, const struct inode *inode);
void sharing_credit(struct drive *drive, struct span space, struct span person);
/* An entry was found: its area is noted. Hidden from the one who asks: ENOENT. */
int sharing_find(struct drive *drive, struct inode *child, const struct inode *directory, const char *name);

/* `writable`: as far as its view is concerned. Under the lock. */
struct rights sharing_rights(const struct drive *drive, const struct inode *inode, bool writable);

/*
 * The one who asks, as whose the kernel is shown what he makes: it lets nobody else set access lists, which cp -p and install do. 0: whose drive it is. Decides nothing
 * here.
 */
uid_t sharing_maker(const struct drive *drive);

/* May the one who asks have it shown as made by that user, whose group goes with it? */
bool sharing_may_give(const struct drive *drive, uid_t maker);
gid_t sharing_group(struct drive *drive, uid_t maker);
void sharing_show_maker(struct stat *st, struct drive *drive, uid_t maker);

/* What somebody has set, and who has made it, of what has all rights by now: one's own, and always one's own; or what the office leaves of reading and writing. */
void sharing_show(struct stat *st, struct drive *drive, struct ch_permissions permissions);

/* Is every open of a file asked for, and every close? If not they are answered with ENOSYS, once, and handles are 0 but after a create. */
bool sharing_asks_open(const struct sharing *sharing);
bool sharing_asks_close(const struct sharing *sharing);

/* Seconds for which the kernel may keep the attributes of an inode, and the names in a directory. Under the lock. */
double sharing_keeps_attributes(const struct drive *drive, const struct inode *inode);
double sharing_keeps_names(const struct drive *drive, const struct inode *directory);
/* The same for the name of a child that was found. */
double sharing_keeps_name(const struct drive *drive, const struct inode *directory, const struct inode *child);

/* Seconds for which it may keep that a name is not in a directory, and whether it may keep the listing. Under the lock. */
double sharing_keeps_absence(const struct drive *drive, const struct inode *directory);
bool sharing_keeps_listing(const struct drive *drive, const struct inode *directory);

/*
 * After a READ the kernel does not believe the time of the last access any more, except where nothing can be written to, and asks for each file again. The next listing of its
 * directory tells it of all of them at once: it is to be a new one. Under the lock.
 */
void sharing_was_read(struct drive *drive, struct inode *inode);

/* Whether the pages of an open file stay after it, and are made at all. Under the lock. */
void sharing_pages(struct fuse_file_info *file, const struct drive *drive, const struct inode *inode);

#endif
