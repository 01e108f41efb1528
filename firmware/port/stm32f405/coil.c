#include "coil.h"

#include "pins.h"
#include "registers.h"

enum { APB1ENR = 0x40023840, TIM3_CLOCK = 1 << 1, TIM3 = 0x40000400, CR1 = TIM3, CCMR1 = TIM3 + 0x18, CCER = TIM3 + 0x20, PERIOD = TIM3 + 0x2c, COMPARE1 = TIM3 + 0x34 };
enum { COUNT = 1 << 0, PWM1 = 6 << 4, OUTPUT1 = 1 << 0, FUNCTION_TIM3 = 2, PERIOD_20KHZ = 84000000 / 20000 };
enum { GATES_IN = 0x40020410, GATES = 1 << 1 | 1 << 2 }; /* what port B reads of the two gates */

static const struct pin gate = PIN_COIL_GATE, die_gate = PIN_DIE_GATE, pump = PIN_COIL_PUMP;

void
coil_start(void)
{
	pin_output(gate);
	pin_output(die_gate);
	pin_output(pump);
	register_change(APB1ENR, 0, TIM3_CLOCK);
	register_set(CR1, 0);
	register_set(PERIOD, PERIOD_20KHZ - 1);
	register_set(COMPARE1, PERIOD_20KHZ / 2);
	register_set(CCMR1, PWM1);
	register_set(CCER, OUTPUT1);
}

/* Off, the pin is no longer the timer's, and low. It stays so where a gate is open: that was left so by something gone wrong, and its lock would give way. */
void
coil_supply(bool on)
{
	on = on && (register_get(GATES_IN) & GATES) == 0;
	pin_output(pump);
	if (on)
		pin_function(pump, FUNCTION_TIM3);
	register_set(CR1, on ? COUNT : 0);
}

void
coil_gate(bool on)
{
	pin_set(gate, on);
}

void
coil_die(bool on)
{
	pin_set(die_gate, on);
}
