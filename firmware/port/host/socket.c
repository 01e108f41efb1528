#include "socket.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
socket_listen(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void
hang_up(struct socket_cable *cable)
{
	if (cable->fd < 0)
		return;
	close(cable->fd);
	cable->fd = -1;
	if (!cable->device->pulled)
		cable->device->unplugged(cable->device->context);
}

/* A host that does not read is not served further: its answer has to go out before the next request is looked at. */
static bool
answer(struct socket_cable *cable, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(cable->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return false;
		bytes = span_skip(bytes, sent < 0 ? 0 : (size_t)sent);
	}
	return true;
}

static gboolean
on_data(gint fd, GIOCondition condition, gpointer context)
{
	struct socket_cable *cable = context;
	uint8_t bytes[FRAME_MAX], out[FRAME_MAX];
	ssize_t len = recv(fd, bytes, sizeof(bytes), 0);
	struct span input = span_of(bytes, len > 0 ? (size_t)len : 0);
	bool connected = len > 0;

	(void)condition;
	while (input.len > 0 && connected) {
		size_t answered = device_feed(cable->device, &input, out);
		connected = !cable->device->pulled && answer(cable, span_of(out, answered));
	}
	if (connected)
		return G_SOURCE_CONTINUE;
	hang_up(cable);
	return G_SOURCE_REMOVE;
}

static gboolean
on_connection(gint listener, GIOCondition condition, gpointer context)
{
	struct socket_cable *cable = context;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	(void)condition;
	if (fd >= 0 && (cable->fd >= 0 || cable->device->pulled)) {
		close(fd);
	} else if (fd >= 0) {
		cable->fd = fd;
		g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_data, cable);
	}
	return G_SOURCE_CONTINUE;
}

void
socket_tick(struct socket_cable *cable)
{
	cable->device->tick(cable->device->context);
}

bool
socket_plug(struct socket_cable *cable, struct device *device, const char *path)
{
	*cable = (struct socket_cable){.device = device, .path = path, .fd = -1, .listener = socket_listen(path)};
	if (cable->listener < 0)
		return false;
	g_unix_fd_add(cable->listener, G_IO_IN, on_connection, cable);
	return true;
}

void
socket_unplug(struct socket_cable *cable)
{
	hang_up(cable);
	close(cable->listener);
	unlink(cable->path);
}
