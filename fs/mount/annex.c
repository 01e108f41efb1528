#define FUSE_USE_VERSION 314
#include "annex.h"

#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "drive.h"
#include "errors.h"
#include "history.h"
#include "loop.h"
#include "ops.h"
#include "register/local.h"
#include "stale.h"
#include "store/object.h"
#include "wire/crypto.h"

static struct {
	struct drive drive;
	char place[PATH_MAX];
	pthread_t thread;
	int stop;
	bool mounted;
} annex;

/* Ours, and nobody else's to change. */
static bool
make_directory(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return false;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 022) == 0;
}

/* Another drive on the same archive: two may read it. */
static bool
is_taken(const char *path)
{
	struct statfs st;

	return statfs(path, &st) != 0 || st.f_type == FUSE_SUPER_MAGIC;
}

/* Of each archive another. */
static bool
make_place(const char *archive)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	uint8_t digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	if (runtime == NULL || runtime[0] != '/')
		runtime = "/run";
	wire_sha256_of(digest, span_text(archive));
	text_put_hex(hex, digest, sizeof(digest));
	snprintf(annex.place, sizeof(annex.place), "%s/chancery", runtime);
	if (!make_directory(annex.place))
		return false;
	snprintf(annex.place, sizeof(annex.place), "%s/chancery/history-%.16s", runtime, hex);
	stale_unmount(annex.place);
	return make_directory(annex.place) && !is_taken(annex.place);
}

static const struct ch_error *
open_drive(struct drive *drive, const struct drive *outer)
{
	const struct ch_error *error;
	struct inode *root;
	bool exists;

	*drive = (struct drive){.drop = -1, .store.lock = -1, .saver.store.lock = -1, .read_only = true, .uid = outer->uid, .gid = outer->gid,
				.shed.limit = outer->shed.limit};
	pthread_mutex_init(&drive->lock, NULL);
	inode_table_init(&drive->inodes);
	if ((error = ch_store_open(&drive->store, outer->archive)))
		return error;
	ch_local_remember(&drive->store);
	ch_store_read_much(&drive->store);
	snprintf(drive->archive, sizeof(drive->archive), "%s", drive->store.path);
	root = inode_new(&drive->inodes, &history_view, true);
	root->lookups = 1;
	if ((error = ch_store_head(&drive->head, &exists, &drive->store)))
		return error;
	return ch_object_commit(&drive->tree, &drive->time, &drive->store, &drive->head);
}

static bool
mount_session(struct drive *drive)
{
	char options[PATH_MAX + 128];
	char *arguments[] = {(char *)"chanceryfs", options, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(2, arguments);

	snprintf(options, sizeof(options), "-oro,auto_unmount,default_permissions,subtype=chanceryfs,fsname=%s", drive->archive);
	drive->session = fuse_session_new(&args, &operations, sizeof(operations), drive);
	fuse_opt_free_args(&args);
	if (drive->session == NULL)
		return false;
	if (fuse_session_mount(drive->session, annex.place) == 0)
		return true;
	fuse_session_destroy(drive->session);
	return false;
}

static void *
run(void *context)
{
	struct drive *drive = context;

	history_prepare(drive);
	loop_run(drive->session, &drive->ahead.busy, annex.stop);
	return NULL;
}

static bool
start(const struct drive *outer)
{
	const struct ch_error *error;

	if (!make_place(outer->archive)) {
		complain("history/ is a part of this mount: '%s' cannot be made or is not ours", annex.place);
		return false;
	}
	if ((error = open_drive(&annex.drive, outer))) {
		complain("history/ is a part of this mount: %s", error->message);
		drive_close(&annex.drive);
		return false;
	}
	if (mount_session(&annex.drive)) {
		annex.stop = eventfd(0, EFD_CLOEXEC);
		ahead_start(&annex.drive);
		shed_start(&annex.drive);
		if (pthread_create(&annex.thread, NULL, run, &annex.drive) == 0)
			return true;
		shed_stop(&annex.drive);
		ahead_stop(&annex.drive);
		fuse_session_unmount(annex.drive.session);
		fuse_session_destroy(annex.drive.session);
	}
	complain("history/ is a part of this mount: cannot mount '%s'", annex.place);
	drive_close(&annex.drive);
	return false;
}

void
annex_start(const struct drive *outer)
{
	annex.mounted = !outer->sharing.office && start(outer);
}

void
annex_stop(void)
{
	if (!annex.mounted)
		return;
	annex.mounted = false;
	fuse_session_exit(annex.drive.session);
	eventfd_write(annex.stop, 1);
	pthread_join(annex.thread, NULL);
	shed_stop(&annex.drive);
	ahead_stop(&annex.drive);
	close(annex.stop);
	fuse_session_unmount(annex.drive.session);
	fuse_session_destroy(annex.drive.session);
	drive_close(&annex.drive);
	rmdir(annex.place);
}

const char *
annex_place(void)
{
	return annex.mounted ? annex.place : NULL;
}

void
annex_follow(const struct ch_oid *head)
{
	struct notices notices;

	if (!annex.mounted)
		return;
	pthread_mutex_lock(&annex.drive.lock);
	history_follow(&annex.drive, head);
	notices = annex.drive.notices;
	annex.drive.notices = (struct notices){0};
	pthread_mutex_unlock(&annex.drive.lock);
	notices_send(&notices, annex.drive.session);
}

static int
link_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	drive_attributes(st, drive, inode, false, strlen(annex.place), drive->time * 1000000000);
	st->st_mode = S_IFLNK | 0777;
	return 0;
}

static int
link_target(const char **path, struct drive *drive, struct inode *inode)
{
	(void)drive, (void)inode;
	*path = annex.place;
	return 0;
}

const struct view annex_view = {.valid = VIEW_FOR_EVER, .attributes = link_attributes, .target = link_target};
