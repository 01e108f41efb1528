#include "registers.h"

uint32_t
register_get(uint32_t address)
{
	return *(volatile uint32_t *)address;
}

void
register_set(uint32_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

const uint8_t *
memory_at(uint32_t address)
{
	return (const uint8_t *)address;
}
