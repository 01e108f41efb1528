/* A board of RAM whose clock stands still until told, and whose flash can lose power at any operation. For tests/unit/sealbench.h. */
#ifndef TESTS_UNIT_SEALBOARD_H
#define TESTS_UNIT_SEALBOARD_H

#include <setjmp.h>
#include <stdlib.h>

#include "core/cable.h"

#include "test.h"

/* tests/run says SOAK=1 when there is time. */
static inline bool
is_soak(void)
{
	const char *soak = getenv("SOAK");

	return soak != NULL && strcmp(soak, "1") == 0;
}

#ifndef BENCH_AREA
#define BENCH_AREA FLASH_AREA_MIN
#endif

enum { BENCH_PAGE = 2048, BENCH_FLASH_MAX = 2 * BENCH_AREA + 2 * TABLE_MAX };

enum { BENCH_BATTERY_FULL = 4000, BENCH_BATTERY_ARMING = 3400, BENCH_BATTERY_LEAST = 3100 };

struct bench {
	struct seal seal;
	struct port port;
	uint8_t flash[BENCH_FLASH_MAX];
	uint64_t now;
	uint64_t random;
	bool arm, fire, coil, die, stamp_down, tampered;
	uint32_t battery;
	unsigned strokes; /* how often the coil was energised, over all boots */
	struct display shown;

	unsigned operations, cut_at; /* flash operations; the power goes in the one numbered cut_at (from 1), 0: never */
	jmp_buf dark;
};

static inline uint64_t
bench_random(struct bench *b)
{
	b->random ^= b->random << 13; /* xorshift: the same in every run */
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

static inline void
bench_fill(void *board, uint8_t *out, size_t len)
{
	while (len-- > 0)
		*out++ = (uint8_t)(bench_random(board) >> 24);
}

/* A cut leaves some of the bits of one word programmed, perhaps none, perhaps all. */
static inline bool
bench_program(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	struct bench *b = board;
	bool cut = ++b->operations == b->cut_at;
	uint64_t how = cut ? bench_random(b) % 4 : 0, old, new;

	memcpy(&old, b->flash + at, FLASH_WORD);
	memcpy(&new, word, FLASH_WORD);
	CHECK(old == UINT64_MAX);
	if (!cut)
		memcpy(b->flash + at, &new, FLASH_WORD);
	for (unsigned i = 0; cut && i < FLASH_WORD; i++) {
		uint8_t skipped = how == 0 ? 0 : how == 1 ? 0xff : (uint8_t)(bench_random(b) >> 16);

		b->flash[at + i] &= word[i] | skipped;
	}
	if (cut)
		longjmp(b->dark, 1);
	return true;
}

static inline bool
bench_erase(void *board, uint32_t at)
{
	struct bench *b = board;
	bool cut = ++b->operations == b->cut_at;
	uint64_t how = bench_random(b) % 4;

	for (unsigned i = 0; i < BENCH_PAGE; i++)
		b->flash[at + i] |= !cut || how == 0 ? 0xff : how == 1 ? 0 : (uint8_t)(bench_random(b) >> 16);
	if (cut)
		longjmp(b->dark, 1);
	return true;
}

static inline void
bench_coil(struct bench *b)
{
	b->strokes += b->arm && b->fire && !b->coil;
	b->coil = b->arm && b->fire;
}

static inline void
bench_arm(void *board, bool on)
{
	struct bench *b = board;

	b->arm = on;
	bench_coil(b);
}

static inline void
bench_fire(void *board, bool on)
{
	struct bench *b = board;

	b->fire = on;
	bench_coil(b);
}

static inline void
bench_die(void *board, bool on)
{
	((struct bench *)board)->die = on;
}

static inline uint32_t
bench_battery(void *board)
{
	return ((struct bench *)board)->battery;
}

static inline bool
bench_pressed(void *board)
{
	return ((struct bench *)board)->stamp_down;
}

static inline bool
bench_tampered(void *board)
{
	return ((struct bench *)board)->tampered;
}

static inline void
bench_show(void *board, const struct display *display)
{
	((struct bench *)board)->shown = *display;
}

static inline uint64_t
bench_now(void *board)
{
	return ((struct bench *)board)->now;
}

/* Connects the board's seam; needed again after a bench has been copied. */
static inline void
bench_wire(struct bench *b, uint32_t flash_area)
{
	b->port = (struct port){b, "TEST-1", b->flash, flash_area, BENCH_PAGE, 3000, BENCH_BATTERY_ARMING, BENCH_BATTERY_LEAST, bench_program,
		bench_erase, bench_arm, bench_fire, bench_die, bench_pressed, bench_tampered, bench_battery, bench_show, bench_now, bench_fill, NULL, 0};
	b->seal.port = b->seal.memory.journal.port = &b->port;
	if (memory_has_table(&b->seal.memory)) {
		const struct table_record *t = &b->seal.memory.table_record;

		CHECK_EQUAL(table_read(&b->seal.memory.table, memory_slot(&b->seal.memory, t->slot, t->len)), WIRE_OK);
	}
}

static inline void
bench_boot(struct bench *b)
{
	b->arm = b->fire = b->coil = b->die = false; /* no power held them */
	b->now = 0;
	seal_boot(&b->seal, b->seal.port);
}

static inline void
bench_new(struct bench *b, uint32_t flash_area)
{
	memset(b, 0, sizeof(*b));
	memset(b->flash, 0xff, sizeof(b->flash));
	b->random = 0x9e3779b97f4a7c15;
	b->battery = BENCH_BATTERY_FULL;
	bench_wire(b, flash_area);
	bench_boot(b);
}

static inline void
bench_copy(struct bench *b, const struct bench *from)
{
	*b = *from;
	bench_wire(b, from->port.flash_area);
}

#endif
