#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jpeg.h"
#include "qr.h"

/* ---- the command ---- */

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In a process group of its own, so that all it starts can be ended with it. */
static _Noreturn void
become(const char *command, int out)
{
	if (setpgid(0, 0) == 0 && dup2(out, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static const struct ch_error *
start(pid_t *child, int *from, const char *command)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return ch_fail_errno("cannot start the camera");
	*child = fork();
	if (*child == 0)
		become(command, ends[1]);
	close(ends[1]);
	*from = ends[0];
	if (*child < 0) {
		close(ends[0]);
		return ch_fail_errno("cannot start the camera");
	}
	return NULL;
}

/* Makes room and reads once: 0 at the end, -1 when it cannot go on. */
static ssize_t
read_more(uint8_t **bytes, size_t *len, size_t *size, int from)
{
	ssize_t got;

	if (*len == *size) {
		uint8_t *larger = realloc(*bytes, *size = *size ? 2 * *size : 256 * 1024);
		if (larger == NULL)
			return -1;
		*bytes = larger;
	}
	while ((got = read(from, *bytes + *len, *size - *len)) < 0 && errno == EINTR)
		;
	*len += got > 0 ? (size_t)got : 0;
	return got;
}

static const struct ch_error *
read_picture(struct span *jpeg, int from)
{
	int64_t end = milliseconds() + CAMERA_SECONDS_MAX * 1000, left;
	struct pollfd readable = {.fd = from, .events = POLLIN};
	uint8_t *bytes = NULL;
	size_t len = 0, size = 0;
	ssize_t got = 1;

	while (got > 0 && len <= CAMERA_BYTES_MAX && (left = end - milliseconds()) > 0)
		if (poll(&readable, 1, (int)left) > 0)
			got = read_more(&bytes, &len, &size, from);
	*jpeg = span_of(bytes, len);
	if (got < 0)
		return ch_fail_errno("cannot read the camera's picture");
	if (len > CAMERA_BYTES_MAX)
		return ch_fail(CH_IO, "the camera's picture has more than %d bytes", CAMERA_BYTES_MAX);
	return got == 0 ? NULL : ch_fail(CH_IO, "the camera has not ended after %d s", CAMERA_SECONDS_MAX);
}

static const struct ch_error *
run(struct span *jpeg, const char *command)
{
	const struct ch_error *error;
	pid_t child = -1;
	int from = -1, status;

	if ((error = start(&child, &from, command)))
		return error;
	error = read_picture(jpeg, from);
	close(from);
	if (error) {
		kill(-child, SIGKILL);
		kill(child, SIGKILL);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (error == NULL && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		error = ch_fail(CH_IO, "the camera '%s' failed", command);
	return error;
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

static void
look(struct ch_photo *photo, const struct ch_grey *image)
{
	struct ch_qr codes[8];
	size_t found = ch_qr_read(codes, sizeof(codes) / sizeof(codes[0]), image->pixels, image->width, image->height), displays = 0;

	for (size_t i = 0; i < found; i++)
		displays += read_code(photo->code, &codes[i]);
	photo->has_code = displays == 1;
}

const struct ch_error *
ch_camera_take(struct ch_photo *photo, const char *command)
{
	const struct ch_error *error;
	struct ch_grey image;

	*photo = (struct ch_photo){0};
	if ((error = run(&photo->jpeg, command)))
		return error;
	if ((error = ch_jpeg_read(&image, photo->jpeg)) == NULL)
		look(photo, &image);
	ch_grey_free(&image);
	return error;
}

void
ch_photo_free(struct ch_photo *photo)
{
	free((void *)photo->jpeg.data);
	*photo = (struct ch_photo){0};
}
