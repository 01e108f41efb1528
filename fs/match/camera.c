#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "huffman.h"
#include "jpeg.h"
#include "mjpeg.h"
#include "qr.h"
#include "v4l2.h"

enum { PIPE_SIZE = 1024 * 1024, GROWTH = 256 * 1024 };

/* ---- what runs ---- */

static bool
is_device(const char *source)
{
	return strncmp(source, "/dev/", 5) == 0;
}

/* In a process group of its own, so that all it starts can be ended with it; and not for longer than who looks through it, or the next one would find it in use. */
static _Noreturn void
become(const char *source, int out)
{
	if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		_exit(127);
	if (is_device(source))
		_exit(ch_v4l2_stream(source, out));
	if (dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", source, (char *)NULL);
	_exit(127);
}

static const struct ch_error *
start(struct ch_camera *c)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return ch_fail_errno("cannot start the camera");
	c->pid = fork();
	if (c->pid == 0)
		become(c->source, ends[1]);
	close(ends[1]);
	c->from = ends[0];
	if (c->pid < 0) {
		c->pid = 0;
		close(c->from);
		return ch_fail_errno("cannot start the camera");
	}
	c->given = false;
	setpgid(c->pid, c->pid);
	fcntl(c->from, F_SETPIPE_SZ, PIPE_SIZE); /* may fail: then it writes and waits more often */
	fcntl(c->from, F_SETFL, O_NONBLOCK);
	return NULL;
}

static int
reap(struct ch_camera *c)
{
	int status = 0;

	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(c->from);
	c->pid = 0;
	c->len = 0;
	return status;
}

void
ch_camera_init(struct ch_camera *camera, const char *source)
{
	*camera = (struct ch_camera){.source = source};
}

void
ch_camera_stop(struct ch_camera *c)
{
	if (c->pid > 0) {
		kill(-c->pid, SIGKILL);
		kill(c->pid, SIGKILL);
		reap(c);
	}
	free(c->bytes);
	c->bytes = NULL;
	c->len = c->size = 0;
}

/* ---- what comes ---- */

/* Makes room and reads once: 0 at the end, -1 when there is nothing now or it cannot go on. */
static ssize_t
read_more(struct ch_camera *c)
{
	ssize_t got;

	if (c->len == c->size) {
		uint8_t *larger = realloc(c->bytes, c->size + c->size / 2 + GROWTH);
		if (larger == NULL)
			return -1;
		c->bytes = larger;
		c->size += c->size / 2 + GROWTH;
	}
	while ((got = read(c->from, c->bytes + c->len, c->size - c->len)) < 0 && errno == EINTR)
		;
	c->len += got > 0 ? (size_t)got : 0;
	return got;
}

/* The last whole picture of what has come, copied; what is before its end is done with. Without memory there is none. */
static bool
take_last(struct ch_photo *photo, struct ch_camera *c)
{
	struct span rest = span_of(c->bytes, c->len), picture, last = {0};
	size_t done;

	while ((done = ch_mjpeg_next(&picture, rest)) > 0) {
		rest = span_skip(rest, done);
		if (picture.len == 0)
			break;
		last = picture;
	}
	if (last.len) {
		ch_huffman_complete(&photo->jpeg, last);
		c->given = true;
	}
	memmove(c->bytes, rest.data, rest.len);
	c->len = rest.len;
	return photo->jpeg.len > 0;
}

/*
 * It has ended: well, when it has given its one picture, and the next is taken by running it again; what it has begun and not finished is what jpeg.h
 * makes of it.
 */
static const struct ch_error *
at_end(struct ch_photo *photo, struct ch_camera *c)
{
	struct span rest = span_of(c->bytes, c->len);
	const struct ch_error *error = NULL;
	struct ch_grey image = {0};
	bool again = c->given && c->len == 0, whole = take_last(photo, c);
	int status;

	if (!whole && !again)
		error = ch_jpeg_read(&image, rest);
	ch_grey_free(&image);
	status = reap(c);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return error || whole ? error : start(c);
	if (is_device(c->source) && WIFEXITED(status))
		return ch_fail(CH_IO, "the camera '%s' failed: %s", c->source, ch_v4l2_reason(WEXITSTATUS(status)));
	return ch_fail(CH_IO, "the camera '%s' failed", c->source);
}

static const struct ch_error *
give_up(struct ch_camera *c, const struct ch_error *error)
{
	struct ch_error kept;

	error = ch_error_keep(&kept, error);
	ch_camera_stop(c);
	return ch_error_again(error);
}

/* Everything that has come by now, then the last of it; when there is none yet, until there is one. */
static const struct ch_error *
read_picture(struct ch_photo *photo, struct ch_camera *c)
{
	int64_t end = ch_clock_milliseconds() + CAMERA_SECONDS_MAX * 1000, left;
	const struct ch_error *error;
	ssize_t got;

	while ((left = end - ch_clock_milliseconds()) > 0) {
		while ((got = read_more(c)) > 0 && c->len <= CAMERA_BYTES_MAX)
			;
		if (got == 0 && ((error = at_end(photo, c)) || photo->jpeg.len))
			return error;
		if (got == 0)
			continue;
		if (got < 0 && errno != EAGAIN)
			return give_up(c, ch_fail_errno("cannot read the camera's pictures"));
		if (take_last(photo, c))
			return NULL;
		if (c->len > CAMERA_BYTES_MAX)
			return give_up(c, ch_fail(CH_IO, "the camera's picture has more than %d bytes", CAMERA_BYTES_MAX));
		poll(&(struct pollfd){.fd = c->from, .events = POLLIN}, 1, (int)left);
	}
	return give_up(c, ch_fail(CH_IO, "the camera has given no picture for %d s", CAMERA_SECONDS_MAX));
}

/* ---- the picture ---- */

/* The display shows upper-case hexadecimal, for which QR has a mode of its own. */
static bool
read_code(uint8_t code[NONCE_SIZE], const struct ch_qr *qr)
{
	char lower[2 * NONCE_SIZE];

	if (qr->len != sizeof(lower))
		return false;
	for (size_t i = 0; i < sizeof(lower); i++) {
		char c = qr->text[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F')))
			return false;
		lower[i] = (char)(c >= 'A' ? c - 'A' + 'a' : c);
	}
	return text_get_hex(code, NONCE_SIZE, span_of(lower, sizeof(lower)));
}

static const struct ch_error *
look(struct ch_photo *photo)
{
	struct ch_qr codes[8];
	const struct ch_error *error;
	struct ch_grey image;
	size_t found, displays = 0;

	if ((error = ch_jpeg_read(&image, photo->jpeg)) == NULL) {
		found = ch_qr_read(codes, sizeof(codes) / sizeof(codes[0]), image.pixels, image.width, image.height);
		for (size_t i = 0; i < found; i++)
			displays += read_code(photo->code, &codes[i]);
		photo->has_code = displays == 1;
	}
	ch_grey_free(&image);
	return error;
}

const struct ch_error *
ch_photo_read(struct ch_photo *photo, struct span jpeg)
{
	uint8_t *copy = malloc(jpeg.len ? jpeg.len : 1);

	*photo = (struct ch_photo){0};
	if (copy == NULL)
		return ch_fail_errno("cannot hold a photo");
	memcpy(copy, jpeg.data, jpeg.len);
	photo->jpeg = span_of(copy, jpeg.len);
	return look(photo);
}

const struct ch_error *
ch_camera_take(struct ch_photo *photo, struct ch_camera *camera)
{
	const struct ch_error *error;

	*photo = (struct ch_photo){0};
	if ((camera->pid == 0 && (error = start(camera))) || (error = read_picture(photo, camera)))
		return error;
	return look(photo);
}

void
ch_photo_free(struct ch_photo *photo)
{
	free((void *)photo->jpeg.data);
	*photo = (struct ch_photo){0};
}
