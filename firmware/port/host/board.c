#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATTERY_FULL = 4000, BATTERY_ARMING = 3400, BATTERY_LEAST = 3100 }; /* millivolts, of one lithium cell */
enum { HAND_DOWN = 150, HAND_UP = 100, SCALE = 8, PICTURE_SIDE = DISPLAY_SIDE * SCALE }; /* milliseconds; pixels */

static uint64_t
now(void *board)
{
	struct timespec t;

	(void)board;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- flash ---- */

/* Programming only clears bits, as in real flash. */
static bool
flash_program(void *context, uint32_t at, const uint8_t word[FLASH_WORD])
{
	struct board *board = context;

	for (unsigned i = 0; i < FLASH_WORD; i++)
		board->flash[at + i] &= word[i];
	return true;
}

static bool
flash_erase(void *context, uint32_t at)
{
	struct board *board = context;

	memset(board->flash + at, 0xff, BOARD_PAGE);
	return true;
}

/* ---- coils, battery, hand, display ---- */

static void
follow_coil(struct board *board)
{
	bool energised = board->arm && board->fire;

	if (board->coil != energised)
		board->coil_since = now(board);
	board->coil = energised;
}

static void
arm(void *context, bool on)
{
	struct board *board = context;

	board->arm = on;
	follow_coil(board);
}

static void
fire(void *context, bool on)
{
	struct board *board = context;

	board->fire = on;
	follow_coil(board);
}

static void
die(void *context, bool on)
{
	struct board *board = context;

	board->die = on;
}

static uint32_t
battery(void *board)
{
	(void)board;
	return BATTERY_FULL;
}

/* The hand presses when the lock gives way; the stamp comes up a moment after the coil has let go. */
static bool
pressed(void *context)
{
	struct board *board = context;
	uint64_t since = now(board) - board->coil_since;

	if (!board->hand || board->coil_since == 0)
		return false;
	return board->coil ? since >= HAND_DOWN : since < HAND_UP;
}

static bool
tampered(void *board)
{
	(void)board;
	return false;
}

static bool
write_picture(FILE *f, const struct display *display)
{
	uint8_t line[PICTURE_SIDE];

	fprintf(f, "P5\n%d %d\n255\n", PICTURE_SIDE, PICTURE_SIDE);
	for (int y = 0; y < PICTURE_SIDE; y++) {
		for (int x = 0; x < PICTURE_SIDE; x++)
			line[x] = display->lit && display->dark[y / SCALE][x / SCALE] ? 0 : 255;
		fwrite(line, 1, sizeof(line), f);
	}
	return ferror(f) == 0;
}

static void
show(void *context, const struct display *display)
{
	struct board *board = context;
	char temporary[4096];
	bool written;
	FILE *f;

	if (board->picture == NULL)
		return;
	snprintf(temporary, sizeof(temporary), "%s.new", board->picture);
	if ((f = fopen(temporary, "wb")) == NULL)
		return;
	written = write_picture(f, display);
	if (fclose(f) == 0 && written)
		rename(temporary, board->picture);
}

static void
fill_random(void *board, uint8_t *out, size_t len)
{
	(void)board;
	wire_random(out, len);
}

/* ---- opening ---- */

static bool
map_flash(struct board *board, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || (st.st_size != 0 && st.st_size != BOARD_FLASH)) {
		errno = errno ? errno : EINVAL;
		return false;
	}
	if (ftruncate(fd, BOARD_FLASH) != 0)
		return false;
	board->flash = mmap(NULL, BOARD_FLASH, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board->flash == MAP_FAILED)
		return false;
	if (st.st_size == 0)
		memset(board->flash, 0xff, BOARD_FLASH);
	return true;
}

bool
board_open(struct board *board, const char *flash_file, const char *serial)
{
	int fd = open(flash_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	bool mapped;

	if (fd < 0)
		return false;
	errno = 0;
	mapped = map_flash(board, fd);
	close(fd);
	if (!mapped)
		return false;
	board->port = (struct port){
		.board = board,
		.serial = serial,
		.flash = board->flash,
		.flash_area = FLASH_AREA_MIN,
		.flash_page = BOARD_PAGE,
		.echo_deadline = 3000,
		.battery_arming = BATTERY_ARMING,
		.battery_least = BATTERY_LEAST,
		.program = flash_program,
		.erase = flash_erase,
		.arm = arm,
		.fire = fire,
		.die = die,
		.battery = battery,
		.pressed = pressed,
		.tampered = tampered,
		.show = show,
		.now = now,
		.random = fill_random,
	};
	return true;
}
