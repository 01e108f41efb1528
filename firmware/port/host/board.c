#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator.h"

enum { BATTERY_FULL = 4000, BATTERY_ARMING = 3400, BATTERY_LEAST = 3100 }; /* millivolts, of one lithium cell */

static uint64_t
now(void *board)
{
	(void)board;
	return stand_now();
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

/* ---- images ---- */

static uint8_t *
place(const struct board *board, const uint8_t *at)
{
	return board->flash + (at - board->flash);
}

static bool
slots_program(void *context, const uint8_t *at, const uint8_t word[SLOT_WORD])
{
	for (unsigned i = 0; i < SLOT_WORD; i++)
		place(context, at)[i] &= word[i];
	return true;
}

static bool
slots_erase(void *context, const uint8_t *at)
{
	memset(place(context, at), 0xff, BOARD_PAGE);
	return true;
}

static void
find_slots(struct board *board)
{
	board->slots = (struct slots){
		.board = board,
		.name = "host",
		.keys = &board->keys,
		.slot = {board->flash + BOARD_SLOTS, board->flash + BOARD_SLOTS + IMAGE_SLOT},
		.address = {BOARD_ADDRESS + BOARD_SLOTS, BOARD_ADDRESS + BOARD_SLOTS + IMAGE_SLOT},
		.page = BOARD_PAGE,
		.log = {board->flash + BOARD_LOG, board->flash + BOARD_LOG + BOARD_PAGE},
		.log_size = BOARD_PAGE,
		.program = slots_program,
		.erase = slots_erase,
	};
}

bool
board_boot(struct board *board)
{
	int which = slots_choose(&board->slots);

	board->port.slots = &board->slots;
	board->port.running = which == 1;
	return which >= 0;
}

/* ---- what is round it ---- */

static void
arm(void *context, bool on)
{
	struct board *board = context;

	board->arm = on;
	stand_coil(&board->stand, board->arm && board->fire);
}

static void
fire(void *context, bool on)
{
	struct board *board = context;

	board->fire = on;
	stand_coil(&board->stand, board->arm && board->fire);
}

static void
die(void *context, bool on)
{
	struct board *board = context;

	board->die = on;
}

static uint32_t
battery(void *context)
{
	return ((struct board *)context)->battery;
}

static bool
pressed(void *context)
{
	return stand_pressed(&((struct board *)context)->stand);
}

static bool
tampered(void *board)
{
	(void)board;
	return false;
}

static void
show(void *context, const struct display *display)
{
	stand_show(&((struct board *)context)->stand, display);
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

	if (fstat(fd, &st) != 0 || (st.st_size != 0 && st.st_size != BOARD_MEMORY && st.st_size != BOARD_FLASH && st.st_size != EMULATOR_MEMORY)) {
		errno = errno ? errno : EINVAL;
		return false;
	}
	if (st.st_size < BOARD_FLASH && ftruncate(fd, BOARD_FLASH) != 0)
		return false;
	board->flash = mmap(NULL, BOARD_FLASH, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (board->flash == MAP_FAILED)
		return false;
	if (st.st_size < BOARD_FLASH)
		memset(board->flash + st.st_size, 0xff, (size_t)(BOARD_FLASH - st.st_size));
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
	find_slots(board);
	board->battery = BATTERY_FULL;
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
