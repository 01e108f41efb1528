#include "rsync.h"

#include <ctype.h>
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 5, ARGUMENTS_MAX = 40, MISSING = 23, VANISHED = 24, COMPLAINT_MAX = 256, PROGRESS_MAX = 256 };

/* The first line that rsync, or ssh below it, has said of what went wrong. */
static void
read_complaint(char said[COMPLAINT_MAX], int file)
{
	ssize_t len = pread(file, said, COMPLAINT_MAX - 1, 0);

	said[len < 0 ? 0 : len] = '\0';
	said[strcspn(said, "\r\n")] = '\0';
	if (*said == '\0')
		strcpy(said, "it says nothing");
}

/* How many bytes rsync has told of last: behind the last CR, with commas between the digits. */
static uint64_t
read_progress(int file)
{
	off_t end = lseek(file, 0, SEEK_END), from = end > PROGRESS_MAX ? end - PROGRESS_MAX : 0;
	char text[PROGRESS_MAX + 1];
	ssize_t len = pread(file, text, PROGRESS_MAX, from);
	uint64_t bytes = 0;
	const char *at;

	text[len < 0 ? 0 : len] = '\0';
	for (at = strrchr(text, '\r'); at && (*at == '\r' || *at == ' '); at++)
		;
	for (; at && (*at == ',' || isdigit((unsigned char)*at)); at++)
		if (*at != ',')
			bytes = 10 * bytes + (uint64_t)(*at - '0');
	return bytes;
}

/* Whoever waits at a terminal is told how far it is. */
static int
await(int *status, struct cli *cli, pid_t rsync, int progress)
{
	bool watched = isatty(STDERR_FILENO) && !cli->quiet;
	pid_t ended;

	while ((ended = waitpid(rsync, status, watched ? WNOHANG : 0)) <= 0) {
		if (ended < 0 && errno != EINTR)
			return errno;
		if (!watched)
			continue;
		cli_tell(cli, read_progress(progress), "bytes copied");
		nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
	}
	cli_progress_end(cli);
	return 0;
}

/* Exit status, -1 when it cannot be run. */
static int
run(struct cli *cli, const char *const *more, const char *from, const char *to, char said[COMPLAINT_MAX])
{
	const char *argv[ARGUMENTS_MAX] = {"rsync", "-a", "--numeric-ids", "--fsync", "--mkpath", "--modify-window=-1", "--info=progress2"};
	posix_spawn_file_actions_t actions;
	size_t count = 7;
	int status, failed, complaints = memfd_create("rsync", MFD_CLOEXEC), progress = memfd_create("rsync", MFD_CLOEXEC);
	pid_t rsync;

	for (; more && *more; more++)
		argv[count++] = *more;
	argv[count++] = "--";
	argv[count++] = from;
	argv[count++] = to;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
	posix_spawn_file_actions_adddup2(&actions, progress, STDOUT_FILENO);
	failed = posix_spawnp(&rsync, argv[0], &actions, NULL, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	failed = failed ? failed : await(&status, cli, rsync, progress);
	read_complaint(said, complaints);
	close(complaints);
	close(progress);
	if (failed) {
		errno = failed;
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

const struct ch_error *
rsync_copy(struct cli *cli, const char *const *options, const char *from, const char *to)
{
	char said[COMPLAINT_MAX];
	int status = VANISHED;

	for (int tries = 0; status == VANISHED && tries < TRIES; tries++)
		status = run(cli, options, from, to, said);
	if (status == -1)
		return ch_fail_errno("cannot run rsync");
	return status == 0 ? NULL : ch_fail(CH_IO, "cannot copy '%s' to '%s': %s; what was there before is good, try again", from, to, said);
}

const struct ch_error *
rsync_get(bool *there, struct cli *cli, const char *place, const char *name, const char *to)
{
	char said[COMPLAINT_MAX];
	int status = run(cli, NULL, ch_arena_format(&cli->lasting, "%s/%s", place, name), to, said);

	*there = status == 0;
	if (status == -1)
		return ch_fail_errno("cannot run rsync");
	if (status == 0 || status == MISSING || !cli_is_remote(place))
		return NULL;
	return ch_fail(CH_LATER, "'%s' cannot be reached: %s", place, said);
}
