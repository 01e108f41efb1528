/*
 * seal-sim: the seal's firmware as a process, or an image of it in QEMU, on a USB bus of its own or a port of a virtual machine.
 *
 *	seal-sim --flash FILE [options] -- COMMAND...	runs COMMAND where libusb finds the seal; its exit status is ours
 *	seal-sim --flash FILE [options]			says which environment finds it, serves until SIGTERM
 *
 * Map:
 *	process.c	the core on a board (board.c: flash in a file) or
 *	emulator.c	an image in qemu-system-arm, with the same flash
 *	stand.c		display, coil, hand of either
 *	usb.c		umockdev: what libusb asks of usbfs, or
 *	redir.c		usbredir: a port of a virtual machine, or
 *	socket.c	a plain stream, as a UART carries it
 *	incident.c	what happens to the cable, for tests
 *	firmware/core	the seal itself
 *
 * Ending the process is pulling the plug: only what is in flash remains.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator.h"
#include "incident.h"
#include "process.h"
#include "redir.h"
#include "socket.h"
#include "trace.h"
#include "usb.h"

enum { TICK = 5, EXIT_USAGE = 2, EXIT_SYSTEM = 74, EXIT_NOT_RUN = 127 }; /* TICK: milliseconds */

static const char usage_text[] = "usage: seal-sim --flash FILE [--image FILE.elf] [--usbredir SOCKET | --socket SOCKET] [--display FILE.pgm]\n"
				 "                [--hand auto|none] [--serial S] [--deadline-ms N] [--trace FILE] [--at TYPE[:N]=WHAT]...\n"
				 "                [--battery MILLIVOLTS] [--install IMAGE] [--update-key HEX]... [-- COMMAND...]\n";
static const char preload[] = "libumockdev-preload.so.0";

struct options {
	const char *flash, *image, *redir, *socket, *trace, *display, *serial;
	bool hand;
	uint32_t deadline, battery; /* 0: a full one */
	char **command; /* NULL: none */
	const char *install;	/* an image for slot 0 that was there when it was delivered */
	struct image_keys keys; /* of its boot stage, when there are all three */
	unsigned key_count;
};

static _Noreturn void
usage(void)
{
	fputs(usage_text, stderr);
	exit(EXIT_USAGE);
}

static bool
read_hand(const char *word)
{
	if (strcmp(word, "auto") != 0 && strcmp(word, "none") != 0)
		usage();
	return word[0] == 'a';
}

static uint32_t
read_number(const char *word)
{
	uint64_t n;

	if (!text_get_number(&n, span_text(word)) || n == 0 || n > UINT32_MAX)
		usage();
	return (uint32_t)n;
}

static void
add_key(struct options *o, const char *digits)
{
	if (o->key_count == IMAGE_KEYS || !text_get_hex(o->keys.point[o->key_count++], ED25519_POINT_SIZE, span_text(digits)))
		usage();
}

static const struct option longs[] = {
	{"flash", required_argument, NULL, 'f'},  {"display", required_argument, NULL, 'd'},
	{"hand", required_argument, NULL, 'h'},	  {"serial", required_argument, NULL, 's'},
	{"deadline-ms", required_argument, NULL, 'e'}, {"image", required_argument, NULL, 'i'},
	{"usbredir", required_argument, NULL, 'u'}, {"trace", required_argument, NULL, 't'},
	{"install", required_argument, NULL, 'n'}, {"update-key", required_argument, NULL, 'k'},
	{"socket", required_argument, NULL, 'o'}, {"at", required_argument, NULL, 'a'},
	{"battery", required_argument, NULL, 'b'},
	{0},
};

static struct options
read_options(int argc, char **argv)
{
	struct options o = {.serial = "SIM-0001", .hand = true, .deadline = 3000};
	int c;

	while ((c = getopt_long(argc, argv, "+", longs, NULL)) != -1)
		switch (c) {
		case 'f':
			o.flash = optarg;
			break;
		case 'i':
			o.image = optarg;
			break;
		case 'k':
			add_key(&o, optarg);
			break;
		case 'n':
			o.install = optarg;
			break;
		case 't':
			o.trace = optarg;
			break;
		case 'u':
			o.redir = optarg;
			break;
		case 'o':
			o.socket = optarg;
			break;
		case 'a':
			if (!incident_plan(optarg))
				usage();
			break;
		case 'b':
			o.battery = read_number(optarg);
			break;
		case 'd':
			o.display = optarg;
			break;
		case 'h':
			o.hand = read_hand(optarg);
			break;
		case 's':
			o.serial = optarg;
			break;
		case 'e':
			o.deadline = read_number(optarg);
			break;
		default:
			usage();
		}
	if (o.flash == NULL || !text_is_id(span_text(o.serial)) || (o.redir && o.socket))
		usage();
	o.command = optind < argc ? argv + optind : NULL;
	return o;
}

struct running {
	GMainLoop *loop;
	struct device device;
	struct usb usb;
	struct redir redir;
	struct socket_cable socket;
	enum { ON_BUS, REDIRECTED, ON_SOCKET } way; /* of umockdev's, into a virtual machine, or none */
	struct emulator emulator;
	GPid command; /* 0: none under way */
	int status;   /* to exit with */
};

/* The command is a user of the bus: it ends before the bus does. */
static void
end(struct running *running)
{
	if (running->command == 0)
		g_main_loop_quit(running->loop);
}

static void
lose_emulator(struct running *running)
{
	warnx("the emulator has ended");
	running->status = EXIT_SYSTEM;
	running->device.pulled = true;
	end(running);
}

static gboolean
on_tick(gpointer context)
{
	struct running *running = context;

	if (running->way == REDIRECTED)
		redir_tick(&running->redir);
	else if (running->way == ON_SOCKET)
		socket_tick(&running->socket);
	else
		usb_tick(&running->usb);
	if (running->emulator.ended && running->status != EXIT_SYSTEM)
		lose_emulator(running);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_signal(gpointer context)
{
	struct running *running = context;

	if (running->command != 0)
		kill(running->command, SIGTERM);
	end(running);
	return G_SOURCE_CONTINUE;
}

static void
on_exit_of_command(GPid pid, gint status, gpointer context)
{
	struct running *running = context;

	(void)pid;
	if (running->status != EXIT_SYSTEM)
		running->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	running->command = 0;
	end(running);
}

static const char *
preload_value(void)
{
	static char value[4096];
	const char *before = getenv("LD_PRELOAD");

	snprintf(value, sizeof(value), "%s%s%s", preload, before != NULL && *before != '\0' ? ":" : "", before != NULL ? before : "");
	return value;
}

static void
start_command(struct running *running, char **command)
{
	pid_t pid = fork();

	if (pid < 0)
		err(EXIT_SYSTEM, "cannot start '%s'", command[0]);
	if (pid == 0) {
		if (running->way == ON_BUS)
			setenv("LD_PRELOAD", preload_value(), 1);
		execvp(command[0], command);
		warn("cannot run '%s'", command[0]);
		_exit(EXIT_NOT_RUN);
	}
	running->command = pid;
	g_child_watch_add(pid, on_exit_of_command, running);
}

static void
say_environment(void)
{
	printf("UMOCKDEV_DIR=%s\nLD_PRELOAD=%s\n", getenv("UMOCKDEV_DIR"), preload_value());
	fflush(stdout);
}

/* What is not there yet: a seal that has been used has it already. */
static void
install(const struct board *board, const char *path)
{
	FILE *file = fopen(path, "re");

	if (file == NULL)
		err(EXIT_SYSTEM, "cannot read '%s'", path);
	if (board->flash[BOARD_SLOTS] == 0xff && fread(board->flash + BOARD_SLOTS, 1, IMAGE_SLOT, file) == 0)
		err(EXIT_SYSTEM, "cannot read '%s'", path);
	fclose(file);
}

static void
prepare_slots(struct board *board, const struct options *o)
{
	if (o->install != NULL)
		install(board, o->install);
	board->keys = o->keys;
	if (o->key_count == IMAGE_KEYS)
		board->port.slots = &board->slots;
}

/* The flash is the same for either, and erased when it is new. */
static void
start_device(struct device *device, struct running *running, const struct options *o)
{
	static struct board board;

	board.stand = (struct stand){.picture = o->display, .hand = o->hand};
	if (!board_open(&board, o->flash, o->serial))
		err(EXIT_SYSTEM, "cannot use '%s' as flash", o->flash);
	board.port.echo_deadline = o->deadline;
	if (o->battery != 0)
		board.battery = o->battery;
	prepare_slots(&board, o);
	running->emulator.stand = &board.stand;
	if (o->image == NULL)
		process_start(device, &board);
	else if (!emulator_start(&running->emulator, device, o->image, o->flash, o->serial, o->deadline))
		err(EXIT_SYSTEM, "cannot start '%s'", o->image);
}

static void
plug(struct running *running, const struct options *o)
{
	running->way = o->redir ? REDIRECTED : o->socket ? ON_SOCKET : ON_BUS;
	if (o->socket && !socket_plug(&running->socket, &running->device, o->socket))
		err(EXIT_SYSTEM, "cannot listen on '%s'", o->socket);
	if (running->way == ON_BUS && !usb_plug(&running->usb, &running->device))
		errx(EXIT_SYSTEM, "cannot make a bus: umockdev refused");
	if (o->redir != NULL && !redir_plug(&running->redir, &running->device, o->serial, o->redir))
		err(EXIT_SYSTEM, "cannot listen on '%s'", o->redir);
}

static void
unplug(struct running *running)
{
	if (running->way == REDIRECTED)
		redir_unplug(&running->redir);
	else if (running->way == ON_SOCKET)
		socket_unplug(&running->socket);
	else
		usb_unplug(&running->usb);
}

int
main(int argc, char **argv)
{
	static struct running running;
	struct options o = read_options(argc, argv);

	if (o.trace != NULL && !trace_to(o.trace))
		err(EXIT_SYSTEM, "cannot write '%s'", o.trace);
	start_device(&running.device, &running, &o);
	running.loop = g_main_loop_new(NULL, FALSE);
	plug(&running, &o);
	g_timeout_add(TICK, on_tick, &running);
	g_unix_signal_add(SIGTERM, on_signal, &running);
	g_unix_signal_add(SIGINT, on_signal, &running);
	if (o.command != NULL)
		start_command(&running, o.command);
	else if (running.way == ON_BUS)
		say_environment();
	g_main_loop_run(running.loop);
	unplug(&running);
	emulator_stop(&running.emulator);
	g_main_loop_unref(running.loop);
	return running.status;
}
