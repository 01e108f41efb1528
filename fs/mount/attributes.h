/*
 * Extended attributes of files, of all that are in main or have been, and of those in files/ that are not yet: found out when they are asked for.
 *
 *	user.chancery.state    registered; doubtful: signed by a key that somebody else may have had; of what is not in main yet: journalled, waiting (for the
 *	                       register), refused; missing: large content is not on this machine; a reason may follow, ": ..."
 *	user.chancery.act      id of the act that brought this content
 *	user.chancery.signer   whose act that is
 *	user.chancery.for      the persons for whom a drive has signed it; empty: nobody
 *	user.chancery.time     when it was registered
 *	user.chancery.sha256   of the content
 *	user.chancery.page     of the whole drive: the page of main that it shows, as the kernel knows
 *	user.chancery.refused  of a directory in files/: names that it was not given, and why
 */
#ifndef MOUNT_ATTRIBUTES_H
#define MOUNT_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>

struct drive;
struct inode;

enum { ATTRIBUTE_MAX = 1024 };

/* Whether it may be one of ours; of others nothing needs to be known to say that they are not there. */
bool attribute_is_ours(const char *name);

/* 0, or an errno: ENODATA. Under the lock. */
int attribute_get(char value[ATTRIBUTE_MAX], size_t *len, struct drive *drive, struct inode *inode, const char *name);

/* Names, each with its NUL; returns the length, 0 for what has none. */
size_t attribute_list(char names[ATTRIBUTE_MAX], struct drive *drive, struct inode *inode);

#endif
