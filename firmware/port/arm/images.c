#include "images.h"

#include "start.h"

extern const uint8_t boot_stage[]; /* memory.ld */

static volatile uint32_t *const reset_control = (volatile uint32_t *)0xe000ed0c; /* AIRCR (ARMv7-M, B3.2.6) */

enum { RESET_REQUEST = 0x05fa0004 };

const struct slots *
images_slots(void)
{
	static struct slots slots;
	static char name[ID_MAX + 1];
	const struct boot_keys *keys = boot_keys_in(span_of(boot_stage, BOOT_KEYS_AT + sizeof(*keys)));

	if (keys == NULL)
		return NULL;
	memcpy(name, keys->board, sizeof(keys->board));
	board_slots(&slots);
	slots.name = name;
	slots.keys = &keys->keys;
	return &slots;
}

void
images_find(struct port *port)
{
	const struct slots *slots = images_slots();

	for (unsigned which = 0; slots != NULL && which < SLOTS; which++)
		if ((uintptr_t)&exceptions == slots->address[which] + IMAGE_HEAD) {
			port->slots = slots;
			port->running = which;
		}
}

_Noreturn void
images_restart(void)
{
	__asm__ volatile("dsb");
	*reset_control = RESET_REQUEST;
	for (;;)
		;
}
