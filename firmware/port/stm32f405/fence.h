/*
 * What the processor executes: the image in its slot (128 KiB from there), and nothing else. RAM, the seal's memory and the other slot hold what a host has sent; the copy of flash at
 * address 0 is nobody's. Whatever jumps there, or writes into the image, is in a fault and halts (ARMv7-M, B3.5).
 */
#ifndef STM32F405_FENCE_H
#define STM32F405_FENCE_H

#include <stdint.h>

void fence_start(uint32_t slot);

#endif
