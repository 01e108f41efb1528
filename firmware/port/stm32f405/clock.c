#include "clock.h"

#include "arm/board.h"
#include "registers.h"

enum { RCC_CR = 0x40023800, RCC_PLLCFGR = 0x40023804, RCC_CFGR = 0x40023808, FLASH_ACR = 0x40023c00, PATIENCE = 1000000 };

#define SYSTICK_CONTROL 0xe000e010u

enum {
	CRYSTAL_ON = 1 << 16, CRYSTAL_READY = 1 << 17, WATCH_CRYSTAL = 1 << 19, PLL_ON = 1 << 24, PLL_READY = 1 << 25, /* RCC_CR */
	PLL_BY_8 = 8, PLL_TIMES_336 = 336 << 6, PLL_HALF = 0 << 16, PLL_OF_CRYSTAL = 1 << 22, PLL_USB_BY_7 = 7 << 24,	/* RCC_PLLCFGR */
	PLL_DRIVES = 2, PLL_DRIVES_NOW = 2 << 2, BUS1_BY_4 = 5 << 10, BUS2_BY_2 = 4 << 13,				/* RCC_CFGR */
	WAIT_5 = 5, PREFETCH = 1 << 8, CACHE_CODE = 1 << 9, CACHE_DATA = 1 << 10,					/* FLASH_ACR, for 168 MHz at 2.7 to 3.6 V */
	SYSTICK_ON = 1 << 0 | 1 << 1 | 1 << 2,
};

static volatile uint32_t ticks;

static void
await(uint32_t address, uint32_t bits)
{
	for (unsigned tries = 0; !register_has(address, bits); tries++)
		if (tries == PATIENCE)
			board_halt();
}

void
clock_start(void)
{
	register_change(RCC_CR, 0, CRYSTAL_ON);
	await(RCC_CR, CRYSTAL_READY);
	register_set(RCC_PLLCFGR, PLL_BY_8 | PLL_TIMES_336 | PLL_HALF | PLL_OF_CRYSTAL | PLL_USB_BY_7);
	register_change(RCC_CR, 0, PLL_ON | WATCH_CRYSTAL);
	await(RCC_CR, PLL_READY);
	register_set(FLASH_ACR, WAIT_5 | PREFETCH | CACHE_CODE | CACHE_DATA);
	register_set(RCC_CFGR, BUS1_BY_4 | BUS2_BY_2 | PLL_DRIVES);
	await(RCC_CFGR, PLL_DRIVES_NOW);
	register_set(SYSTICK_CONTROL + 4, CLOCK_PROCESSOR / 1000 - 1);
	register_set(SYSTICK_CONTROL + 8, 0);
	register_set(SYSTICK_CONTROL, SYSTICK_ON);
}

void
clock_tick(void)
{
	ticks = ticks + 1;
}

/* The interrupt counts 32 bits; asked more often than they run over, this counts on. */
uint64_t
clock_milliseconds(void)
{
	static uint64_t now;

	now += (uint32_t)(ticks - (uint32_t)now);
	return now;
}
