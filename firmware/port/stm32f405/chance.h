/* The random number generator (RM0090, 24). Without entropy it does not return: the seal halts, and its watchdog starts it anew. */
#ifndef STM32F405_CHANCE_H
#define STM32F405_CHANCE_H

#include <stddef.h>
#include <stdint.h>

void chance_start(void);
void chance_fill(uint8_t *out, size_t len);

#endif
