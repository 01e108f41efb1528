/*
 * The boot stage: starts the image that two of the three keys in it have signed, and nothing else (core/slots.h). It is flashed once, protected against being written,
 * and never updated: all that it does is here.
 */
#include "arm/board.h"
#include "arm/images.h"
#include "arm/start.h"
#include "boot.h"

extern handler on_systick;

static volatile uint32_t *const vector_table = (volatile uint32_t *)0xe000ed08; /* VTOR (ARMv7-M, B3.2.5) */

/* Nobody starts the counter here. */
void
on_systick(void)
{
	board_halt();
}

static _Noreturn void
jump(const uint8_t *code)
{
	const uint32_t *vectors = (const void *)code;

	*vector_table = (uint32_t)(uintptr_t)vectors;
	__asm__ volatile("dsb\n\tisb\n\tmsr msp, %0\n\tbx %1" : : "r"(vectors[0]), "r"(vectors[1]) : "memory");
	__builtin_unreachable();
}

int
main(void)
{
	const struct slots *slots = images_slots();
	struct slots_state state;
	struct image image;
	int which;

	boot_start();
	if (slots == NULL || (which = slots_choose(slots)) < 0)
		board_halt();
	/* Once more: a single instruction that goes wrong starts nothing. */
	if (!slots_read(&state, slots) || slots_judge(&image, slots, &state, (unsigned)which) != WIRE_OK)
		board_halt();
	jump(image.code.data);
}
