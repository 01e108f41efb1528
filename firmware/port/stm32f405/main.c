/* The seal: the core between USB and its board. */
#include "arm/images.h"
#include "board.h"
#include "core/cable.h"
#include "otg.h"
#include "pins.h"
#include "registers.h"

enum { AHB2ENR = 0x40023834, USB_CLOCK = 1 << 7, FUNCTION_USB = 10 };

static struct port port;
static struct seal seal;
static struct cable cable;
static struct otg otg;

/* A host that does not read its answer is not served further, so that the answer may lie where the next request will; the seal's own clock goes on. */
static void
serve(void)
{
	struct span input = otg_unread(&otg);
	size_t len;

	if (otg_is_sending(&otg) || input.len == 0)
		return;
	len = cable_feed(&cable, &seal, &input, cable.bytes);
	otg_leave(&otg, input);
	otg_send(&otg, span_of(cable.bytes, len));
}

int
main(void)
{
	board_start(&port);
	seal_boot(&seal, &port);
	register_change(AHB2ENR, 0, USB_CLOCK);
	pin_function(PIN_USB_MINUS, FUNCTION_USB);
	pin_function(PIN_USB_PLUS, FUNCTION_USB);
	otg_start(&otg, port.serial);
	for (;;) {
		otg_poll(&otg);
		if (otg_was_lost(&otg))
			cable_unplugged(&cable, &seal);
		serve();
		seal_tick(&seal);
		if (seal.update.restart && !otg_is_sending(&otg))
			images_restart();
		board_keep();
	}
}
