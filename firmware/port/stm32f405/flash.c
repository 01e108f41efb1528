#include "flash.h"

#include "registers.h"

enum { ACR = 0x40023c00, KEYR = 0x40023c04, SR = 0x40023c0c, CR = 0x40023c10 };

enum {
	FAILED = 0xf2, /* SR: operation, protection, alignment, parallelism, sequence */
	PROGRAM = 1 << 0, ERASE = 1 << 1, SECTOR_SHIFT = 3, BY_WORD = 2 << 8, START = 1 << 16, /* CR */
	CACHES = 1 << 9 | 1 << 10, RESET_CACHES = 1 << 11 | 1 << 12, /* ACR */
};

#define BUSY (1u << 16)	  /* SR */
#define LOCKED (1u << 31) /* CR */
#define KEY1 0x45670123u
#define KEY2 0xcdef89abu

/* Four small sectors, a middling one, then large ones; 0 for what is nobody's but the boot stage's. */
static uint32_t
sector_of(uint32_t address)
{
	uint32_t offset = address - FLASH_BEGIN, sector = 0;

	if (offset < 4 * FLASH_SMALL_SECTOR)
		sector = offset / FLASH_SMALL_SECTOR;
	else if (offset >= FLASH_SECTOR && offset < FLASH_SIZE)
		sector = offset / FLASH_SECTOR + 4;
	return sector >= FLASH_SECTOR_FIRST && address % 4 == 0 ? sector : 0;
}

static bool
finish(void)
{
	bool done;

	while (register_has(SR, BUSY))
		;
	done = (register_get(SR) & FAILED) == 0;
	register_set(SR, FAILED);
	register_set(CR, LOCKED);
	return done;
}

static void
unlock(void)
{
	while (register_has(SR, BUSY))
		;
	if (register_has(CR, LOCKED)) {
		register_set(KEYR, KEY1);
		register_set(KEYR, KEY2);
	}
	register_set(SR, FAILED);
}

bool
flash_program_word(uint32_t address, uint32_t word)
{
	if (sector_of(address) == 0)
		return false;
	unlock();
	register_set(CR, PROGRAM | BY_WORD);
	register_set(address, word);
	return finish();
}

/* The caches may hold what was there (3.5.4 of the reference manual, and the errata). */
bool
flash_erase_sector(uint32_t address)
{
	uint32_t sector = sector_of(address);
	bool done;

	if (sector == 0)
		return false;
	unlock();
	register_set(CR, ERASE | BY_WORD | sector << SECTOR_SHIFT);
	register_change(CR, 0, START);
	done = finish();
	register_change(ACR, CACHES, 0);
	register_change(ACR, 0, RESET_CACHES);
	register_change(ACR, RESET_CACHES, CACHES);
	return done;
}
