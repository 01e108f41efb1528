#include "fence.h"

#include "registers.h"

enum { CONTROL = 0x94, REGION = 0x9c, ON = 1 << 0, ELSE_AS_EVER = 1 << 2 }; /* of SYSTEM */
enum { NUMBERED = 1 << 4, ENABLED = 1 << 0, K128 = 16 << 1, M1 = 19 << 1, CACHED = 1 << 17, SHARED = 1 << 18, READ = 6 << 24, WRITE = 3 << 24, NEVER_EXECUTED = 1 << 28 };

#define SYSTEM 0xe000ed00u

/* Where regions overlap, the higher number counts. Memory is of the kind that it is without them. */
static const uint32_t regions[] = {
	0x20000000 | NUMBERED | 0, ENABLED | K128 | CACHED | SHARED | WRITE | NEVER_EXECUTED,
	0x08000000 | NUMBERED | 1, ENABLED | M1 | CACHED | WRITE | NEVER_EXECUTED,
	0x00000000 | NUMBERED | 2, ENABLED | M1 | NEVER_EXECUTED,
	NUMBERED | 3, ENABLED | K128 | CACHED | READ, /* the slot */
};
enum { WORDS = sizeof(regions) / sizeof(regions[0]), SLOT = WORDS - 2 };

/* The registers of a region are there four times, one pair behind the other. */
void
fence_start(uint32_t slot)
{
	for (uint32_t i = 0; i < WORDS; i++)
		register_set(SYSTEM + REGION + 4 * i, regions[i] + (i == SLOT ? slot : 0));
	register_set(SYSTEM + CONTROL, ON | ELSE_AS_EVER);
}
