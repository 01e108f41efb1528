/*
 * The peripherals of an STM32F405 are words at addresses (RM0090, 2.3). Drivers reach them through these calls only, so that the host's tests can be the chip
 * (tests/unit/otg.c, tests/unit/stm32f405.c).
 */
#ifndef STM32F405_REGISTERS_H
#define STM32F405_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint32_t register_get(uint32_t address);
void register_set(uint32_t address, uint32_t value);

static inline void
register_change(uint32_t address, uint32_t clear, uint32_t set)
{
	register_set(address, (register_get(address) & ~clear) | set);
}

static inline bool
register_has(uint32_t address, uint32_t bits)
{
	return (register_get(address) & bits) == bits;
}

/* What lies in memory there: flash. */
const uint8_t *memory_at(uint32_t address);

#endif
