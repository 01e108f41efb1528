#include "battery.h"

#include "pins.h"
#include "registers.h"

enum { APB2ENR = 0x40023844, ADC1_CLOCK = 1 << 8, ADC1 = 0x40012000, SR = ADC1, CR2 = ADC1 + 0x08, SMPR1 = ADC1 + 0x0c, SMPR2 = ADC1 + 0x10, SQR1 = ADC1 + 0x2c,
       SQR3 = ADC1 + 0x34, DR = ADC1 + 0x4c, CCR = ADC1 + 0x304 };
enum { ON = 1 << 0, START = 1 << 30, DONE = 1 << 1, REFERENCE_ON = 1 << 23, BY_4 = 1 << 16, SLOWEST_17 = 7 << 21, SLOWEST_0 = 7 };
enum { CHANNEL_BATTERY = 0, CHANNEL_REFERENCE = 17, REFERENCE_MILLIVOLTS = 1210, DIVIDER = 2, PATIENCE = 100000 };

void
battery_start(void)
{
	pin_analog(PIN_BATTERY);
	register_change(APB2ENR, 0, ADC1_CLOCK);
	register_set(CCR, REFERENCE_ON | BY_4);
	register_set(SMPR1, SLOWEST_17);
	register_set(SMPR2, SLOWEST_0);
	register_set(SQR1, 0); /* one conversion */
	register_set(CR2, ON);
}

/* 0 when none comes. */
static uint32_t
convert(unsigned channel)
{
	register_set(SQR3, channel);
	register_set(SR, 0);
	register_set(CR2, ON | START);
	for (unsigned tries = 0; tries < PATIENCE; tries++)
		if (register_has(SR, DONE))
			return register_get(DR) & 0xfff;
	return 0;
}

uint32_t
battery_millivolts(void)
{
	uint32_t reference = convert(CHANNEL_REFERENCE);

	return reference == 0 ? 0 : convert(CHANNEL_BATTERY) * REFERENCE_MILLIVOLTS * DIVIDER / reference;
}
