#define FUSE_USE_VERSION 314
#include "sharing.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>

#include "drive.h"
#include "errors.h"
#include "view.h"

void
sharing_begin(fuse_req_t request)
{
	struct drive *drive = fuse_req_userdata(request);

	pthread_mutex_lock(&drive->lock);
	drive->asks = fuse_req_ctx(request)->uid;
}

void
sharing_end(struct drive *drive)
{
	shed_look(drive);
	pthread_mutex_unlock(&drive->lock);
}

/* To whom the archive belongs can read it without the mount, and root everything. */
bool
sharing_has_all(const struct drive *drive)
{
	return !drive->sharing.office || drive->asks == drive->uid || drive->asks == 0;
}

int
sharing_see(struct drive *drive, const struct inode *inode)
{
	return sharing_has_all(drive) || office_may(&drive->office, drive->asks, inode->area, OFFICE_SEE) ? 0 : ENOENT;
}

int
sharing_change(struct drive *drive, const struct inode *inode)
{
	return sharing_has_all(drive) || office_may(&drive->office, drive->asks, inode->area, OFFICE_CHANGE) ? 0 : EACCES;
}

uint64_t
sharing_opener(const struct drive *drive)
{
	return drive->sharing.office ? drive->asks : 0;
}

void
sharing_stand_for(struct drive *drive, uint64_t handle)
{
	if (drive->sharing.office)
		drive->asks = (uid_t)handle;
}

void
sharing_credit(struct drive *drive, struct span space, struct span person)
{
	const struct ch_error *error = ch_overlay_credit(&drive->overlay, space, person);

	if (error)
		complain("cannot write down that '%.*s' has changed something in '%.*s', and would forget it in a crash: %s", (int)person.len,
			 (const char *)person.data, (int)space.len, (const char *)space.data, error->message);
}

void
sharing_changed(struct drive *drive, const struct inode *inode)
{
	struct span space, person;

	if (drive->sharing.office && office_credit(&space, &person, &drive->office, drive->asks, inode->area))
		sharing_credit(drive, space, person);
}

int
sharing_change_entry(struct drive *drive, const struct inode *directory, const char *name)
{
	return sharing_has_all(drive) || office_may_name(&drive->office, drive->asks, directory, name, OFFICE_CHANGE) ? 0 : EACCES;
}

int
sharing_find(struct drive *drive, struct inode *child, const struct inode *directory, const char *name)
{
	if (!drive->sharing.office)
		return 0;
	if (child->area == OFFICE_NO_AREA)
		child->area = office_area(&drive->office, directory, name);
	return sharing_see(drive, child);
}

struct rights
sharing_rights(const struct drive *drive, const struct inode *inode, bool writable)
{
	mode_t write = !writable ? 0 : drive->sharing.office ? 0222 : 0200;

	return (struct rights){.uid = drive->uid, .gid = drive->gid, .mode = (inode->directory ? 0555 : 0444) | write,
			       .whole = !drive->sharing.office || !office_differs(&drive->office, inode->area)};
}

uid_t
sharing_maker(const struct drive *drive)
{
	return sharing_has_all(drive) ? 0 : drive->asks;
}

bool
sharing_may_give(const struct drive *drive, uid_t maker)
{
	return drive->sharing.office && sharing_has_all(drive) && (maker != 0 || drive->uid == 0);
}

gid_t
sharing_group(struct drive *drive, uid_t maker)
{
	return maker == drive->uid ? drive->gid : office_group(&drive->office, maker);
}

void
sharing_show_maker(struct stat *st, struct drive *drive, uid_t maker)
{
	if (maker == 0 || !drive->sharing.office)
		return;
	st->st_uid = maker;
	st->st_gid = sharing_group(drive, maker);
}

void
sharing_show(struct stat *st, struct drive *drive, struct ch_permissions permissions)
{
	mode_t left = drive->sharing.office ? st->st_mode | ~(mode_t)0666 : CH_MODE_ALL;

	if (permissions.mode)
		st->st_mode = (st->st_mode & S_IFMT) | (permissions.mode & CH_MODE_ALL & left);
	sharing_show_maker(st, drive, permissions.maker);
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

double
sharing_keeps_name(const struct drive *drive, const struct inode *directory, const struct inode *child)
{
	bool same = drive->sharing.office && child->directory && office_has_areas(&drive->office, child->area);

	return same ? directory->view->valid : sharing_keeps_names(drive, directory);
}

double
sharing_keeps_absence(const struct drive *drive, const struct inode *directory)
{
	return directory->view->grows ? 0 : sharing_keeps_names(drive, directory);
}

bool
sharing_keeps_listing(const struct drive *drive, const struct inode *directory)
{
	return sharing_keeps_absence(drive, directory) > 0;
}

void
sharing_was_read(struct drive *drive, struct inode *inode)
{
	struct inode *directory = drive->read_only ? NULL : drive_above(drive, inode);

	if (directory)
		directory->outdated = true;
}

void
sharing_pages(struct fuse_file_info *file, const struct drive *drive, const struct inode *inode)
{
	file->keep_cache = sharing_keeps_attributes(drive, inode) > 0;
	file->direct_io = inode->view->direct || !may_keep(drive, inode);
	file->noflush = (file->flags & O_ACCMODE) == O_RDONLY; /* who only reads has nothing to keep: his close is not asked for */
}
