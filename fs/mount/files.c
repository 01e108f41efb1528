/* files/: the working state of the spaces, writable. */
#define FUSE_USE_VERSION 314
#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>

#include "drive.h"
#include "errors.h"
#include "base/fold.h"
#include "drive/misnamed.h"
#include "files.h"
#include "register.h"
#include "view.h"

static int64_t
present(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return nanoseconds_of(&now);
}

/* The inode of a node; it exists as long as the kernel or the overlay wants it. */
static struct inode *
inode_of(struct drive *drive, struct ch_overlay_node *node)
{
	struct inode *inode = node->user;

	if (inode == NULL) {
		inode = inode_new(&drive->inodes, &files_view, node->directory);
		inode->overlaid = true;
		inode->node = node;
		node->user = inode;
	}
	return inode;
}

/* Is it the name that is wrong, rather than that it is there already? */
static bool
is_of_name(struct drive *drive, struct inode *directory, const char *name, int errnum)
{
	struct ch_overlay_node *there;

	if (errnum == EEXIST && directory->overlaid)
		return ch_overlay_lookup(&there, &drive->overlay, directory->node, span_text(name)) == NULL && there == NULL;
	return errnum == EILSEQ || errnum == EINVAL || errnum == ENAMETOOLONG || errnum == EPERM;
}

/* The errno the program has told. */
static void
cut_errno(struct ch_error *error)
{
	size_t len = strlen(error->message), end = strlen(": ") + strlen(strerror(error->errnum));

	if (len > end && strcmp(error->message + len - end + strlen(": "), strerror(error->errnum)) == 0)
		error->message[len - end] = '\0';
}

/* A program tells its user an errno; somebody will ask for the words. Gives the error back. */
static const struct ch_error *
note_misnamed(struct drive *drive, struct inode *directory, const char *name, const struct ch_error *error)
{
	static struct ch_error kept;
	char path[SHOWN_PATH_MAX];

	if (error == NULL)
		return NULL;
	kept = *error;
	if (!is_of_name(drive, directory, name, kept.errnum) || !shown_path(path, drive, directory))
		return &kept;
	cut_errno(&kept);
	if (ch_misnamed_note(drive->archive, span_text(path), kept.message, present()))
		complain("refused in '%s': %s", path, kept.message);
	return &kept;
}

const struct ch_oid *
git_tree(const struct inode *directory)
{
	if (!directory->overlaid)
		return &directory->oid;
	return !directory->node->loaded && directory->node->based ? &directory->node->base : NULL;
}

static void
bind(struct inode_table *inodes, struct inode *inode, struct ch_overlay_node *node)
{
	int64_t time = inode->time;

	if (inode->view != &files_view || inode->directory != node->directory || !ch_oid_equal(&inode->oid, &node->base))
		return;
	inode_clear_name(inodes, inode);
	inode->overlaid = true;
	inode->node = node;
	inode->writers = 0;
	node->user = inode;
	node->time = time; /* as it was seen */
}

void
files_loaded(void *context, struct ch_overlay_node *directory)
{
	const struct inode *above = directory->user;
	struct drive *drive = context;

	for (size_t i = 0; i < directory->slots && above; i++) {
		struct ch_overlay_node *node = directory->entries[i].node;
		struct inode *inode = node && node->user == NULL ? inode_child(&drive->inodes, above->id, node->name) : NULL;

		if (inode)
			bind(&drive->inodes, inode, node);
	}
}

const struct ch_error *
files_moved(void *context, struct ch_overlay_node *directory, const struct ch_oid *before, const struct ch_oid *now)
{
	struct drive *drive = context;

	if (directory->user == NULL || (before && now && ch_oid_equal(before, now)))
		return NULL;
	return git_follow(drive, directory->user, before, now);
}

/* What is to be changed is a node. What somebody else has removed meanwhile cannot be. */
static int
need_node(struct drive *drive, struct inode *inode)
{
	struct inode *directory;
	int error;

	if (inode->overlaid)
		return 0;
	directory = inode_parent(&drive->inodes, inode);
	if (directory == NULL || directory->view != &files_view)
		return ESTALE;
	if ((error = need_node(drive, directory)) || (error = errno_of(ch_overlay_load(&drive->overlay, directory->node))))
		return error;
	return inode->overlaid ? 0 : ESTALE;
}

static int
files_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct ch_oid *tree = git_tree(directory);
	struct ch_overlay_node *node = NULL;
	const struct ch_error *error;
	int result = ENOENT;

	if (tree)
		result =
			git_find(child, drive, directory, tree, span_text(name), &files_view, drive->overlay.time);
	else if ((error = ch_overlay_lookup(&node, &drive->overlay, directory->node, span_text(name))))
		return errno_of(error);
	if (result == ENOENT && node == NULL && strlen(name) > PATH_MAX_BYTES) /* it will not come to be made */
		return errno_of(note_misnamed(drive, directory, name, ch_name_check(span_text(name))));
	if (node)
		*child = inode_of(drive, node);
	return node ? 0 : result;
}

static int
node_attributes(struct stat *st, struct drive *drive, const struct inode *inode, struct ch_overlay_node *node)
{
	const struct ch_error *error;
	uint64_t size = 0;

	if (!node->directory && (error = ch_overlay_size(&size, &drive->overlay, node)))
		return errno_of(error);
	drive_attributes(st, drive, inode, true, size, node->time);
	if (node->set) {
		sharing_show(st, drive, node->set->permissions);
		st->st_atim = timespec_of(node->set->accessed);
		st->st_ctim = timespec_of(node->set->changed);
	}
	dates_changed(st, drive);
	if (node->parent == NULL && node != drive->overlay.root)
		st->st_nlink = 0;
	return 0;
}

static int
files_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	int error;

	if (inode->overlaid)
		return node_attributes(st, drive, inode, inode->node);
	if ((error = git_attributes(st, drive, inode)) == 0)
		dates_attributes(st, drive, inode);
	return error;
}

/* Of a tree that has been loaded since, entries have the numbers that they had there. */
static int
files_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct ch_oid *tree = git_tree(directory);
	const struct ch_overlay_node *node;
	const struct ch_error *error;

	if (tree)
		return git_following(name, cookie, drive, tree);
	node = directory->node;
	if ((error = ch_overlay_load(&drive->overlay, directory->node)))
		return errno_of(error);
	if (*cookie >> GIT_COOKIE_NUMBER)
		*cookie = (uint32_t)*cookie;
	for (size_t i = ch_overlay_slot(node, *cookie); i < node->slots; i++) {
		const struct ch_overlay_entry *entry = &node->entries[i];

		if (entry->node == NULL || strlen(entry->node->name) > VIEW_NAME_MAX)
			continue;
		strcpy(name, entry->node->name);
		*cookie = entry->cookie;
		return 0;
	}
	return ENOENT;
}

static int
files_large(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode)
{
	*is = false;
	if (!inode->overlaid)
		return git_large(pointer, is, drive, inode);
	return inode->node->working || !inode->node->based ? 0 : git_is_large(pointer, is, drive, &inode->node->base);
}

const struct ch_error *
files_content(struct span *out, struct drive *drive, struct ch_overlay_node *node, uint64_t offset, size_t size)
{
	static uint8_t buffer[CH_OPERATION_DATA_MAX];
	const struct ch_error *error = NULL;
	size_t got = 0;

	if (size > sizeof(buffer))
		size = sizeof(buffer);
	if (node->working) {
		error = ch_working_read(&got, node->working, offset, buffer, size);
		*out = span_of(buffer, got);
	} else if (node->based) {
		if ((error = blobs_get(out, &drive->blobs, &drive->store, &node->base)) == NULL) {
			*out = span_skip(*out, offset < out->len ? (size_t)offset : out->len);
			out->len = out->len < size ? out->len : size;
		}
	} else {
		*out = span_of(NULL, 0);
	}
	return error;
}

static int
files_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	if (!inode->overlaid)
		return git_read(out, drive, inode, handle, offset, size);
	return errno_of(files_content(out, drive, inode->node, offset, size));
}

static int
files_open(uint64_t *handle, struct drive *drive, struct inode *inode, int flags)
{
	int error;

	*handle = sharing_opener(drive);
	if ((flags & O_ACCMODE) == O_RDONLY)
		return 0;
	if ((error = need_node(drive, inode)))
		return error;
	inode->writers++;
	drive->writers++;
	return 0;
}

static void
files_release(struct drive *drive, struct inode *inode, uint64_t handle, int flags)
{
	(void)handle;
	if ((flags & O_ACCMODE) == O_RDONLY || !inode->overlaid)
		return;
	inode->writers--;
	drive->writers--;
	if (drive->changed)
		drive_closed(drive);
}

static int
changed(struct drive *drive, const struct ch_error *error)
{
	if (error == NULL)
		drive_changed(drive);
	return errno_of(error);
}

/* Changes of names are whole at once; there is no close to wait for. */
static int
done(struct drive *drive, const struct ch_error *error)
{
	if (error == NULL)
		drive_closed(drive);
	return errno_of(error);
}

/* A file that nobody is known to have open may have been closed already: sharing.h. */
static int
changed_content(struct drive *drive, const struct inode *inode, const struct ch_error *error)
{
	return inode->writers ? changed(drive, error) : done(drive, error);
}

static int
files_write(struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, struct span data)
{
	int error = need_node(drive, inode);

	(void)handle;
	return error ? error : changed_content(drive, inode, ch_overlay_write(&drive->overlay, inode->node, offset, data));
}

static int
files_truncate(struct drive *drive, struct inode *inode, uint64_t size)
{
	int error = need_node(drive, inode);

	return error ? error : changed_content(drive, inode, ch_overlay_truncate(&drive->overlay, inode->node, size));
}

/* The usual permissions are what a mount of one person shows where none were set; that of an office shows others there (sharing.h). */
static uint16_t
chosen_mode(const struct drive *drive, const struct inode *inode, mode_t permissions)
{
	bool usual = !drive->sharing.office && permissions == ch_overlay_usual_mode(inode->directory);

	return usual ? 0 : (uint16_t)(CH_MODE_SET | permissions);
}

/* No act holds them: times of the last access are kept until the drive is unmounted, the rest beside the archive. */
static int
files_set(struct drive *drive, struct inode *inode, const struct stat *st, int set)
{
	struct ch_overlay_attributes *attributes;
	struct ch_permissions permissions;
	int64_t time;
	int result;

	if ((result = need_node(drive, inode)))
		return result;
	attributes = ch_overlay_attributes(inode->node);
	time = set & FUSE_SET_ATTR_MTIME ? nanoseconds_of(&st->st_mtim) : inode->node->time;
	permissions = attributes->permissions;
	if (set & FUSE_SET_ATTR_MODE)
		permissions.mode = chosen_mode(drive, inode, st->st_mode & CH_MODE_ALL);
	if (set & FUSE_SET_ATTR_UID)
		permissions.maker = st->st_uid == drive->uid ? 0 : st->st_uid;
	if ((time != inode->node->time || !ch_permissions_equal(permissions, attributes->permissions)) &&
	    (result = changed_content(drive, inode, ch_overlay_set(&drive->overlay, inode->node, time, permissions))))
		return result;
	attributes->changed = set & FUSE_SET_ATTR_MTIME_NOW ? time : present();
	if (set & FUSE_SET_ATTR_ATIME)
		attributes->accessed = nanoseconds_of(&st->st_atim);
	return 0;
}

int
files_drop_privileges(struct drive *drive, struct inode *inode)
{
	struct ch_permissions kept = {0};
	uint16_t mode;
	int error = need_node(drive, inode);

	if (error)
		return error;
	if (inode->node->set)
		kept = inode->node->set->permissions;
	mode = kept.mode;
	kept.mode = (uint16_t)(mode & ~(S_ISUID | (mode & S_IXGRP ? S_ISGID : 0)));
	if (mode == kept.mode)
		return 0;
	inode->paged = true;
	return errno_of(ch_overlay_set(&drive->overlay, inode->node, inode->node->time, kept));
}

static const struct ch_error *
make(struct drive *drive, struct inode *directory, const char *name, mode_t mode, bool make_directory)
{
	bool usual = (mode & CH_MODE_ALL) == ch_overlay_usual_mode(make_directory);
	struct ch_permissions permissions = {usual ? 0 : (uint16_t)(CH_MODE_SET | (mode & CH_MODE_ALL)), sharing_maker(drive)};

	return ch_overlay_create(&drive->overlay, directory->node, span_text(name), make_directory, permissions);
}

static int
files_create(struct drive *drive, struct inode *directory, const char *name, mode_t mode)
{
	int result = need_node(drive, directory);
	const struct ch_error *error = result ? NULL : note_misnamed(drive, directory, name, make(drive, directory, name, mode, false));

	if (result)
		return result;
	return sharing_asks_open(&drive->sharing) ? changed(drive, error) : done(drive, error);
}

static int
files_make_directory(struct drive *drive, struct inode *directory, const char *name, mode_t mode)
{
	int error = need_node(drive, directory);

	return error ? error : done(drive, note_misnamed(drive, directory, name, make(drive, directory, name, mode, true)));
}

static int
files_remove(struct drive *drive, struct inode *directory, const char *name, bool is_directory)
{
	struct ch_overlay_node *node;
	const struct ch_error *error;
	int result;

	if ((result = need_node(drive, directory)))
		return result;
	if ((error = ch_overlay_lookup(&node, &drive->overlay, directory->node, span_text(name))))
		return errno_of(error);
	if (node && node->user == NULL)
		node = NULL; /* it is gone afterwards, and nobody has it open */
	if ((error = ch_overlay_remove(&drive->overlay, directory->node, span_text(name), is_directory)) == NULL && node)
		ch_overlay_attributes(node)->changed = present();
	return done(drive, error);
}

/* What has got another name was changed, its content was not. */
static void
stamp_moved(struct drive *drive, struct inode *directory, const char *name)
{
	struct ch_overlay_node *node;

	if (ch_overlay_lookup(&node, &drive->overlay, directory->node, span_text(name)) == NULL && node)
		ch_overlay_attributes(node)->changed = present();
}

static int
files_rename(struct drive *drive, struct inode *from, const char *name, struct inode *to, const char *new_name)
{
	const struct ch_error *error;
	int result;

	if ((result = need_node(drive, from)) || (result = need_node(drive, to)))
		return result;
	if ((error = ch_overlay_rename(&drive->overlay, from->node, span_text(name), to->node, span_text(new_name))) == NULL)
		stamp_moved(drive, to, new_name);
	return done(drive, note_misnamed(drive, to, new_name, error));
}

static int
files_exchange(struct drive *drive, struct inode *a, const char *name, struct inode *b, const char *other)
{
	const struct ch_error *error;
	int result;

	if ((result = need_node(drive, a)) || (result = need_node(drive, b)))
		return result;
	if ((error = ch_overlay_exchange(&drive->overlay, a->node, span_text(name), b->node, span_text(other))) == NULL) {
		stamp_moved(drive, a, name);
		stamp_moved(drive, b, other);
	}
	return done(drive, error);
}

static void
files_forget(struct drive *drive, struct inode *inode)
{
	if (inode->overlaid)
		ch_overlay_forget(&drive->overlay, inode->node);
}

const struct view files_view = {
	.valid = VIEW_FOR_EVER,
	.lookup = files_lookup,
	.attributes = files_attributes,
	.next = files_next,
	.large = files_large,
	.read = files_read,
	.open = files_open,
	.release = files_release,
	.write = files_write,
	.truncate = files_truncate,
	.set = files_set,
	.create = files_create,
	.make_directory = files_make_directory,
	.remove = files_remove,
	.rename = files_rename,
	.exchange = files_exchange,
	.forget = files_forget,
};
