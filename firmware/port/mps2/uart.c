#include "uart.h"

struct registers {
	volatile uint32_t data, state, control, interrupt, divider;
};

enum {
	STATE_FULL_OUT = 1 << 0,
	STATE_FULL_IN = 1 << 1,
	CONTROL_OUT = 1 << 0,
	CONTROL_IN = 1 << 1,
	CONTROL_INTERRUPT_IN = 1 << 3,
	INTERRUPT_IN = 1 << 1,
	DIVIDER_LEAST = 16,
};

static struct registers *
registers_of(enum uart uart)
{
	return (struct registers *)(uart == UART_CABLE ? 0x40004000 : 0x40005000);
}

void
uart_start(enum uart uart)
{
	registers_of(uart)->divider = DIVIDER_LEAST;
	registers_of(uart)->control = CONTROL_OUT | CONTROL_IN | CONTROL_INTERRUPT_IN;
}

bool
uart_get(uint8_t *byte, enum uart uart)
{
	struct registers *r = registers_of(uart);

	if (!(r->state & STATE_FULL_IN))
		return false;
	r->interrupt = INTERRUPT_IN;
	*byte = (uint8_t)r->data;
	return true;
}

void
uart_put(enum uart uart, const uint8_t *bytes, size_t len)
{
	struct registers *r = registers_of(uart);

	for (; len > 0; len--) {
		while (r->state & STATE_FULL_OUT)
			;
		r->data = *bytes++;
	}
}
