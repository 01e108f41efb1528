#include "board.h"

#include "arm/images.h"
#include "arm/start.h"
#include "semihosting.h"
#include "uart.h"
#include "wire/text.h"

extern uint8_t flash[MPS2_FLASH]; /* memory.ld */

struct systick {
	volatile uint32_t control, reload, value;
};
struct fpgaio { /* Arm DAI 0385D, 4.6 */
	volatile uint32_t led, unused, button, unused2, hertz, hertz100, counter, prescale;
};

enum { CLOCK = 25000000, SYSTICK_ON = 1 << 0 | 1 << 1 | 1 << 2, INTERRUPTS_IN = 1 << 0 | 1 << 2 };
enum { BATTERY_FULL = 4000, BATTERY_ARMING = 3400, BATTERY_LEAST = 3100 }; /* millivolts */

static struct systick *const systick = (struct systick *)0xe000e010;
static volatile uint32_t *const interrupt_enable = (volatile uint32_t *)0xe000e100;
static struct fpgaio *const fpgaio = (struct fpgaio *)0x40028000;

static struct {
	char words[64];
	bool stamp_down, open, unplugged, arm, fire, coil;
	uint64_t now;
} board;

/* ---- interrupts: they wake who rests ---- */

extern handler on_systick, on_cable, on_stand;

void
on_systick(void)
{
}

/* Who reads the byte clears the cause. */
void
on_cable(void)
{
	interrupt_enable[0x80 / 4] = 1 << 0;
}

void
on_stand(void)
{
	interrupt_enable[0x80 / 4] = 1 << 2;
}

const struct {
	handler *cable_in, *cable_out, *stand_in, *stand_out;
} interrupts __attribute__((section(".interrupts"), used)) = {on_cable, board_halt, on_stand, board_halt};

/* ---- the stand ---- */

static void
listen(void)
{
	uint8_t word;

	while (uart_get(&word, UART_STAND)) {
		if (word == 'P' || word == 'p')
			board.stamp_down = word == 'P';
		else if (word == 'T' || word == 't')
			board.open = word == 'T';
		else if (word == 'U')
			board.unplugged = true;
	}
}

static void
follow_coil(void)
{
	bool energised = board.arm && board.fire;

	if (board.coil != energised)
		uart_put(UART_STAND, (const uint8_t *)(energised ? "C" : "c"), 1);
	board.coil = energised;
}

static void
arm(void *context, bool on)
{
	(void)context;
	board.arm = on;
	follow_coil();
}

static void
fire(void *context, bool on)
{
	(void)context;
	board.fire = on;
	follow_coil();
}

static void
die(void *context, bool on)
{
	(void)context;
	uart_put(UART_STAND, (const uint8_t *)(on ? "X" : "x"), 1);
}

static uint32_t
battery(void *context)
{
	(void)context;
	return BATTERY_FULL;
}

static bool
pressed(void *context)
{
	(void)context;
	listen();
	return board.stamp_down;
}

static bool
tampered(void *context)
{
	(void)context;
	listen();
	return board.open;
}

static void
show(void *context, const struct display *display)
{
	uint8_t bytes[1 + (DISPLAY_SIDE * DISPLAY_SIDE + 7) / 8] = {'D'};
	unsigned n = 8;

	(void)context;
	if (!display->lit) {
		uart_put(UART_STAND, (const uint8_t *)"d", 1);
		return;
	}
	for (unsigned row = 0; row < DISPLAY_SIDE; row++)
		for (unsigned column = 0; column < DISPLAY_SIDE; column++, n++)
			if (display->dark[row][column])
				bytes[n / 8] |= (uint8_t)(0x80 >> n % 8);
	uart_put(UART_STAND, bytes, sizeof(bytes));
}

bool
board_unplugged(void)
{
	bool unplugged;

	listen();
	unplugged = board.unplugged;
	board.unplugged = false;
	return unplugged;
}

/* ---- flash, time, chance ---- */

static bool
flash_program(void *context, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)context;
	for (unsigned i = 0; i < FLASH_WORD; i++)
		flash[at + i] &= word[i];
	return true;
}

static bool
flash_erase(void *context, uint32_t at)
{
	(void)context;
	memset(flash + at, 0xff, MPS2_PAGE);
	return true;
}

/* The counter has 32 bits and is read more often than it runs over. */
static uint64_t
now(void *context)
{
	(void)context;
	board.now += (uint32_t)(fpgaio->counter - (uint32_t)board.now);
	return board.now;
}

static void
fill_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	wire_random(out, len);
}

/* ---- start, rest, end ---- */

/* "SERIAL MILLISECONDS"; what is missing is as in the product. */
static void
read_words(struct port *port)
{
	uint64_t deadline;
	char *blank;

	port->serial = "MPS2-0001";
	if (!semihosting_words(board.words, sizeof(board.words)) || board.words[0] == '\0')
		return;
	port->serial = board.words;
	if ((blank = strchr(board.words, ' ')) == NULL)
		return;
	*blank = '\0';
	if (text_get_number(&deadline, span_text(blank + 1)))
		port->echo_deadline = (uint32_t)deadline;
}

void
board_start(struct port *port)
{
	fpgaio->prescale = CLOCK / 1000 - 1;
	fpgaio->counter = 0;
	systick->reload = CLOCK / 1000 - 1;
	systick->control = SYSTICK_ON;
	uart_start(UART_CABLE);
	uart_start(UART_STAND);
	*port = (struct port){
		.flash = flash,
		.flash_area = FLASH_AREA_MIN,
		.flash_page = MPS2_PAGE,
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
	read_words(port);
	images_find(port);
}

void
board_rest(void)
{
	*interrupt_enable = INTERRUPTS_IN;
	__asm__ volatile("wfi");
}

_Noreturn void
board_halt(void)
{
	uart_put(UART_STAND, (const uint8_t *)"c", 1);
	semihosting_exit(70);
}
