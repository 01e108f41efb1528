#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "traffic.h"

enum { OUTPUT_MAX = 1 << 20, CHATTER_MAX = 1 << 26, ARGUMENTS_MAX = 128, ENVIRONMENT_MAX = 128, PATIENCE = 120, WHOLE = 600, BYTES_A_SECOND = 16384, MERCY_MS = 5000 };

static const char *const configuration[] = {
	"core.hooksPath=/dev/null", "core.fsmonitor=false",  "core.alternateRefsCommand=", "core.askPass=/bin/false", "core.sshCommand=ssh",
	"credential.helper=",	    "gc.auto=0",	     "maintenance.auto=false",	   "fetch.fsckObjects=true",  "fetch.recurseSubmodules=false",
	"fetch.writeCommitGraph=false", "fetch.showForcedUpdates=false", "push.gpgSign=false", "push.followTags=false", "protocol.ext.allow=never",
	"core.fsync=committed,loose-object", "http.followRedirects=initial", "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
};

/* Of the caller's environment: where programs and his keys are, and how he is told to go through the network. */
static bool
is_passed_on(const char *setting)
{
	static const char *const names[] = {
		"PATH=",	"HOME=",	"USER=",       "LOGNAME=",     "TMPDIR=",      "DISPLAY=",	 "WAYLAND_DISPLAY=",
		"SSH_AUTH_SOCK=", "SSH_ASKPASS=", "SSH_ASKPASS_REQUIRE=", "GIT_SSH_COMMAND=", "GIT_SSH_VARIANT=", "http_proxy=",
		"https_proxy=", "HTTPS_PROXY=", "all_proxy=",  "ALL_PROXY=",   "no_proxy=",    "NO_PROXY=", "GIT_SSL_CAINFO=", "GIT_SSL_CAPATH=",
		"TEST_DIR=",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(setting, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static void
clean_environment(char *environment[ENVIRONMENT_MAX + 16], const struct ch_git *git, struct ch_arena *arena)
{
	static char *const fixed[] = {
		"LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_LFS_SKIP_SMUDGE=1", "GIT_ALLOW_PROTOCOL=file:ssh:http:https", "GIT_ASKPASS=/bin/false",
		"GIT_FLUSH=1",
	};
	size_t count = 0;

	for (size_t i = 0; git->environment && git->environment[i] && count < ENVIRONMENT_MAX; i++)
		if (is_passed_on(git->environment[i]))
			environment[count++] = git->environment[i];
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		environment[count++] = fixed[i];
	environment[count++] = ch_arena_format(arena, "GIT_DIR=%s", git->archive);
	environment[count] = NULL;
}

/* The certificate that he shows to a web server: git-lfs does not know git's variables, but reads its settings. */
static size_t
add_certificate(const char **command, const struct ch_git *git, struct ch_arena *arena)
{
	static const struct {
		const char *variable, *setting;
	} names[] = {{"GIT_SSL_CERT=", "http.sslCert="}, {"GIT_SSL_KEY=", "http.sslKey="}};
	size_t count = 0;

	for (size_t i = 0; git->environment && git->environment[i]; i++)
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]) && count < 4; n++)
			if (strncmp(git->environment[i], names[n].variable, strlen(names[n].variable)) == 0) {
				command[count++] = "-c";
				command[count++] = ch_arena_format(arena, "%s%s", names[n].setting, git->environment[i] + strlen(names[n].variable));
			}
	return count;
}

static const struct ch_error *
make_command(const char **command, const struct ch_git *git, const char *const *arguments, struct ch_arena *arena)
{
	size_t count = 0;

	command[count++] = "git";
	for (size_t i = 0; i < sizeof(configuration) / sizeof(configuration[0]); i++) {
		command[count++] = "-c";
		command[count++] = configuration[i];
	}
	count += add_certificate(&command[count], git, arena);
	for (; *arguments; arguments++) {
		if (count == ARGUMENTS_MAX - 1)
			return ch_fail(CH_USAGE, "too many arguments for git");
		command[count++] = *arguments;
	}
	command[count] = NULL;
	return NULL;
}

/* What one pipe brings. */
struct stream {
	int fd;
	uint8_t *bytes;
	size_t len, more; /* kept, and forgotten */
};

/* False at its end. What is beyond the bound is read and forgotten. */
static bool
take(struct stream *stream)
{
	uint8_t beyond[4096];
	bool room = stream->len < OUTPUT_MAX;
	ssize_t got = read(stream->fd, room ? stream->bytes + stream->len : beyond, room ? OUTPUT_MAX - stream->len : sizeof(beyond));

	if (got > 0)
		*(room ? &stream->len : &stream->more) += (size_t)got;
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/* How long we go on listening: whoever speaks on for ever and moves nothing but words is not waited for. */
struct hearing {
	pid_t pid;
	unsigned patience; /* seconds */
	int64_t begin, end;
	unsigned whole;
};

/* Milliseconds until the next word must have come; 0: no longer. At the end of the time it is asked how much has been moved, and what that is worth. */
static int
left_ms(struct hearing *hearing)
{
	int64_t now = ch_clock_milliseconds() / 1000;

	if (hearing->end <= now)
		hearing->end = hearing->begin + hearing->whole + (int64_t)(ch_traffic(hearing->pid) / BYTES_A_SECOND);
	if (hearing->end <= now)
		return 0;
	return (int)(hearing->end - now < hearing->patience ? hearing->end - now : hearing->patience) * 1000;
}

/*
 * Until git has ended: a connection that ssh leaves open for others may hold our pipes for longer. False when nothing was heard for too long.
 */
static bool
listen_to(struct stream streams[2], int process, struct hearing *hearing)
{
	struct pollfd fds[3] = {{streams[0].fd, POLLIN, 0}, {streams[1].fd, POLLIN, 0}, {process, POLLIN, 0}};

	for (;;) {
		int left = left_ms(hearing), ready = left ? poll(fds, 3, left) : -1;

		if (left && ready < 0 && errno == EINTR)
			continue;
		if (ready < 0 || (ready == 0 && left == (int)hearing->patience * 1000) || streams[0].more + streams[1].more > CHATTER_MAX)
			return false;
		for (int i = 0; i < 2; i++)
			if (fds[i].revents && !take(&streams[i]))
				fds[i].fd = -1;
		if (fds[2].revents && !(fds[0].revents & POLLIN) && !(fds[1].revents & POLLIN))
			return true;
	}
}

/* It sweeps up behind itself when it is asked to end; whoever does not listen is killed. */
static void
give_up(pid_t pid, int process)
{
	struct pollfd fd = {process, POLLIN, 0};

	kill(pid, SIGTERM);
	if (poll(&fd, 1, MERCY_MS) <= 0)
		kill(pid, SIGKILL);
}

static const struct ch_error *
spawn(pid_t *pid, const int out[2], const int err[2], const char *archive, const char *const *command, char *const *environment)
{
	posix_spawn_file_actions_t actions;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, archive); /* whoever sweeps up behind the dead sees where it works */
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
	status = posix_spawnp(pid, "git", &actions, NULL, (char *const *)command, environment);
	posix_spawn_file_actions_destroy(&actions);
	errno = status;
	return status == 0 ? NULL : ch_fail_errno("cannot run git");
}

static void
attend(struct ch_git_result *result, pid_t pid, struct stream streams[2], const struct ch_git *git)
{
	struct hearing hearing = {pid, git->patience ? git->patience : PATIENCE, ch_clock_milliseconds() / 1000, 0, git->whole ? git->whole : WHOLE};
	int process = pidfd_open(pid, 0), status = 0;

	result->given_up = process < 0 || !listen_to(streams, process, &hearing);
	if (result->given_up)
		give_up(pid, process);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (process >= 0)
		close(process);
	result->status = !result->given_up && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	result->out = span_of(streams[0].bytes, streams[0].len);
	result->err = span_of(streams[1].bytes, streams[1].len);
}

const struct ch_error *
ch_git_run(struct ch_git_result *result, const struct ch_git *git, const char *const *arguments, struct ch_arena *arena)
{
	const char *command[ARGUMENTS_MAX];
	char *environment[ENVIRONMENT_MAX + 16];
	int out[2] = {-1, -1}, err[2] = {-1, -1};
	const struct ch_error *error;
	pid_t pid;

	*result = (struct ch_git_result){.status = -1};
	clean_environment(environment, git, arena);
	if ((error = make_command(command, git, arguments, arena)))
		return error;
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		error = ch_fail_errno("cannot run git");
	else
		error = spawn(&pid, out, err, git->archive, command, environment);
	close(out[1]);
	close(err[1]);
	if (error == NULL) {
		struct stream streams[2] = {{out[0], ch_arena_alloc(arena, OUTPUT_MAX), 0, 0}, {err[0], ch_arena_alloc(arena, OUTPUT_MAX), 0, 0}};
		attend(result, pid, streams, git);
	}
	close(out[0]);
	close(err[0]);
	return error;
}
