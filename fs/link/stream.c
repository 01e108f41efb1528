#include "stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

const struct ch_error *
ch_stream_open(int *fd, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct ch_error *error;

	*fd = -1;
	if (strlen(path) >= sizeof(address.sun_path))
		return ch_fail(CH_USAGE, "'%s': path too long", path);
	strcpy(address.sun_path, path);
	if ((*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return ch_fail_errno("cannot open the seal at '%s'", path);
	if (connect(*fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return NULL;
	error = errno == ENOENT || errno == ECONNREFUSED ? ch_fail(CH_LATER, "no seal is attached at '%s'; connect it and try again", path)
							 : ch_fail_errno("cannot open the seal at '%s'", path);
	close(*fd);
	*fd = -1;
	return error;
}

static const struct ch_error *
fail(const char *what, int failed)
{
	bool gone = failed == 0 || failed == EPIPE || failed == ECONNRESET;

	return ch_fail(CH_IO, "cannot %s the seal: %s", what, gone ? "it was disconnected, or another program holds it" : strerror(failed));
}

const struct ch_error *
ch_stream_send(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return fail("write to", errno);
		bytes = span_skip(bytes, sent < 0 ? 0 : (size_t)sent);
	}
	return NULL;
}

const struct ch_error *
ch_stream_receive(size_t *len, int fd, uint8_t *bytes, size_t size, int milliseconds)
{
	struct pollfd ready = {fd, POLLIN, 0};
	ssize_t got = -1;
	int polled;

	do {
		polled = poll(&ready, 1, milliseconds);
		if (polled > 0)
			got = recv(fd, bytes, size, 0);
	} while ((polled < 0 || (polled > 0 && got < 0)) && errno == EINTR);
	if (polled == 0)
		return ch_fail(CH_IO, "cannot read from the seal: it does not answer");
	*len = got > 0 ? (size_t)got : 0;
	return got > 0 ? NULL : fail("read from", polled > 0 && got == 0 ? 0 : errno);
}
