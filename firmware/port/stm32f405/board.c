#include "board.h"

#include "arm/images.h"
#include "arm/start.h"
#include "battery.h"
#include "chance.h"
#include "clock.h"
#include "coil.h"
#include "fence.h"
#include "flash.h"
#include "panel.h"
#include "pins.h"
#include "registers.h"
#include "watchdog.h"
#include "wire/text.h"

extern const uint8_t flash[], slot[]; /* memory.ld */

enum { UNIQUE_ID = 0x1fff7a10, UNIQUE_WORDS = 3, PANEL_EVERY = 1000, BATTERY_ARMING = 3400, BATTERY_LEAST = 3100 };

extern handler on_systick;

void
on_systick(void)
{
	clock_tick();
}

/* ---- flash ---- */

static bool
board_program(void *context, uint32_t at, const uint8_t word[FLASH_WORD])
{
	uint32_t half[2];

	(void)context;
	memcpy(half, word, FLASH_WORD);
	for (uint32_t i = 0; i < 2; i++)
		if (!flash_program_word((uint32_t)flash + at + 4 * i, half[i]))
			return false;
	return true;
}

static bool
board_erase(void *context, uint32_t at)
{
	(void)context;
	watchdog_feed();
	return flash_erase_sector((uint32_t)flash + at);
}

/* ---- locks, sensors, display ---- */

static void
board_arm(void *context, bool on)
{
	(void)context;
	coil_supply(on);
}

static void
board_fire(void *context, bool on)
{
	(void)context;
	coil_gate(on);
}

static void
board_die(void *context, bool on)
{
	(void)context;
	coil_die(on);
}

static bool
board_pressed(void *context)
{
	(void)context;
	return !pin_is_high(PIN_PRESS);
}

/* A loop that is cut reads high, as one that was never closed. */
static bool
board_tampered(void *context)
{
	(void)context;
	return pin_is_high(PIN_TAMPER);
}

static uint32_t
board_battery(void *context)
{
	(void)context;
	return battery_millivolts();
}

static void
board_show(void *context, const struct display *display)
{
	(void)context;
	panel_show(display);
}

static uint64_t
board_now(void *context)
{
	(void)context;
	return clock_milliseconds();
}

static void
board_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	chance_fill(out, len);
}

/* ---- start, rounds, end ---- */

/* The chip's unique number (RM0090, 39.1), in hexadecimal. */
static const char *
serial(void)
{
	static char text[2 * 4 * UNIQUE_WORDS + 1];

	text_put_hex(text, memory_at(UNIQUE_ID), 4 * UNIQUE_WORDS);
	return text;
}

void
board_start(struct port *port)
{
	fence_start((uint32_t)slot);
	watchdog_start();
	pins_start();
	coil_start();
	pin_input(PIN_PRESS, PULL_UP);
	pin_input(PIN_TAMPER, PULL_UP);
	clock_start();
	chance_start();
	battery_start();
	panel_start();
	*port = (struct port){
		.serial = serial(),
		.flash = flash,
		.flash_area = FLASH_SECTOR,
		.flash_page = FLASH_SECTOR,
		.echo_deadline = 3000,
		.battery_arming = BATTERY_ARMING,
		.battery_least = BATTERY_LEAST,
		.program = board_program,
		.erase = board_erase,
		.arm = board_arm,
		.fire = board_fire,
		.die = board_die,
		.pressed = board_pressed,
		.tampered = board_tampered,
		.battery = board_battery,
		.show = board_show,
		.now = board_now,
		.random = board_random,
	};
	images_find(port);
}

void
board_keep(void)
{
	static uint64_t kept;
	uint64_t at = clock_milliseconds();

	watchdog_feed();
	panel_step();
	if (at - kept < PANEL_EVERY)
		return;
	kept = at;
	panel_keep();
}

/* The watchdog runs on and resets into a locked seal. */
_Noreturn void
board_halt(void)
{
	coil_supply(false);
	coil_gate(false);
	coil_die(false);
	for (;;)
		;
}
