/*
 * chanceryfs: an archive as a drive.
 *
 *	main.c          options, going into the background, beginning and end
 *	drive.[ch]      one archive, opened and recovered; what all threads share, under one lock
 *	ops.[ch]        the kernel's operations, in op_*.c: names, content, directories,
 *	                attributes.[ch]; one answer each
 *	inode.[ch]      the inodes that the kernel knows
 *	sharing.[ch]    one user or an office: what the kernel may keep and decide
 *	office.[ch]     many users: who asks, and what the policy lets him have
 *	view.h          what a kind of directory tree can do:
 *	  register.c      the root: the tree of main        git.c      what all git trees have in common
 *	  files.c         files/, writable                  drop.c     drop/ (accept.[ch]: what becomes of it)
 *	  history.[ch]    history/                          by_file.[ch] history/by-file/
 *	  inbox.c         inbox/                            annex.[ch] history/ as a mount of its own
 *	commit.c        the thread that follows main and saves    sync.c    the thread that fsync waits for
 *	notify.[ch]     what the kernel must forget               blobs.[ch] objects read lately
 *	ahead.[ch]      the thread that gives it what will be read next; push.[ch] so that nothing is lost
 *	dates.[ch]      when what main has was changed
 *	shed.[ch]       the thread that has it forget what are too many
 *	errors.[ch]     errors of the library as errno    stale.[ch] what a killed drive leaves
 *	ready.[ch]      those who wait for the drive      trace.[ch] --trace
 *	direct.[ch]     writing past the page cache
 *	loop.[ch]       answering the kernel              shown.[ch] where in main it is what an inode shows
 *
 *	main -> drive_open -> journal and overlay (fs/lib)
 *	     -> loop_run -> op_* -> view -> overlay, store, directory of the archive
 *	     -> commit_start: run -> follow_main, save -> ch_save (fs/lib/drive/save.h)
 */
#define FUSE_USE_VERSION 314
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "annex.h"
#include "commit.h"
#include "direct.h"
#include "errors.h"
#include "loop.h"
#include "ops.h"
#include "ready.h"
#include "register/page.h"
#include "stale.h"
#include "trace.h"

enum { DROP_QUIET = 5 };

static const char usage[] = "usage: chanceryfs [-df] [--trace] [-A archive] [-o option,...] mountpoint\n";

struct options {
	char *archive, *person, *close;
	unsigned commit, drop, inodes;
	char *write;
	int office;
	int read_only;
	int trace;
	struct fuse_cmdline_opts common;
};

static const struct fuse_opt specification[] = {
	{"-A %s", offsetof(struct options, archive), 0},
	{"--archive=%s", offsetof(struct options, archive), 0},
	{"person=%s", offsetof(struct options, person), 0},
	{"commit=%u", offsetof(struct options, commit), 0},
	{"drop=%u", offsetof(struct options, drop), 0},
	{"inodes=%u", offsetof(struct options, inodes), 0},
	{"write=%s", offsetof(struct options, write), 0},
	{"allow_other", offsetof(struct options, office), 1},
	{"allow_other", UINT_MAX, FUSE_OPT_KEY_KEEP}, /* and for the kernel: FUSE_OPT_KEY(), whose offset is -1U */
	{"ro", offsetof(struct options, read_only), 1},
	{"--trace", offsetof(struct options, trace), 1},
	{"close=%s", offsetof(struct options, close), 0},
	FUSE_OPT_END,
};

/* Prints to whom it may concern, gives the exit status. */
static int
fail(const struct ch_error *error)
{
	fprintf(stderr, "chanceryfs: %s\n", error->message);
	return (int)error->class;
}

/* For which the committer waits (commit.c). Every other signal is the main thread's, where it ends the session. */
static void
committers_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGUSR1);
	sigaddset(signals, SIGHUP);
}

static const struct ch_error *
start_threads(struct drive *drive)
{
	const struct ch_error *error;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	annex_start(drive);
	ahead_start(drive);
	shed_start(drive);
	if ((error = commit_start(drive)) == NULL && (error = sync_start(drive)) == NULL)
		error = direct_start(drive);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* From the mounted session to its end. */
static int
serve(struct drive *drive, int ready)
{
	const struct ch_error *error;
	int status = 0;

	if ((error = start_threads(drive))) {
		status = fail(error);
	} else {
		ready_say(ready);
		if (loop_run(drive->session, &drive->ahead.busy, -1) != 0)
			status = CH_IO;
		ready_end();
	}
	shed_stop(drive);
	ahead_stop(drive);
	sync_stop();
	fuse_session_unmount(drive->session);
	direct_stop();
	commit_stop();
	annex_stop();
	return status;
}

/* Then the kernel answers EROFS by itself, and tells statfs. */
static bool
say_read_only(const struct drive *drive, struct fuse_args *args, bool foreground)
{
	if (drive->why[0])
		fprintf(stderr, "chanceryfs: warning: mounted read-only, nothing can be saved here: %s\n", drive->why);
	if (drive->why[0] && !foreground)
		complain("mounted read-only, nothing can be saved here: %s", drive->why);
	return !drive->read_only || fuse_opt_add_arg(args, "-oro") == 0;
}

static int
mount_and_serve(struct drive *drive, struct fuse_args *args, const struct options *options, int ready)
{
	int status = CH_IO;

	if (!say_read_only(drive, args, ready < 0))
		return CH_IO;
	drive->session = fuse_session_new(args, &operations, sizeof(operations), drive);
	if (drive->session == NULL)
		return CH_USAGE;
	if (fuse_set_signal_handlers(drive->session) == 0) {
		if (fuse_session_mount(drive->session, options->common.mountpoint) == 0 && (!options->trace || trace_session(drive->session)))
			status = serve(drive, ready);
		fuse_remove_signal_handlers(drive->session);
	}
	fuse_session_destroy(drive->session);
	return status;
}

/* Large files in work have a descriptor each. */
static void
raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* In an office, unless told otherwise: servers tell their clients that all is there, and do not ask us before. */
static bool
syncs(const char *value, bool office)
{
	return value ? strcmp(value, "sync") == 0 : office;
}

/* Photos come and go: giving their memory back to the kernel, and taking it again page by page, costs more than copying them. */
static void
keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 2 * CH_WORKING_MEMORY);
	mallopt(M_TRIM_THRESHOLD, 4 * CH_WORKING_MEMORY);
}

static int
run(struct options *options, struct fuse_args *args)
{
	bool foreground = options->common.foreground || options->common.debug || options->trace;
	int ready = foreground ? -1 : ready_detach(), status;
	const struct ch_error *error;
	static struct drive drive;
	sigset_t signals;

	complain_open(foreground);
	committers_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	raise_limits();
	keep_memory();
	error = drive_open(&drive, options->archive, options->read_only);
	drive.sharing.office = options->office;
	drive.person = options->person;
	drive.delay = (int64_t)options->commit * 1000;
	drive.drop_quiet = options->drop;
	drive.shed.limit = options->inodes;
	drive.sharing.syncs_closes = syncs(options->close, options->office);
	drive.sharing.syncs_writes = syncs(options->write, options->office);
	status = error ? fail(error) : mount_and_serve(&drive, args, options, ready);
	drive_close(&drive);
	return status;
}

/* Before libfuse looks at the mountpoint. */
static int
take_operand(void *data, const char *argument, int key, struct fuse_args *args)
{
	(void)data, (void)args;
	if (key == FUSE_OPT_KEY_NONOPT)
		stale_unmount(argument);
	return 1;
}

static bool
is_sync_or_journal(const char *value)
{
	return value == NULL || strcmp(value, "sync") == 0 || strcmp(value, "journal") == 0;
}

static bool
parse(struct options *options, struct fuse_args *args)
{
	if (fuse_opt_parse(args, options, specification, take_operand) != 0 || fuse_parse_cmdline(args, &options->common) != 0)
		return false;
	if (options->archive == NULL && getenv("CHANCERY_ARCHIVE"))
		options->archive = strdup(getenv("CHANCERY_ARCHIVE"));
	if (options->person == NULL && getenv("CHANCERY_PERSON"))
		options->person = strdup(getenv("CHANCERY_PERSON"));
	return is_sync_or_journal(options->close) && is_sync_or_journal(options->write);
}

/* One user's rights are checked by the kernel, from the modes that the views give; an office's are not said by modes. */
static bool
add_options(const struct options *options, struct fuse_args *args)
{
	char name[4200], archive[PATH_MAX];

	snprintf(name, sizeof(name), "-ofsname=%s,subtype=chanceryfs%s", realpath(options->archive, archive) ? archive : options->archive,
		 options->office ? "" : ",default_permissions");
	return fuse_opt_add_arg(args, name) == 0;
}

int
main(int argc, char **argv)
{
	struct fuse_args args = FUSE_ARGS_INIT(argc, argv);
	struct options options = {.drop = DROP_QUIET, .inodes = SHED_LIMIT};
	int status = CH_USAGE;

	if (!parse(&options, &args)) {
		fputs(usage, stderr);
	} else if (options.common.show_help) {
		fputs(usage, stdout);
		status = 0;
	} else if (options.common.show_version) {
		printf("chanceryfs, libfuse %s\n", fuse_pkgversion());
		status = 0;
	} else if (options.archive == NULL) {
		fprintf(stderr, "chanceryfs: which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE\n%s", usage);
	} else if (options.common.mountpoint == NULL || !add_options(&options, &args)) {
		fputs(usage, stderr);
	} else {
		status = run(&options, &args);
	}
	free(options.archive);
	free(options.person);
	free(options.write);
	free(options.close);
	free(options.common.mountpoint);
	fuse_opt_free_args(&args);
	return status;
}
