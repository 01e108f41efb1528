/*
 * Map:
 *	emulator_start		qemu-system-arm, between two socket pairs
 *	feed			a whole request in, a whole answer out
 *	tick			what the stand is told, and what it answers: display, coil, hand
 */
#include "emulator.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 30000, PICTURE = (DISPLAY_SIDE * DISPLAY_SIDE + 7) / 8 }; /* PATIENCE: milliseconds for an answer */

/* ---- the cable ---- */

static bool
send_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			return false;
		bytes = span_skip(bytes, n < 0 ? 0 : (size_t)n);
	}
	return true;
}

/* 0 when it does not answer any more. */
static size_t
receive_answer(struct emulator *emulator, uint8_t out[FRAME_MAX])
{
	struct pollfd ready = {emulator->cable, POLLIN, 0};
	enum wire_code code;
	struct frame frame;
	size_t len = 0;

	while (frame_read(&frame, span_of(out, len), &code) == 0 && code == WIRE_OK && len < FRAME_MAX) {
		ssize_t n = poll(&ready, 1, PATIENCE) == 1 ? recv(emulator->cable, out + len, FRAME_MAX - len, 0) : -1;

		if (n <= 0)
			return 0;
		len += (size_t)n;
	}
	return len;
}

/* Whether what has arrived is a request, or can never be one: either is answered. */
static bool
is_due(const struct emulator *emulator, size_t *len)
{
	enum wire_code code;
	struct frame frame;

	*len = frame_read(&frame, span_of(emulator->request, emulator->len), &code);
	if (code != WIRE_OK)
		*len = emulator->len;
	return *len > 0;
}

static size_t
feed(void *context, struct span *input, uint8_t out[FRAME_MAX])
{
	struct emulator *emulator = context;
	size_t room = FRAME_MAX - emulator->len, taken = input->len < room ? input->len : room, len;

	memcpy(emulator->request + emulator->len, input->data, taken);
	emulator->len += taken;
	*input = span_skip(*input, taken);
	if (!is_due(emulator, &len))
		return 0;
	*input = span_of(input->data - (emulator->len - len), input->len + (emulator->len - len));
	emulator->len = 0;
	return send_all(emulator->cable, span_of(emulator->request, len)) ? receive_answer(emulator, out) : 0;
}

/* ---- the stand ---- */

static void
tell(struct emulator *emulator, char word)
{
	send_all(emulator->words, span_of(&word, 1));
}

static void
show(const struct emulator *emulator, const uint8_t bits[PICTURE])
{
	struct display display = {.lit = true};

	for (unsigned n = 0; n < DISPLAY_SIDE * DISPLAY_SIDE; n++)
		display.dark[n / DISPLAY_SIDE][n % DISPLAY_SIDE] = bits[n / 8] >> (7 - n % 8) & 1;
	stand_show(emulator->stand, &display);
}

static void
hear(struct emulator *emulator, uint8_t byte)
{
	static const struct display off;

	emulator->said[emulator->said_len++] = byte;
	if (emulator->said[0] == 'D' && emulator->said_len < 1 + PICTURE)
		return;
	emulator->said_len = 0;
	if (emulator->said[0] == 'D')
		show(emulator, emulator->said + 1);
	else if (byte == 'd')
		stand_show(emulator->stand, &off);
	else if (byte == 'C' || byte == 'c')
		stand_coil(emulator->stand, byte == 'C');
}

static void
tick(void *context)
{
	struct emulator *emulator = context;
	uint8_t bytes[1024];
	ssize_t n;

	while ((n = recv(emulator->words, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		for (ssize_t i = 0; i < n; i++)
			hear(emulator, bytes[i]);
	if (n == 0)
		emulator->ended = true;
	if (stand_pressed(emulator->stand) != emulator->stamp_down) {
		emulator->stamp_down = !emulator->stamp_down;
		tell(emulator, emulator->stamp_down ? 'P' : 'p');
	}
}

static void
unplugged(void *context)
{
	struct emulator *emulator = context;

	emulator->len = 0;
	tell(emulator, 'U');
}

/* ---- QEMU ---- */

static _Noreturn void
run(const char *image, const char *flash_file, const char *serial, uint32_t echo_deadline, int cable, int words)
{
	char machine[64], memory[4200], arguments[128], cable_socket[64], words_socket[64];
	const char *an385 = strstr(image, "an385");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(machine, sizeof(machine), "mps2-%s,memory-backend=flash", an385 != NULL ? "an385" : "an386");
	snprintf(memory, sizeof(memory), "memory-backend-file,id=flash,share=on,size=%d,mem-path=%s", EMULATOR_MEMORY, flash_file);
	snprintf(arguments, sizeof(arguments), "enable=on,target=native,arg=seal,arg=%s,arg=%u", serial, echo_deadline);
	snprintf(cable_socket, sizeof(cable_socket), "socket,id=cable,fd=%d", cable);
	snprintf(words_socket, sizeof(words_socket), "socket,id=words,fd=%d", words);
	execlp("qemu-system-arm", "qemu-system-arm", "-M", machine, "-object", memory, "-kernel", image, "-semihosting-config", arguments, "-chardev", cable_socket,
		"-serial", "chardev:cable", "-chardev", words_socket, "-serial", "chardev:words", "-display", "none", "-monitor", "none", "-nic", "user,restrict=on",
		(char *)NULL);
	perror("seal-sim: cannot run 'qemu-system-arm'");
	_exit(127);
}

static void
close_pair(const int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

bool
emulator_start(struct emulator *emulator, struct device *device, const char *image, const char *flash_file, const char *serial, uint32_t echo_deadline)
{
	int cable[2], words[2];

	if (access(image, R_OK) != 0 || truncate(flash_file, EMULATOR_MEMORY) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, cable) != 0)
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, words) != 0) {
		close_pair(cable);
		return false;
	}
	if ((emulator->pid = fork()) == 0)
		run(image, flash_file, serial, echo_deadline, dup(cable[1]), dup(words[1]));
	if (emulator->pid < 0) {
		close_pair(cable);
		close_pair(words);
		return false;
	}
	close(cable[1]);
	close(words[1]);
	emulator->cable = cable[0];
	emulator->words = words[0];
	*device = (struct device){emulator, feed, unplugged, tick, false};
	return true;
}

void
emulator_stop(struct emulator *emulator)
{
	if (emulator->pid <= 0)
		return;
	kill(emulator->pid, SIGKILL);
	waitpid(emulator->pid, NULL, 0);
}
