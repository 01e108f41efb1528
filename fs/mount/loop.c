#define FUSE_USE_VERSION 314
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/*
 * Requests in a row that came soon, to have trust in it, at first and at most; found in a row by looking, to have twice the trust; microseconds that one look takes only if
 * somebody else has the processor meanwhile.
 */
enum { ENOUGH = 8, MOST = 8192, UNDISTURBED = 256, NO_LOOK = 200 };

struct patience {
	int processors;
	const atomic_bool *busy; /* one of them has something else to do */
	int soon;                /* 0 to 2 * enough: as many that did not lose it */
	int enough;              /* ENOUGH to MOST */
	int undisturbed;         /* found since somebody else has had the processor, or since there was more trust; 0 to UNDISTURBED */
};

static int64_t
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int
count_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

static bool
is_patient(const struct patience *patience)
{
	return patience->soon >= patience->enough && patience->processors > (atomic_load(patience->busy) ? 2 : 1);
}

static void
learn(struct patience *patience, bool soon)
{
	if (soon)
		patience->soon += patience->soon < 2 * patience->enough;
	else
		patience->soon -= patience->soon > 0;
}

/* Others want the processor, too. */
static void
disturb(struct patience *patience)
{
	patience->enough = patience->enough < MOST ? 4 * patience->enough : MOST;
	patience->soon = patience->undisturbed = 0;
}

static void
find(struct patience *patience)
{
	if (++patience->undisturbed < UNDISTURBED)
		return;
	patience->enough = patience->enough > ENOUGH ? patience->enough / 2 : ENOUGH;
	patience->undisturbed = 0;
}

/* A request, looked for for a while; -EAGAIN: it was none that came soon. */
static int
look(struct fuse_buf *buffer, struct patience *patience, struct fuse_session *session, int64_t begin)
{
	int64_t before = begin, now = begin;
	int result;

	while ((result = fuse_session_receive_buf(session, buffer)) == -EAGAIN && is_patient(patience) && now - begin < POLL_MICROSECONDS) {
		now = microseconds();
		if (now - before > NO_LOOK)
			disturb(patience);
		before = now;
	}
	if (result > 0 && now > begin)
		find(patience);
	return result;
}

/* A request, waited for; like libfuse: 0 at the end of the session, or -errno. */
static int
receive(struct fuse_buf *buffer, struct patience *patience, struct fuse_session *session, int stop)
{
	struct pollfd files[2] = {{.fd = fuse_session_fd(session), .events = POLLIN}, {.fd = stop, .events = POLLIN}};
	int64_t begin = microseconds();
	int result = look(buffer, patience, session, begin);

	if (result == -EAGAIN)
		poll(files, 2, -1);
	learn(patience, microseconds() - begin < POLL_MICROSECONDS);
	return result;
}

int
loop_run(struct fuse_session *session, const atomic_bool *busy, int stop)
{
	struct patience patience = {.processors = count_processors(), .busy = busy, .enough = ENOUGH};
	struct fuse_buf buffer = {0};
	int result = 0;

	fcntl(fuse_session_fd(session), F_SETFL, fcntl(fuse_session_fd(session), F_GETFL) | O_NONBLOCK);
	while (!fuse_session_exited(session)) {
		result = receive(&buffer, &patience, session, stop);
		if (result > 0)
			fuse_session_process_buf(session, &buffer);
		else if (result != -EAGAIN && result != -EINTR)
			break;
	}
	free(buffer.mem);
	return result < 0 && result != -EAGAIN && result != -EINTR ? -result : 0;
}
