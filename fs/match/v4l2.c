#include "v4l2.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/videodev2.h>

#include "base/file.h"
#include "yuyv.h"

enum { BUFFERS = 4, WAIT = 5000 /* milliseconds */ };

/* What is asked for, the best first. A camera on USB sends few pictures a second that are large and not compressed. */
static const struct {
	uint32_t format, width, height;
} wishes[] = {{V4L2_PIX_FMT_MJPEG, 1280, 720}, {V4L2_PIX_FMT_JPEG, 1280, 720}, {V4L2_PIX_FMT_YUYV, 640, 480}};

struct device {
	int fd;
	struct v4l2_pix_format format;
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
is_camera(const struct device *d)
{
	struct v4l2_capability c;
	uint32_t can;

	if (!call(d, VIDIOC_QUERYCAP, &c))
		return false;
	can = c.capabilities & V4L2_CAP_DEVICE_CAPS ? c.device_caps : c.capabilities;
	errno = ENOTTY;
	return (can & V4L2_CAP_VIDEO_CAPTURE) && (can & V4L2_CAP_STREAMING);
}

/* A driver that does not know a format puts another one in its place. */
static bool
set_format(struct device *d)
{
	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		struct v4l2_format f = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

		f.fmt.pix = (struct v4l2_pix_format){.width = wishes[i].width, .height = wishes[i].height, .pixelformat = wishes[i].format, .field = V4L2_FIELD_ANY};
		if (!call(d, VIDIOC_S_FMT, &f) && errno != EINVAL)
			return false;
		d->format = f.fmt.pix;
		if (d->format.pixelformat == wishes[i].format)
			return true;
	}
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
write_yuyv(int out, struct span bytes, const struct v4l2_pix_format *f)
{
	const struct ch_yuyv picture = {bytes, f->width, f->height, f->bytesperline};
	struct span jpeg;
	bool written;

	errno = EPROTO; /* unless it is the writing that fails */
	written = ch_yuyv_to_jpeg(&jpeg, &picture) == NULL && ch_file_write(out, jpeg);
	free((void *)jpeg.data);
	return written;
}

/* What has come damaged is left out. */
static bool
pass_on(int out, const struct device *d, const struct v4l2_buffer *b)
{
	struct span bytes = span_of(d->buffer[b->index], b->bytesused < d->size[b->index] ? b->bytesused : d->size[b->index]);

	if (b->flags & V4L2_BUF_FLAG_ERROR)
		return true;
	return d->format.pixelformat == V4L2_PIX_FMT_YUYV ? write_yuyv(out, bytes, &d->format) : ch_file_write(out, bytes);
}

static bool
stream(struct device *d, int out)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	struct v4l2_buffer b;

	if (!is_camera(d) || !set_format(d) || !map_buffers(d) || !call(d, VIDIOC_STREAMON, &type))
		return false;
	while (take(&b, d))
		if (!pass_on(out, d, &b) || !call(d, VIDIOC_QBUF, &b))
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

const char *
ch_v4l2_reason(int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
		return "there is none; connect it, or name another one (ls /dev/video*)";
	case EACCES:
		return "you may not use it; who is in the group of the device (video) may";
	case EBUSY:
		return "another program uses it; close that";
	case ENODEV:
		return "it was disconnected";
	case ENOTTY:
		return "it is no camera; name another one (ls /dev/video*)";
	case EPROTONOSUPPORT:
		return "it gives neither JPEG nor YUYV pictures";
	case ETIMEDOUT:
		return "it has stopped giving pictures";
	default:
		return strerror(error);
	}
}
