/* The seal in an emulated MPS2: the core between a UART and a stand (board.h). */
#include "arm/images.h"
#include "board.h"
#include "core/cable.h"
#include "uart.h"

enum { PATIENCE = 1000 }; /* looks at an empty cable before resting: the next byte of a frame comes soon */

static struct port port;
static struct seal seal;
static struct cable cable;

static void
serve(uint8_t byte)
{
	struct span input = span_of(&byte, 1);

	while (input.len > 0)
		uart_put(UART_CABLE, cable.bytes, cable_feed(&cable, &seal, &input, cable.bytes));
}

static void
serve_all(void)
{
	uint8_t byte;

	for (unsigned empty = 0; empty < PATIENCE; empty++)
		if (uart_get(&byte, UART_CABLE)) {
			serve(byte);
			empty = 0;
		}
}

int
main(void)
{
	board_start(&port);
	seal_boot(&seal, &port);
	for (;;) {
		serve_all();
		seal_tick(&seal);
		if (seal.update.restart)
			images_restart();
		if (board_unplugged())
			cable_unplugged(&cable, &seal);
		board_rest();
	}
}
