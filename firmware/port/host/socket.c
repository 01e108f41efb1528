#include "socket.h"

#include <errno.h>
#include <sys/socket.h>

/* A host that does not read is not served further: its answer has to go out before the next request is looked at. */
static bool
answer(const struct socket_cable *cable, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(cable->plug.fd, bytes.data, bytes.len, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return false;
		bytes = span_skip(bytes, sent < 0 ? 0 : (size_t)sent);
	}
	return true;
}

static bool
on_connected(void *context)
{
	const struct socket_cable *cable = context;

	return !cable->device->pulled;
}

static bool
on_readable(void *context)
{
	struct socket_cable *cable = context;
	uint8_t bytes[FRAME_MAX], out[FRAME_MAX];
	ssize_t len = recv(cable->plug.fd, bytes, sizeof(bytes), 0);
	struct span input = span_of(bytes, len > 0 ? (size_t)len : 0);
	bool connected = len > 0;

	while (input.len > 0 && connected) {
		size_t answered = device_feed(cable->device, &input, out);
		connected = !cable->device->pulled && answer(cable, span_of(out, answered));
	}
	return connected;
}

static void
on_gone(void *context)
{
	const struct socket_cable *cable = context;

	if (!cable->device->pulled)
		cable->device->unplugged(cable->device->context);
}

void
socket_tick(struct socket_cable *cable)
{
	cable->device->tick(cable->device->context);
}

bool
socket_plug(struct socket_cable *cable, struct device *device, const char *path)
{
	*cable = (struct socket_cable){.device = device, .plug = {.context = cable, .connected = on_connected, .readable = on_readable, .gone = on_gone}};
	return plug_listen(&cable->plug, path);
}

void
socket_unplug(struct socket_cable *cable)
{
	plug_close(&cable->plug);
}
