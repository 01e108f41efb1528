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

enum { ENOUGH = 8 }; /* requests in a row that came soon, to have trust in it; twice as many that did not lose it */

struct patience {
	int processors;
	const atomic_bool *busy; /* one of them has something else to do */
	int soon;                /* 0 to 2 * ENOUGH */
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
	return patience->soon >= ENOUGH && patience->processors > (atomic_load(patience->busy) ? 2 : 1);
}

static void
learn(struct patience *patience, bool soon)
{
	if (soon)
		patience->soon += patience->soon < 2 * ENOUGH;
	else
		patience->soon -= patience->soon > 0;
}

/* A request, looked for for a while; -EAGAIN: it was none that came soon. */
static int
look(struct fuse_buf *buffer, const struct patience *patience, struct fuse_session *session, int64_t begin)
{
	int result;

	do
		result = fuse_session_receive_buf(session, buffer);
	while (result == -EAGAIN && is_patient(patience) && microseconds() - begin < POLL_MICROSECONDS);
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
	struct patience patience = {.processors = count_processors(), .busy = busy};
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
