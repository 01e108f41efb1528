#include "panel.h"

#include "pins.h"
#include "registers.h"

enum { APB2ENR = 0x40023844, SPI1_CLOCK = 1 << 12, SPI1 = 0x40013000, CR1 = SPI1, SR = SPI1 + 0x08, DR = SPI1 + 0x0c, FUNCTION_SPI1 = 5 };
enum { MASTER = 1 << 2, BY_64 = 5 << 3, ON = 1 << 6, LOWEST_FIRST = 1 << 7, SELECTED = 3 << 8, ROOM = 1 << 1, BUSY = 1 << 7 }; /* 84 MHz by 64; the panel takes 2 */
enum { WRITE = 1 << 0, INVERT = 1 << 1, CLEAR = 1 << 2, WIDTH = 400, HEIGHT = 240, LINE = WIDTH / 8, SCALE = 7, TOP = (HEIGHT - DISPLAY_SIDE * SCALE) / 2,
       LEFT = (WIDTH - DISPLAY_SIDE * SCALE) / 2, LINES_A_STEP = 4, ROW = (DISPLAY_SIDE + 7) / 8 };

static struct {
	uint8_t dark[DISPLAY_SIDE][ROW]; /* by row, the first module lowest */
	int next;		     /* line to be sent; HEIGHT: all are */
	uint8_t inverted;
} panel;

static void
put(uint8_t byte)
{
	while (!register_has(SR, ROOM))
		;
	register_set(DR, byte);
}

/* The whole last byte is out before the panel is deselected. */
static void
select(bool on)
{
	while (!on && register_has(SR, BUSY))
		;
	pin_set(PIN_DISPLAY_CS, on);
}

static void
command(uint8_t word)
{
	select(true);
	put((uint8_t)(word | panel.inverted));
	put(0);
	select(false);
}

void
panel_start(void)
{
	pin_output(PIN_DISPLAY_CS);
	pin_function(PIN_DISPLAY_CLOCK, FUNCTION_SPI1);
	pin_function(PIN_DISPLAY_DATA, FUNCTION_SPI1);
	register_change(APB2ENR, 0, SPI1_CLOCK);
	panel.next = HEIGHT;
	register_set(CR1, MASTER | BY_64 | LOWEST_FIRST | SELECTED | ON);
	command(CLEAR);
}

static bool
is_dark(int x, int y)
{
	if (x < LEFT || y < TOP || x >= LEFT + DISPLAY_SIDE * SCALE || y >= TOP + DISPLAY_SIDE * SCALE)
		return false;
	x = (x - LEFT) / SCALE;
	return panel.dark[(y - TOP) / SCALE][x / 8] >> x % 8 & 1;
}

/* White is 1. */
static void
put_line(int y)
{
	put((uint8_t)(y + 1));
	for (int x = 0; x < WIDTH; x += 8) {
		unsigned byte = 0;

		for (int bit = 0; bit < 8; bit++)
			byte |= (unsigned)!is_dark(x + bit, y) << bit;
		put((uint8_t)byte);
	}
	put(0);
}

void
panel_show(const struct display *display)
{
	memset(panel.dark, 0, sizeof(panel.dark));
	for (int y = 0; y < DISPLAY_SIDE; y++)
		for (int x = 0; x < DISPLAY_SIDE; x++)
			panel.dark[y][x / 8] |= (uint8_t)(display->dark[y][x] << x % 8);
	panel.next = display->lit ? 0 : HEIGHT;
	if (!display->lit)
		command(CLEAR);
}

void
panel_step(void)
{
	int end = panel.next + LINES_A_STEP;

	if (panel.next == HEIGHT)
		return;
	select(true);
	put((uint8_t)(WRITE | panel.inverted));
	while (panel.next < end && panel.next < HEIGHT)
		put_line(panel.next++);
	put(0);
	select(false);
}

void
panel_keep(void)
{
	panel.inverted ^= INVERT;
	command(0);
}
