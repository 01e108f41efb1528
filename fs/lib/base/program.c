#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

enum { IN, OUT, ERR, STREAMS, COMPLAINT_SIZE = 200, PIECE = 65536 };

struct running {
	const struct ch_program *program;
	const char *name;
	pid_t pid;
	int own[STREAMS], its[STREAMS]; /* ends of pipes; input is a file */
	int process;			/* readable when it has ended */
	uint8_t *bytes;
	size_t len;
	char complaint[COMPLAINT_SIZE];
	size_t complaint_len;
};

static void
close_all(struct running *r)
{
	for (int i = 0; i < STREAMS; i++) {
		if (r->own[i] >= 0)
			close(r->own[i]);
		if (r->its[i] >= 0)
			close(r->its[i]);
	}
	if (r->process >= 0)
		close(r->process);
}

/* A file, not a pipe: a program that does not read keeps nobody waiting. */
static bool
open_input(struct running *r, struct span input)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	r->its[IN] = fd;
	return fd >= 0 && ch_file_write(fd, input) && lseek(fd, 0, SEEK_SET) == 0;
}

static bool
open_output(struct running *r, int stream)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	r->own[stream] = ends[0];
	r->its[stream] = ends[1];
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* In a process group of its own, with signals as they are by default. */
static int
spawn(struct running *r)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	for (int i = 0; i < STREAMS; i++)
		posix_spawn_file_actions_adddup2(&actions, r->its[i], i);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	error = posix_spawnp(&r->pid, r->name, &actions, &attributes, (char *const *)(const void *)r->program->argv, r->program->environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

static void
take_output(struct running *r)
{
	ssize_t n;

	while (r->len <= r->program->most && (n = read(r->own[OUT], r->bytes + r->len, r->program->most + 1 - r->len)) > 0)
		r->len += (size_t)n;
}

static void
take_complaint(struct running *r)
{
	char piece[PIECE];
	ssize_t n;

	while ((n = read(r->own[ERR], piece, sizeof(piece))) > 0) {
		size_t room = sizeof(r->complaint) - 1 - r->complaint_len, take = (size_t)n < room ? (size_t)n : room;
		memcpy(r->complaint + r->complaint_len, piece, take);
		r->complaint_len += take;
	}
}

static const char *
first_line(struct running *r)
{
	size_t len = strcspn(r->complaint, "\r\n");

	r->complaint[len] = '\0';
	return len ? r->complaint : "it says nothing";
}

/* False: the time is over, or it prints more than anybody wants. What a process leaves behind in the background is not waited for. */
static bool
attend(struct running *r)
{
	int64_t end = ch_clock_milliseconds() + (int64_t)r->program->seconds * 1000, left;

	while ((left = end - ch_clock_milliseconds()) > 0 && r->len <= r->program->most) {
		struct pollfd polled[] = {{.fd = r->process, .events = POLLIN}, {.fd = r->own[OUT], .events = POLLIN}, {.fd = r->own[ERR], .events = POLLIN}};
		if (poll(polled, 3, (int)(left < 1000000 ? left : 1000000)) < 0 && errno != EINTR)
			return false;
		take_output(r);
		take_complaint(r);
		if (polled[0].revents)
			return true;
		for (int i = OUT; i <= ERR; i++)
			if (polled[i].revents & POLLHUP) {
				close(r->own[i]);
				r->own[i] = -1;
			}
	}
	return false;
}

static const struct ch_error *
result(struct span *output, struct running *r, bool ended, int status, struct ch_arena *arena)
{
	if (r->len > r->program->most)
		return ch_fail(CH_IO, "'%s' prints more than %zu bytes", r->name, r->program->most);
	if (!ended)
		return ch_fail(CH_LATER, "'%s' did not end within %u seconds", r->name, r->program->seconds);
	if (WIFSIGNALED(status))
		return ch_fail(CH_IO, "'%s' was ended by signal %d: %s", r->name, WTERMSIG(status), first_line(r));
	if (WEXITSTATUS(status) != 0)
		return ch_fail(CH_IO, "'%s' ended with status %d: %s", r->name, WEXITSTATUS(status), first_line(r));
	*output = ch_arena_copy(arena, span_of(r->bytes, r->len));
	return NULL;
}

static const struct ch_error *
run(struct span *output, struct running *r, struct ch_arena *arena)
{
	int status = 0, failed;
	bool ended;

	if ((failed = spawn(r)) != 0) {
		errno = failed;
		return ch_fail_errno("cannot run '%s'", r->name);
	}
	for (int i = 0; i < STREAMS; i++) {
		close(r->its[i]);
		r->its[i] = -1;
	}
	ended = (r->process = pidfd_open(r->pid, 0)) >= 0 && attend(r);
	if (!ended)
		kill(-r->pid, SIGKILL);
	while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR)
		;
	return result(output, r, ended, status, arena);
}

const struct ch_error *
ch_program_run(struct span *output, const struct ch_program *program, struct span input, struct ch_arena *arena)
{
	struct running r = {.program = program, .name = program->argv[0], .own = {-1, -1, -1}, .its = {-1, -1, -1}, .process = -1};
	const struct ch_error *error;

	r.bytes = malloc(program->most + 1);
	if (r.bytes == NULL || !open_input(&r, input) || !open_output(&r, OUT) || !open_output(&r, ERR))
		error = ch_fail_errno("cannot run '%s'", r.name);
	else
		error = run(output, &r, arena);
	close_all(&r);
	free(r.bytes);
	return error;
}
