#include "coil.h"

#include "pins.h"
#include "registers.h"

enum { APB1ENR = 0x40023840, TIM3_CLOCK = 1 << 1, TIM3 = 0x40000400, CR1 = TIM3, CCMR1 = TIM3 + 0x18, CCER = TIM3 + 0x20, PERIOD = TIM3 + 0x2c, COMPARE1 = TIM3 + 0x34 };
enum { COUNT = 1 << 0, PWM1 = 6 << 4, OUTPUT1 = 1 << 0, FUNCTION_TIM3 = 2, PERIOD_20KHZ = 84000000 / 20000 };

void
coil_start(void)
{
	pin_output(PIN_COIL_GATE);
	pin_output(PIN_DIE_GATE);
	pin_output(PIN_COIL_PUMP);
	register_change(APB1ENR, 0, TIM3_CLOCK);
	register_set(CR1, 0);
	register_set(PERIOD, PERIOD_20KHZ - 1);
	register_set(COMPARE1, PERIOD_20KHZ / 2);
	register_set(CCMR1, PWM1);
	register_set(CCER, OUTPUT1);
}

/* Off, the pin is no longer the timer's, and low. */
void
coil_supply(bool on)
{
	if (on)
		pin_function(PIN_COIL_PUMP, FUNCTION_TIM3);
	else
		pin_output(PIN_COIL_PUMP);
	register_set(CR1, on ? COUNT : 0);
}

void
coil_gate(bool on)
{
	pin_set(PIN_COIL_GATE, on);
}

void
coil_die(bool on)
{
	pin_set(PIN_DIE_GATE, on);
}
