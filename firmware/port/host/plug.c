#include "plug.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
listen_at(const char *path)
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

void
plug_hang_up(struct plug *plug)
{
	if (plug->fd < 0)
		return;
	plug->gone(plug->context);
	close(plug->fd);
	plug->fd = -1;
}

static gboolean
on_data(gint fd, GIOCondition condition, gpointer context)
{
	struct plug *plug = context;

	(void)fd;
	(void)condition;
	if (plug->readable(plug->context))
		return G_SOURCE_CONTINUE;
	plug_hang_up(plug);
	return G_SOURCE_REMOVE;
}

static gboolean
on_connection(gint listener, GIOCondition condition, gpointer context)
{
	struct plug *plug = context;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	(void)condition;
	if (fd < 0)
		return G_SOURCE_CONTINUE;
	if (plug->fd >= 0) {
		close(fd);
		return G_SOURCE_CONTINUE;
	}
	plug->fd = fd;
	if (plug->connected(plug->context)) {
		g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_data, plug);
	} else {
		close(fd);
		plug->fd = -1;
	}
	return G_SOURCE_CONTINUE;
}

bool
plug_listen(struct plug *plug, const char *path)
{
	plug->path = path;
	plug->fd = -1;
	plug->listener = listen_at(path);
	if (plug->listener < 0)
		return false;
	g_unix_fd_add(plug->listener, G_IO_IN, on_connection, plug);
	return true;
}

void
plug_close(struct plug *plug)
{
	plug_hang_up(plug);
	close(plug->listener);
	unlink(plug->path);
}
