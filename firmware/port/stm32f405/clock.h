/*
 * Clocks (RM0090, 7): 168 MHz for the processor and 48 MHz for USB and chance, from a crystal of 8 MHz; milliseconds since power-on from the processor's own
 * counter. A crystal that does not swing, or stops, halts the seal.
 */
#ifndef STM32F405_CLOCK_H
#define STM32F405_CLOCK_H

#include <stdint.h>

enum { CLOCK_PROCESSOR = 168000000 };

void clock_start(void);
uint64_t clock_milliseconds(void);
void clock_tick(void); /* the SysTick interrupt */

#endif
