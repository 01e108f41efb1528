#include "ready.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "errors.h"

enum { PAGES_BETWEEN = 256, PATIENCE = 60 * 1000 * 1000 /* microseconds, on top of those that have passed */ };

static bool told; /* there is a line on the terminal that is to go */

int
ready_detach(void)
{
	int ready[2], status;
	char byte;
	pid_t child;

	if (pipe2(ready, O_CLOEXEC) != 0 || (child = fork()) < 0) {
		perror("chanceryfs: cannot go into the background");
		exit(CH_IO);
	}
	if (child == 0) {
		close(ready[0]);
		setsid();
		return ready[1];
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1)
		_exit(0);
	_exit(waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : CH_IO);
}

static void
leave_terminal(int waits)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (chdir("/") != 0 || null < 0)
		complain("cannot leave the directory");
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	close(null);
	if (write(waits, "", 1) != 1)
		complain("nobody waits for the drive");
	close(waits);
}

/* A name that begins with '@' is in the abstract name space. */
static void
notify_systemd(const char *state)
{
	static bool complained;
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t len = name ? strlen(name) : 0;
	int fd;

	if (len < 2 || len >= sizeof(address.sun_path))
		return;
	memcpy(address.sun_path, name, len);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if ((fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0) &&
	    !complained) {
		complain("cannot tell '%s' how the drive is", name);
		complained = true;
	}
	if (fd >= 0)
		close(fd);
}

static void
see_page(void *context, const struct ch_page *page)
{
	static uint64_t pages;
	char state[128];

	(void)context;
	if (++pages % PAGES_BETWEEN)
		return;
	snprintf(state, sizeof(state), "STATUS=%" PRIu64 " pages of the register verified\nEXTEND_TIMEOUT_USEC=%d\n", page->seq, PATIENCE);
	notify_systemd(state);
	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[Kchanceryfs: %" PRIu64 " pages of the register verified", page->seq);
		told = true;
	}
}

const struct ch_observer ready_observer = {.page = see_page};

void
ready_verified(void)
{
	if (told)
		fputs("\r\033[K", stderr);
	told = false;
}

void
ready_say(int waits)
{
	if (waits >= 0)
		leave_terminal(waits);
	notify_systemd("READY=1\nSTATUS=mounted\n");
}

void
ready_end(void)
{
	notify_systemd("STOPPING=1\nSTATUS=saving\n");
}
