#define FUSE_USE_VERSION 314
#include "drive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "commit.h"
#include "drop.h"
#include "errors.h"
#include "files.h"
#include "history.h"
#include "ready.h"
#include "base/clock.h"
#include "register/local.h"
#include "register/page.h"
#include "store/object.h"
#include "register.h"
#include "view.h"

struct inode *
drive_above(const struct drive *drive, const struct inode *inode)
{
	if (inode->overlaid)
		return inode->node->parent ? inode->node->parent->user : NULL;
	return inode_parent(&drive->inodes, inode);
}

void
drive_note(struct drive *drive, struct ch_overlay_node *node, const char *name)
{
	struct inode *inode = node->user;

	if (inode == NULL)
		return;
	if (name == NULL)
		ahead_leave(drive, inode);
	notices_add(&drive->notices, inode->id, name);
}

static void
note_change(void *context, struct ch_overlay_node *node, const char *name)
{
	drive_note(context, node, name);
}

static const struct ch_error *
recover(struct drive *drive)
{
	const struct ch_error *error;

	drive->saver.observer = &ready_observer;
	error = ch_saver_load(&drive->saver);
	drive->saver.observer = NULL;
	ready_verified();
	if (error)
		return error;
	dates_open(drive, &drive->saver.state.head);
	if ((error = ch_saver_recover(&drive->overlay, &drive->saver, &drive->store, &drive->journal, drive->dates.times)))
		return error;
	drive->head = drive->saver.state.head;
	if ((error = ch_object_commit(&drive->tree, &drive->time, &drive->store, &drive->head)))
		return error;
	office_learn(&drive->office, &drive->saver.state);
	drive->overlay.notify = note_change;
	drive->overlay.loaded = files_loaded;
	drive->overlay.moved = files_moved;
	drive->overlay.context = drive;
	dates_after(drive); /* of what was found in the journal and is on main */
	return NULL;
}

/* No right or no place to write, or no key: for reading that does not matter. */
static bool
matters_to_writers_only(const struct ch_error *error)
{
	return error->class == CH_IO && (error->errnum == EROFS || error->errnum == EACCES || error->errnum == ENOENT);
}

static const struct ch_error *
open_saver(struct drive *drive)
{
	const struct ch_error *error = NULL;

	if (!drive->read_only) {
		if ((error = ch_journal_open(&drive->journal, drive->archive)) == NULL)
			error = ch_saver_open(&drive->saver, drive->archive);
		if (error == NULL || !matters_to_writers_only(error))
			return error;
		snprintf(drive->why, sizeof(drive->why), "%s", error->message);
		ch_journal_close(&drive->journal);
		ch_saver_close(&drive->saver);
		drive->read_only = true;
	}
	if ((error = ch_journal_open_read_only(&drive->journal, drive->archive)))
		return error;
	return ch_saver_open_read_only(&drive->saver, drive->archive);
}

const struct ch_error *
drive_open(struct drive *drive, const char *archive, bool read_only)
{
	const struct ch_error *error;
	struct inode *root;

	*drive = (struct drive){
		.drop = -1, .store.lock = -1, .saver.store.lock = -1, .read_only = read_only, .uid = getuid(), .gid = getgid()};
	pthread_mutex_init(&drive->lock, NULL);
	inode_table_init(&drive->inodes);
	if ((error = ch_store_open(&drive->store, archive)))
		return error;
	if (drive->store.partial)
		return ch_fail(CH_REFUSED, "'%s' is a partial clone: it has no free files to be mounted", archive);
	ch_local_remember(&drive->store);
	ch_store_read_much(&drive->store);
	snprintf(drive->archive, sizeof(drive->archive), "%s", drive->store.path);
	if ((error = open_saver(drive)))
		return error;
	drive->store.trees = drive->saver.store.trees = drive->trees = ch_trees_new();
	if ((error = drop_open(drive)) || (error = recover(drive)))
		return error;
	root = inode_new(&drive->inodes, &root_view, true);
	root->lookups = 1;
	root->oid = drive->tree;
	root->time = drive->time * NANOSECONDS;
	if (ch_overlay_is_pending(&drive->overlay) && !drive->read_only)
		drive_closed(drive);
	return NULL;
}

/* Nodes that were removed while somebody had them open are the kernel's, and it is gone. */
static void
forget_all(struct drive *drive)
{
	for (uint32_t slot = 1; slot <= drive->inodes.used; slot++) {
		struct inode *inode = inode_in(&drive->inodes, slot);

		if (inode && inode->view->forget)
			inode->view->forget(drive, inode);
	}
}

void
drive_close(struct drive *drive)
{
	forget_all(drive);
	notices_discard(&drive->notices);
	ch_past_release(&drive->past);
	by_file_release(&drive->by_file);
	shown_cache_release(&drive->shown);
	dates_close(drive);
	ch_state_clear(&drive->state);
	inbox_cache_release(&drive->inbox);
	office_release(&drive->office);
	ch_overlay_release(&drive->overlay);
	inode_table_release(&drive->inodes);
	blobs_release(&drive->blobs);
	ch_journal_close(&drive->journal);
	ch_saver_close(&drive->saver);
	ch_store_close(&drive->store);
	ch_trees_free(drive->trees);
	if (drive->drop >= 0)
		close(drive->drop);
}

const struct ch_error *
drive_follow(struct drive *drive, const struct ch_oid *head, const struct ch_cut *cut)
{
	const struct inode *history = inode_child(&drive->inodes, 1, "history");
	const struct ch_error *error;
	int64_t before = drive->time;
	struct ch_oid tree;

	ch_store_read_on(&drive->store);
	ahead_moved(drive);
	dates_before(drive, head, cut);
	if ((error = ch_overlay_advance(&drive->overlay, head, cut)) || (error = ch_object_commit(&tree, &drive->time, &drive->store, head)))
		return error;
	drive->head = *head;
	if (history && history->view == &history_view)
		history_changed(drive, history, before);
	if (!ch_oid_equal(&tree, &drive->tree)) {
		drive->tree = tree;
		error = register_follow(drive, &tree);
	}
	dates_after(drive);
	return error;
}

/* Of a register that was taken back it is read anew. */
const struct ch_error *
drive_state(const struct ch_state **state, struct drive *drive)
{
	const struct ch_error *error = NULL;

	*state = &drive->state;
	if (drive->state.seq && ch_oid_equal(&drive->state.head, &drive->head))
		return NULL;
	shown_cache_release(&drive->shown); /* it points into the state */
	if (drive->state.seq && ch_replay_to(&drive->state, &drive->store, &drive->head, NULL) == NULL)
		return NULL;
	ch_state_clear(&drive->state);
	if ((error = ch_replay_to(&drive->state, &drive->store, &drive->head, NULL)))
		ch_state_clear(&drive->state);
	return error;
}

void
drive_changed(struct drive *drive)
{
	drive->last = ch_clock_milliseconds();
	if (drive->changed == 0)
		drive->changed = drive->last;
}

void
drive_closed(struct drive *drive)
{
	drive_changed(drive);
	if (drive->closed == 0) {
		drive->closed = drive->last;
		commit_wake();
	}
}

int64_t
nanoseconds_of(const struct timespec *time)
{
	int64_t nanoseconds;

	if (__builtin_mul_overflow((int64_t)time->tv_sec, 1000000000, &nanoseconds) || __builtin_add_overflow(nanoseconds, time->tv_nsec, &nanoseconds))
		return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return nanoseconds;
}

struct timespec
timespec_of(int64_t nanoseconds)
{
	struct timespec time = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};

	if (time.tv_nsec < 0) {
		time.tv_sec--;
		time.tv_nsec += 1000000000;
	}
	return time;
}

void
drive_attributes(struct stat *st, const struct drive *drive, const struct inode *inode, bool writable, uint64_t size, int64_t nanoseconds)
{
	const struct rights rights = sharing_rights(drive, inode, writable);

	*st = (struct stat){
		.st_ino = inode->id,
		.st_mode = (inode->directory ? S_IFDIR : S_IFREG) | rights.mode,
		.st_nlink = 1, /* of a directory: unknown how many */
		.st_uid = rights.uid,
		.st_gid = rights.gid,
		.st_size = (off_t)size,
		.st_blocks = (blkcnt_t)((size + 511) / 512),
		.st_blksize = 4096,
	};
	st->st_mtim = st->st_atim = st->st_ctim = timespec_of(nanoseconds);
}
