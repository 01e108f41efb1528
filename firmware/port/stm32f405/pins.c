#include "pins.h"

#include "registers.h"

enum { GPIO = 0x40020000, PORT_APART = 0x400, MODE = 0x00, SPEED = 0x08, PULL = 0x0c, IN = 0x10, SET_RESET = 0x18, FUNCTION = 0x20, AHB1ENR = 0x40023830 };
enum { MODE_INPUT, MODE_OUTPUT, MODE_FUNCTION, MODE_ANALOG };

static uint32_t
port_of(struct pin pin)
{
	return GPIO + (uint32_t)(pin.port - 'A') * PORT_APART;
}

static void
set_field(uint32_t address, unsigned index, unsigned width, uint32_t value)
{
	register_change(address, ((1u << width) - 1) << (index * width), value << (index * width));
}

void
pins_start(void)
{
	register_change(AHB1ENR, 0, 0x7);
	(void)register_get(AHB1ENR); /* two cycles pass before the port answers (2.2 of the errata, ES0182) */
}

void
pin_input(struct pin pin, enum pin_pull pull)
{
	set_field(port_of(pin) + PULL, pin.number, 2, pull);
	set_field(port_of(pin) + MODE, pin.number, 2, MODE_INPUT);
}

void
pin_output(struct pin pin)
{
	pin_set(pin, false);
	set_field(port_of(pin) + MODE, pin.number, 2, MODE_OUTPUT);
}

void
pin_function(struct pin pin, unsigned function)
{
	set_field(port_of(pin) + FUNCTION + pin.number / 8 * 4, pin.number % 8, 4, function);
	set_field(port_of(pin) + SPEED, pin.number, 2, 2);
	set_field(port_of(pin) + MODE, pin.number, 2, MODE_FUNCTION);
}

void
pin_analog(struct pin pin)
{
	set_field(port_of(pin) + PULL, pin.number, 2, PULL_NONE);
	set_field(port_of(pin) + MODE, pin.number, 2, MODE_ANALOG);
}

void
pin_set(struct pin pin, bool high)
{
	register_set(port_of(pin) + SET_RESET, 1u << (pin.number + (high ? 0 : 16)));
}

bool
pin_is_high(struct pin pin)
{
	return register_has(port_of(pin) + IN, 1u << pin.number);
}
