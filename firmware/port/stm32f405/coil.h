/*
 * The locks' coils. Their supply is a charge pump that TIM3 drives with a square wave (RM0090, 18): no pin that is stuck, and no program that has stopped, keeps
 * it up. Each coil has a gate of its own behind it. The main lock gives way only to both.
 */
#ifndef STM32F405_COIL_H
#define STM32F405_COIL_H

#include <stdbool.h>

void coil_start(void);
void coil_supply(bool on);
void coil_gate(bool on);
void coil_die(bool on);

#endif
