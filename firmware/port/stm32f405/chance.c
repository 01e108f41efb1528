#include "chance.h"

#include <string.h>

#include "arm/board.h"
#include "registers.h"

enum { AHB2ENR = 0x40023834, RNG_CLOCK = 1 << 6, CR = 0x50060800, SR = 0x50060804, DR = 0x50060808 };
enum { ON = 1 << 2, READY = 1 << 0, CLOCK_WRONG = 1 << 1, SEED_WRONG = 1 << 2, PATIENCE = 100000 };

static uint32_t last;

/* Two equal words, one after the other, are no chance (24.3, after FIPS 140-2). */
static uint32_t
draw(void)
{
	uint32_t word;

	for (unsigned tries = 0; !register_has(SR, READY); tries++)
		if (tries == PATIENCE || (register_get(SR) & (CLOCK_WRONG | SEED_WRONG)) != 0)
			board_halt();
	if ((register_get(SR) & (CLOCK_WRONG | SEED_WRONG)) != 0)
		board_halt();
	word = register_get(DR);
	if (word == last)
		board_halt();
	return last = word;
}

/* The first word after switching on is only there to be compared with. */
void
chance_start(void)
{
	register_change(AHB2ENR, 0, RNG_CLOCK);
	register_set(CR, ON);
	draw();
}

void
chance_fill(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i += sizeof(uint32_t)) {
		uint32_t word = draw();

		memcpy(out + i, &word, len - i < sizeof(word) ? len - i : sizeof(word));
	}
}
