/*
 * Who shares a mount, and what the kernel may therefore decide without asking. Every decision that depends on it is a function here.
 *
 *	personal   one user: what he was given once he may have again. Files are opened and closed without a message; names, attributes and content are kept
 *	           until notify.h says that they have changed. RELEASE comes for files only that were created, never for those opened later.
 *	office     -o allow_other: names, attributes and pages are shared between the users, so open is the one moment at which each of them is seen, and stays.
 *	           What uid, gid and mode say the kernel checks itself (default_permissions) and may keep; where they do not say all, it keeps nothing.
 */
#ifndef MOUNT_SHARING_H
#define MOUNT_SHARING_H

#include <stdbool.h>
#include <sys/types.h>

struct drive;
struct inode;
struct view;
struct fuse_file_info;

struct sharing {
	bool office;
	bool syncs_closes; /* -o close=sync */
};

/* Who may do what with an inode, as the kernel checks it. */
struct rights {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* the nine bits */
	bool whole;  /* that is all there is to say */
};

/* `writable`: as far as its view is concerned. Under the lock. */
struct rights sharing_rights(const struct drive *drive, const struct inode *inode, bool writable);

/* The nine bits and more that somebody has set: one's own, or what the office leaves of them. */
mode_t sharing_mode(const struct sharing *sharing, mode_t rights, mode_t set);

/* Is every open of a file or directory asked for, and every close? If not they are answered with ENOSYS, once, and handles are 0 but after a create. */
bool sharing_asks_open(const struct sharing *sharing);
bool sharing_asks_close(const struct sharing *sharing);

/* Seconds for which the kernel may keep the attributes of an inode, and the names in a directory, those included that are not there. Under the lock. */
double sharing_keeps_attributes(const struct drive *drive, const struct inode *inode);
double sharing_keeps_names(const struct drive *drive, const struct inode *directory);

/* Whether the pages of an open file stay after it, and are made at all. Under the lock. */
void sharing_pages(struct fuse_file_info *file, const struct drive *drive, const struct inode *inode);

#endif
