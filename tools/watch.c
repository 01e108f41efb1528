#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { LONGEST = 86400 };

/* main is a file that git renames into place. */
const struct ch_error *
cli_watch(int *fd, const struct ch_store *store)
{
	char path[sizeof(store->path) + 16];

	snprintf(path, sizeof(path), "%s/refs/heads", store->path);
	if ((*fd = inotify_init1(IN_CLOEXEC)) < 0 || inotify_add_watch(*fd, path, IN_MOVED_TO) < 0)
		return ch_fail_errno("cannot watch '%s'", path);
	return NULL;
}

const struct ch_error *
cli_watch_wait(int fd, int64_t seconds)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};
	char events[4096];
	int ready = poll(&polled, 1, seconds < 0 ? -1 : (int)(seconds < LONGEST ? seconds : LONGEST) * 1000);

	if ((ready < 0 || (ready > 0 && read(fd, events, sizeof(events)) < 0)) && errno != EINTR)
		return ch_fail_errno("cannot watch the register");
	return NULL;
}
