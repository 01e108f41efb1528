#include "v4l2.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

enum { BUFFERS = 4, WIDTH = 1280, HEIGHT = 720, WAIT = 5000 /* milliseconds */ };

struct device {
	int fd;
	void *buffer[BUFFERS];
	size_t size[BUFFERS];
	unsigned count;
};

static bool
call(const struct device *d, unsigned long request, void *argument)
{
	int result;

	while ((result = ioctl(d->fd, request, argument)) < 0 && errno == EINTR)
		;
	return result == 0;
}

static struct v4l2_buffer
buffer_at(unsigned index)
{
	return (struct v4l2_buffer){.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
}

static bool
set_format(const struct device *d)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

	format.fmt.pix = (struct v4l2_pix_format){.width = WIDTH, .height = HEIGHT, .pixelformat = V4L2_PIX_FMT_MJPEG, .field = V4L2_FIELD_ANY};
	if (!call(d, VIDIOC_S_FMT, &format))
		return false;
	if (format.fmt.pix.pixelformat == V4L2_PIX_FMT_MJPEG || format.fmt.pix.pixelformat == V4L2_PIX_FMT_JPEG)
		return true;
	errno = EPROTONOSUPPORT;
	return false;
}

static bool
map_buffers(struct device *d)
{
	struct v4l2_requestbuffers wanted = {.count = BUFFERS, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};

	if (!call(d, VIDIOC_REQBUFS, &wanted))
		return false;
	for (; d->count < wanted.count && d->count < BUFFERS; d->count++) {
		struct v4l2_buffer b = buffer_at(d->count);
		if (!call(d, VIDIOC_QUERYBUF, &b))
			return false;
		d->size[d->count] = b.length;
		d->buffer[d->count] = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, b.m.offset);
		if (d->buffer[d->count] == MAP_FAILED || !call(d, VIDIOC_QBUF, &b))
			return false;
	}
	return true;
}

/* The newest picture that there is; older ones go back unread. */
static bool
take(struct v4l2_buffer *newest, const struct device *d)
{
	struct pollfd ready = {.fd = d->fd, .events = POLLIN};
	struct v4l2_buffer next;
	bool any = false;

	if (poll(&ready, 1, WAIT) <= 0) {
		errno = ETIMEDOUT;
		return false;
	}
	for (next = buffer_at(0); call(d, VIDIOC_DQBUF, &next); next = buffer_at(0)) {
		if (any && !call(d, VIDIOC_QBUF, newest))
			return false;
		*newest = next;
		any = true;
	}
	return any && errno == EAGAIN;
}

static bool
write_all(int out, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t done = write(out, bytes, len);
		if (done < 0 && errno != EINTR)
			return false;
		bytes += done > 0 ? done : 0;
		len -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

static bool
stream(struct device *d, int out)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	struct v4l2_buffer b;

	if (!set_format(d) || !map_buffers(d) || !call(d, VIDIOC_STREAMON, &type))
		return false;
	while (take(&b, d))
		if (!write_all(out, d->buffer[b.index], b.bytesused < d->size[b.index] ? b.bytesused : d->size[b.index]) || !call(d, VIDIOC_QBUF, &b))
			return false;
	return false;
}

int
ch_v4l2_stream(const char *device, int out)
{
	struct device d = {.fd = open(device, O_RDWR | O_NONBLOCK | O_CLOEXEC)};

	signal(SIGPIPE, SIG_IGN);
	if (d.fd >= 0)
		stream(&d, out);
	return errno ? errno : EIO;
}
