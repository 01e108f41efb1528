/*
 * Views: what the parts of the mount have in common. Each kind of directory tree is one view in a file of its own; the operations in op_*.c find
 * the inode, ask its view under the drive's lock, and reply once. Functions return 0 or an errno; a NULL one means that the view does not let
 * itself be changed (EROFS).
 */
#ifndef MOUNT_VIEW_H
#define MOUNT_VIEW_H

#include <sys/stat.h>

#include "inode.h"
#include "large/depot.h"
#include "wire/span.h"

struct drive;

enum { VIEW_NAME_MAX = 255 };

struct view {
	double valid; /* seconds for which the kernel may keep names and attributes; what changes is invalidated explicitly (notify.h) */
	bool grows;   /* names may come untold: that one is not there is not kept, nor a listing */
	bool direct;  /* content is made when it is asked for: not to be cached */

	/* The inode of a name; ENOENT. */
	int (*lookup)(struct inode **child, struct drive *drive, struct inode *directory, const char *name);
	int (*attributes)(struct stat *st, struct drive *drive, struct inode *inode);
	/* The entry behind *cookie (0: the first); moves *cookie. ENOENT at the end. */
	int (*next)(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory);
	/* Whether the content is large, and which it is: then it is read from the depot, and the next one is not asked. NULL: never. */
	int (*large)(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode);
	/* A part of the content, valid until the lock is given up. */
	int (*read)(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size);

	int (*target)(const char **path, struct drive *drive, struct inode *inode); /* of a symbolic link; valid as long as the drive */

	int (*open)(uint64_t *handle, struct drive *drive, struct inode *inode, int flags);
	void (*release)(struct drive *drive, struct inode *inode, uint64_t handle, int flags);
	int (*write)(struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, struct span data);
	int (*truncate)(struct drive *drive, struct inode *inode, uint64_t size);
	/* What was written to it is durable; NULL: where the journal is (sync.c). */
	int (*sync)(struct drive *drive, struct inode *inode, uint64_t handle);
	/* Of mode, st_atim and st_mtim what `set` (FUSE_SET_ATTR_...) names; what cannot be kept is no error. */
	int (*set)(struct drive *drive, struct inode *inode, const struct stat *st, int set);
	int (*create)(struct drive *drive, struct inode *directory, const char *name, mode_t mode);
	int (*make_directory)(struct drive *drive, struct inode *directory, const char *name, mode_t mode);
	int (*exchange)(struct drive *drive, struct inode *a, const char *name, struct inode *b, const char *other); /* NULL: cannot */
	int (*remove)(struct drive *drive, struct inode *directory, const char *name, bool is_directory);
	/* Both directories are of this view. */
	int (*rename)(struct drive *drive, struct inode *from, const char *name, struct inode *to, const char *new_name);
	/* The kernel has forgotten it. */
	void (*forget)(struct drive *drive, struct inode *inode);
};

extern const struct view root_view;	/* register.c: main's tree, and the names of the others */
extern const struct view register_view; /* register.c */
extern const struct view files_view;	/* files.c */
extern const struct view drop_view;	/* drop.c */
extern const struct view folder_view;
extern const struct view history_view; /* history.c */
extern const struct view past_view;
extern const struct view annex_view;   /* annex.c: history as a link */
extern const struct view by_file_view; /* by_file.c */
extern const struct view versions_view;
extern const struct view removed_view;
extern const struct view inbox_view; /* inbox.c */

/* A year: as good as for ever. */
#define VIEW_FOR_EVER 31536000.0

#endif
