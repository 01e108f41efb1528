/* Where images lie (memory.ld). */
#include "arm/images.h"
#include "flash.h"
#include "registers.h"
#include "watchdog.h"

enum { SLOT_A = 0x08020000, SLOT_B = 0x08040000, LOG_A = 0x08008000, LOG_B = 0x0800c000 };

static uint32_t
address_of(const uint8_t *at)
{
	return (uint32_t)(uintptr_t)at;
}

static bool
slot_program(void *board, const uint8_t *at, const uint8_t word[SLOT_WORD])
{
	uint32_t half[2];

	(void)board;
	memcpy(half, word, SLOT_WORD);
	return flash_program_word(address_of(at), half[0]) && flash_program_word(address_of(at) + 4, half[1]);
}

static bool
slot_erase(void *board, const uint8_t *at)
{
	(void)board;
	watchdog_feed();
	return flash_erase_sector(address_of(at));
}

void
board_slots(struct slots *slots)
{
	*slots = (struct slots){
		.slot = {memory_at(SLOT_A), memory_at(SLOT_B)},
		.address = {SLOT_A, SLOT_B},
		.page = IMAGE_SLOT,
		.log = {memory_at(LOG_A), memory_at(LOG_B)},
		.log_size = FLASH_SMALL_SECTOR,
		.program = slot_program,
		.erase = slot_erase,
	};
}
