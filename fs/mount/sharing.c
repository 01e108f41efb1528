#define FUSE_USE_VERSION 314
#include "sharing.h"

#include <fuse_lowlevel.h>

#include "drive.h"
#include "view.h"

struct rights
sharing_rights(const struct drive *drive, const struct inode *inode, bool writable)
{
	mode_t write = writable ? 0200 : 0;

	return (struct rights){.uid = drive->uid, .gid = drive->gid, .mode = (inode->directory ? 0555 : 0444) | write, .whole = true};
}

mode_t
sharing_mode(const struct sharing *sharing, mode_t rights, mode_t set)
{
	return sharing->office ? rights & set : set;
}

bool
sharing_asks_open(const struct sharing *sharing)
{
	return sharing->office;
}

bool
sharing_asks_close(const struct sharing *sharing)
{
	return sharing->office || sharing->syncs_closes;
}

static bool
may_keep(const struct drive *drive, const struct inode *inode)
{
	return !drive->sharing.office || sharing_rights(drive, inode, false).whole;
}

double
sharing_keeps_attributes(const struct drive *drive, const struct inode *inode)
{
	return may_keep(drive, inode) ? inode->view->valid : 0;
}

double
sharing_keeps_names(const struct drive *drive, const struct inode *directory)
{
	return may_keep(drive, directory) ? directory->view->valid : 0;
}

void
sharing_pages(struct fuse_file_info *file, const struct drive *drive, const struct inode *inode)
{
	file->keep_cache = sharing_keeps_attributes(drive, inode) > 0;
	file->direct_io = inode->view->direct || !may_keep(drive, inode);
}
