/* The operations of the kernel, in four files: names, content, directories, extended attributes. Each answers exactly once. */
#ifndef MOUNT_OPS_H
#define MOUNT_OPS_H

#include <fuse_lowlevel.h>

#include "drive.h"
#include "view.h"

extern const struct fuse_lowlevel_ops operations;

void op_lookup(fuse_req_t request, fuse_ino_t parent, const char *name);
void op_forget(fuse_req_t request, fuse_ino_t id, uint64_t lookups);
void op_forget_multi(fuse_req_t request, size_t count, struct fuse_forget_data *forgets);
void op_create(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *file);
void op_mknod(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode, dev_t device);
void op_mkdir(fuse_req_t request, fuse_ino_t parent, const char *name, mode_t mode);
void op_symlink(fuse_req_t request, const char *target, fuse_ino_t parent, const char *name);
void op_unlink(fuse_req_t request, fuse_ino_t parent, const char *name);
void op_rmdir(fuse_req_t request, fuse_ino_t parent, const char *name);
void op_rename(fuse_req_t request, fuse_ino_t parent, const char *name, fuse_ino_t new_parent, const char *new_name, unsigned flags);

void op_getattr(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file);
void op_setattr(fuse_req_t request, fuse_ino_t id, struct stat *st, int set, struct fuse_file_info *file);
void op_opendir(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file);
void op_access(fuse_req_t request, fuse_ino_t id, int mask);
void op_readlink(fuse_req_t request, fuse_ino_t id);
void op_open(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file);
void op_read(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file);
void op_write(fuse_req_t request, fuse_ino_t id, const char *bytes, size_t size, off_t offset, struct fuse_file_info *file);
void op_flush(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file);
void op_release(fuse_req_t request, fuse_ino_t id, struct fuse_file_info *file);
void op_fsync(fuse_req_t request, fuse_ino_t id, int data_only, struct fuse_file_info *file);
void op_fallocate(fuse_req_t request, fuse_ino_t id, int mode, off_t offset, off_t length, struct fuse_file_info *file);

void op_readdir(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file);
void op_readdirplus(fuse_req_t request, fuse_ino_t id, size_t size, off_t offset, struct fuse_file_info *file);
void op_statfs(fuse_req_t request, fuse_ino_t id);

void op_getxattr(fuse_req_t request, fuse_ino_t id, const char *name, size_t size);
void op_listxattr(fuse_req_t request, fuse_ino_t id, size_t size);

/* Under the lock: the entry of a name, with one more lookup of its inode for the kernel; ENOENT. */
int entry_of(struct fuse_entry_param *entry, struct drive *drive, struct inode *directory, const char *name);
int entry_of_inode(struct fuse_entry_param *entry, struct drive *drive, struct inode *inode, const struct inode *directory);

/* Under the lock: the kernel, or nobody yet, has counted that many lookups less; the inode may be gone afterwards. */
void inode_forget(struct drive *drive, struct inode *inode, uint64_t lookups);

/*
 * Writes and answers. False: it is to go past the pages that the kernel may have, and neither was done (direct.h).
 */
bool write_unless_paged(fuse_req_t request, fuse_ino_t id, struct span bytes, off_t offset, const struct fuse_file_info *file);

/* Under the lock: an inode, or a directory; ENOENT, ENOTDIR. */
int inode_of_request(struct inode **inode, struct drive *drive, fuse_ino_t id);
int directory_of_request(struct inode **directory, struct drive *drive, fuse_ino_t id);

#endif
