#include "ready.h"

#include <fcntl.h>
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
	if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0)
		complain("cannot tell '%s' that the drive is ready", name);
	if (fd >= 0)
		close(fd);
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
