#define FUSE_USE_VERSION 314
#include "ops.h"

#include "direct.h"

static void
init(void *userdata, struct fuse_conn_info *connection)
{
	struct drive *drive = userdata;

	drive->sharing.direct = direct_is_known(connection);
	connection->want |= connection->capable & (FUSE_CAP_READDIRPLUS | FUSE_CAP_EXPLICIT_INVAL_DATA | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_CACHE_SYMLINKS);
	/* Without it O_TRUNC comes as a change of size; what is in the page cache is dropped when we say so. */
	connection->want &= ~(unsigned)(FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_AUTO_INVAL_DATA | FUSE_CAP_READDIRPLUS_AUTO);
}

const struct fuse_lowlevel_ops operations = {
	.init = init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.create = op_create,
	.mknod = op_mknod,
	.mkdir = op_mkdir,
	.symlink = op_symlink,
	.unlink = op_unlink,
	.rmdir = op_rmdir,
	.rename = op_rename,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.getxattr = op_getxattr,
	.listxattr = op_listxattr,
	.readlink = op_readlink,
	.opendir = op_opendir,
	.access = op_access,
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.fallocate = op_fallocate,
	.fsyncdir = op_fsync,
	.readdir = op_readdir,
	.readdirplus = op_readdirplus,
	.statfs = op_statfs,
};
