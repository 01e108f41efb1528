#define FUSE_USE_VERSION 314
#include "commit.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "accept.h"
#include "annex.h"
#include "drive.h"
#include "errors.h"
#include "base/clock.h"
#include "drive/misnamed.h"
#include "drive/toil.h"
#include "drive/trouble.h"

/*
 * Milliseconds: after the last event when nobody has a file open for writing; after the first close at most; between attempts that failed; between
 * looks at main where nothing tells that it moves; between steps of finding times, so that whoever waits for the lock gets it.
 */
enum { QUIET = 300, PATIENCE = 1000, RETRY = 10000, LOOK = 500, BETWEEN = 2, FOR_EVER = -1 };
enum { SPARE = 8 << 20 }; /* bytes */

static struct {
	pthread_t thread;
	int wake, refs, signals;
	bool running, asked, finds;
	atomic_bool stop;
	int64_t retry; /* not before */
} committer = {.wake = -1, .refs = -1, .signals = -1};

void
commit_wake(void)
{
	uint64_t one = 1;

	if (committer.wake >= 0 && write(committer.wake, &one, sizeof(one)) < 0)
		complain("cannot wake the committer");
}

/* The kernel may have been told of a page of main (NULL: of none). */
static void
send_notices(struct drive *drive, const struct ch_oid *page)
{
	struct notices notices;
	struct ch_oid head;

	pthread_mutex_lock(&drive->lock);
	notices = drive->notices;
	drive->notices = (struct notices){0};
	head = drive->head;
	pthread_mutex_unlock(&drive->lock);
	annex_follow(&head);
	if (committer.stop)
		notices_discard(&notices);
	else
		notices_send(&notices, drive->session);
	if (page == NULL)
		return;
	pthread_mutex_lock(&drive->lock);
	drive->told = *page;
	pthread_mutex_unlock(&drive->lock);
}

static bool
has_notices(struct drive *drive)
{
	bool any;

	pthread_mutex_lock(&drive->lock);
	any = drive->notices.count > 0;
	pthread_mutex_unlock(&drive->lock);
	return any;
}

/* In a clone saves come back from the register. What had to wait for them is saved next. */
static const struct ch_error *
settle(struct drive *drive)
{
	const struct ch_error *error = ch_saver_settle(&drive->overlay, &drive->saver, &drive->journal);

	if (error == NULL && ch_overlay_is_pending(&drive->overlay) && !drive->read_only)
		drive_closed(drive);
	return error;
}

/* Who may do what is said on main, too. */
static void
learn(struct drive *drive)
{
	if (drive->sharing.office && drive->saver.loaded)
		office_learn(&drive->office, &drive->saver.state);
}

/* Somebody may have registered something: a tool, a push. */
static void
follow_main(struct drive *drive)
{
	const struct ch_error *error = drive->saver.is_clone || drive->sharing.office ? ch_saver_load(&drive->saver) : NULL;
	struct ch_oid head = {0}, page;
	bool exists = false;

	pthread_mutex_lock(&drive->lock);
	if (error == NULL)
		error = ch_store_head(&head, &exists, &drive->store);
	if (error == NULL && drive->sharing.office)
		head = drive->saver.state.head; /* rights and names of one page: main may be further by now, which we are told */
	page = head;
	if (error == NULL && exists && !ch_oid_equal(&head, &drive->head)) {
		if (drive->saver.is_clone && (error = settle(drive)) == NULL)
			head = drive->overlay.commit;
		if (error == NULL)
			error = drive_follow(drive, &head, NULL);
		learn(drive);
	}
	if (error)
		complain("cannot follow main: %s", error->message);
	pthread_mutex_unlock(&drive->lock);
	send_notices(drive, error == NULL && exists ? &page : NULL);
}

/* The cut and its completion under the lock, storing and signing without it: readers and writers go on. */
static const struct ch_error *
save(struct drive *drive)
{
	const struct ch_error *error, *refused = NULL;
	struct ch_cut cut = {0};
	struct ch_oid head;
	struct ch_error kept;

	if (drive->saver.is_clone)
		follow_main(drive);
	pthread_mutex_lock(&drive->lock);
	head = drive->head;
	error = ch_overlay_cut(&cut, &drive->overlay);
	pthread_mutex_unlock(&drive->lock);
	if (error == NULL && (refused = ch_save(&head, &drive->saver, &cut, drive->journal.id))) {
		kept = *refused;
		refused = &kept;
	}
	pthread_mutex_lock(&drive->lock);
	if (error == NULL)
		error = drive_follow(drive, &head, &cut);
	learn(drive);
	ch_cut_release(&cut);
	pthread_mutex_unlock(&drive->lock);
	send_notices(drive, NULL);
	return refused ? ch_fail(kept.class, "%s", kept.message) : error;
}

/* What was written since the last time the allocator would keep for good, in pieces. A little is wanted again soon, and costs more to be had anew than it is worth. */
static void
give_back(void)
{
	if (mallinfo2().fordblks > SPARE)
		malloc_trim(0);
}

static void
commit(struct drive *drive)
{
	const struct ch_error *error = NULL;
	bool pending;

	committer.asked = false;
	if (drive->read_only)
		return;
	pthread_mutex_lock(&drive->lock);
	pending = ch_overlay_is_pending(&drive->overlay);
	drive->changed = drive->closed = 0;
	pthread_mutex_unlock(&drive->lock);
	if (pending) {
		error = save(drive);
		give_back();
	}
	committer.asked = false;
	committer.retry = error ? ch_clock_milliseconds() + RETRY : 0;
	pthread_mutex_lock(&drive->lock);
	drive->trouble = error ? *error : (struct ch_error){0};
	pthread_mutex_unlock(&drive->lock);
	if (error)
		complain("cannot save: %s", error->message);
	if (!ch_trouble_write(drive->archive, error))
		complain("cannot write down whether saving failed");
	ch_saver_remember(&drive->saver, committer.stop);
}

/* Milliseconds until something is to be saved. */
static int
wait_time(struct drive *drive)
{
	int64_t now = ch_clock_milliseconds(), due = 0, drop_due;

	pthread_mutex_lock(&drive->lock);
	drop_due = drive->drop_due;
	if (drive->closed) {
		due = drive->closed + (drive->delay ? drive->delay : PATIENCE);
		if (drive->delay == 0 && drive->writers == 0 && drive->last + QUIET < due)
			due = drive->last + QUIET;
	}
	pthread_mutex_unlock(&drive->lock);
	if (committer.retry && (due == 0 || due < committer.retry))
		due = committer.retry;
	if (drop_due && (due == 0 || drop_due < due))
		due = drop_due;
	if (committer.refs < 0 && (due == 0 || due > now + LOOK))
		return LOOK;
	if (due == 0)
		return FOR_EVER;
	if (due - now > INT_MAX)
		return INT_MAX;
	return due > now ? (int)(due - now) : 0;
}

/* What was put into drop/ and is complete becomes a change like any other. */
static void
accept_dropped(struct drive *drive, bool now)
{
	int64_t due;

	pthread_mutex_lock(&drive->lock);
	due = drive->drop_due;
	pthread_mutex_unlock(&drive->lock);
	if (drive->read_only || (!now && (due == 0 || ch_clock_milliseconds() < due)))
		return;
	accept_run(drive);
	send_notices(drive, NULL);
}

/* What is kept in memory of the outside is asked for again. */
static void
reload(struct drive *drive)
{
	complain_reopen();
	pthread_mutex_lock(&drive->lock);
	office_forget_users(&drive->office);
	pthread_mutex_unlock(&drive->lock);
	follow_main(drive);
	accept_dropped(drive, true);
}

static void
take_signals(struct drive *drive)
{
	struct signalfd_siginfo signal;

	while (read(committer.signals, &signal, sizeof(signal)) == sizeof(signal))
		if (signal.ssi_signo == SIGHUP)
			reload(drive);
		else
			committer.asked = true;
}

static bool
drain(int file)
{
	char buffer[4096];
	bool any = false;

	while (read(file, buffer, sizeof(buffer)) > 0)
		any = true;
	return any;
}

/* A step towards what is not known yet of when files were changed; the next one when nothing else is to be done. */
static void
find_times(struct drive *drive)
{
	bool found = committer.finds;

	pthread_mutex_lock(&drive->lock);
	committer.finds = dates_go_on(drive);
	pthread_mutex_unlock(&drive->lock);
	if (found && !committer.finds)
		send_notices(drive, NULL);
}

static void *
run(void *context)
{
	struct drive *drive = context;
	struct pollfd files[] = {{committer.wake, POLLIN, 0}, {committer.refs, POLLIN, 0}, {committer.signals, POLLIN, 0}};

	pthread_setname_np(pthread_self(), CH_TOIL_THREAD);
	committer.finds = true;
	accept_dropped(drive, true);
	while (!committer.stop) {
		int wait = committer.finds ? BETWEEN : wait_time(drive);

		if (wait != 0 && poll(files, sizeof(files) / sizeof(files[0]), wait) < 0 && errno != EINTR)
			complain("cannot wait for changes");
		drain(committer.wake);
		take_signals(drive);
		if (committer.refs < 0 || drain(committer.refs))
			follow_main(drive);
		accept_dropped(drive, false);
		if (has_notices(drive))
			send_notices(drive, NULL);
		if (committer.asked || wait_time(drive) == 0)
			commit(drive);
		find_times(drive);
	}
	commit(drive);
	return NULL;
}

/* Where git keeps references: in files of their own, replaced by rename, and packed. */
static const struct ch_error *
watch_references(const struct drive *drive)
{
	static const char *const places[] = {"", "/refs/heads"};
	char path[sizeof(drive->archive) + 16];

	committer.refs = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (committer.refs < 0) { /* somebody's desktop may have used up what a user gets */
		complain("cannot be told when main moves, looks twice a second: %s", strerror(errno));
		return NULL;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", drive->archive, places[i]);
		if (inotify_add_watch(committer.refs, path, IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE) < 0)
			return ch_fail_errno("cannot watch '%s'", path);
	}
	return NULL;
}

const struct ch_error *
commit_start(struct drive *drive)
{
	const struct ch_error *error;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGHUP);
	committer.signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	committer.wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (committer.signals < 0 || committer.wake < 0)
		return ch_fail_errno("cannot wait for signals");
	if ((error = watch_references(drive)))
		return error;
	if (!drive->read_only) {
		ch_trouble_write(drive->archive, NULL); /* so that there is room for it later */
		ch_misnamed_begin(drive->archive);
	}
	follow_main(drive); /* what happened before the watch */
	if ((errno = pthread_create(&committer.thread, NULL, run, drive)))
		return ch_fail_errno("cannot start the committer");
	committer.running = true;
	return NULL;
}

void
commit_stop(void)
{
	committer.stop = true;
	commit_wake();
	if (committer.running)
		pthread_join(committer.thread, NULL);
	close(committer.wake);
	close(committer.refs);
	close(committer.signals);
}
