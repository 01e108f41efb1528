/* Where images lie: behind the journal and the tables, in what is a file; they run there as well. */
#include "arm/images.h"
#include "board.h"

extern uint8_t flash[]; /* memory.ld */

static bool
program(void *board, const uint8_t *at, const uint8_t word[SLOT_WORD])
{
	uint8_t *place = flash + (at - flash);

	(void)board;
	for (unsigned i = 0; i < SLOT_WORD; i++)
		place[i] &= word[i];
	return true;
}

static bool
erase(void *board, const uint8_t *at)
{
	(void)board;
	memset(flash + (at - flash), 0xff, MPS2_PAGE);
	return true;
}

void
board_slots(struct slots *slots)
{
	*slots = (struct slots){
		.slot = {flash + MPS2_SLOTS, flash + MPS2_SLOTS + IMAGE_SLOT},
		.address = {(uint32_t)(uintptr_t)flash + MPS2_SLOTS, (uint32_t)(uintptr_t)flash + MPS2_SLOTS + IMAGE_SLOT},
		.page = MPS2_PAGE,
		.log = {flash + MPS2_LOG, flash + MPS2_LOG + MPS2_PAGE},
		.log_size = MPS2_PAGE,
		.program = program,
		.erase = erase,
	};
}
