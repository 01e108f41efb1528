/* A board of RAM for images: two slots and what is remembered of them, and power that can go in any operation. For tests/unit/slots.c and update.c. */
#ifndef TESTS_UNIT_SLOTBENCH_H
#define TESTS_UNIT_SLOTBENCH_H

#include <setjmp.h>

#include "core/slots.h"

#include "test.h"

enum { SLOTBENCH_LOG = 64 /* four records */, SLOTBENCH_PAGE = IMAGE_SLOT / 4, SLOTBENCH_CODE = 64 };

struct slotbench {
	struct slots slots;
	struct image_keys keys;
	uint8_t slot[SLOTS][IMAGE_SLOT], log[SLOTS][SLOTBENCH_LOG];
	unsigned operations, cut_at; /* flash operations; the power goes in the one numbered cut_at (from 1), 0: never */
	unsigned how;		     /* much of it is done then: 0 nothing, 1 all, else some bits */
	jmp_buf dark;
};

static inline uint8_t
slotbench_done(const struct slotbench *b, unsigned i)
{
	static const uint8_t some[] = {0xff, 0x0f, 0xa5, 0x00, 0x80, 0xff, 0x01, 0x3c};

	return b->how == 0 ? 0 : b->how == 1 ? 0xff : some[(i + b->how) % sizeof(some)];
}

static inline uint8_t *
slotbench_place(struct slotbench *b, const uint8_t *at)
{
	return (uint8_t *)b + (at - (const uint8_t *)b);
}

static inline bool
slotbench_program(void *board, const uint8_t *at, const uint8_t word[SLOT_WORD])
{
	struct slotbench *b = board;
	bool cut = ++b->operations == b->cut_at;
	uint8_t *place = slotbench_place(b, at);

	for (unsigned i = 0; i < SLOT_WORD; i++) {
		CHECK(place[i] == 0xff);
		place[i] &= (uint8_t)(word[i] | (cut ? ~slotbench_done(b, i) : 0));
	}
	if (cut)
		longjmp(b->dark, 1);
	return true;
}

static inline bool
slotbench_erase(void *board, const uint8_t *at)
{
	struct slotbench *b = board;
	bool cut = ++b->operations == b->cut_at;
	bool of_log = at >= b->log[0] && at < b->log[0] + sizeof(b->log);
	uint8_t *place = slotbench_place(b, at);

	for (unsigned i = 0; i < (of_log ? SLOTBENCH_LOG : SLOTBENCH_PAGE); i++)
		place[i] |= cut ? slotbench_done(b, i) : 0xff;
	if (cut)
		longjmp(b->dark, 1);
	return true;
}

static inline void
slotbench_seed(uint8_t seed[ED25519_SEED_SIZE], unsigned key)
{
	memset(seed, (int)key + 1, ED25519_SEED_SIZE);
}

/* Connects the seam; needed again after it has been copied. */
static inline void
slotbench_wire(struct slotbench *b)
{
	b->slots = (struct slots){b, "bench", &b->keys, {b->slot[0], b->slot[1]}, {0x08020000, 0x08040000}, SLOTBENCH_PAGE, {b->log[0], b->log[1]},
		SLOTBENCH_LOG, slotbench_program, slotbench_erase};
}

static inline void
slotbench_new(struct slotbench *b)
{
	uint8_t seed[ED25519_SEED_SIZE];

	memset(b, 0xff, sizeof(*b));
	b->operations = b->cut_at = 0;
	for (unsigned key = 0; key < IMAGE_KEYS; key++) {
		slotbench_seed(seed, key);
		wire_ed25519_point(b->keys.point[key], seed);
	}
	slotbench_wire(b);
}

/* An image for that slot, signed by two. */
static inline void
slotbench_image(uint8_t out[IMAGE_HEAD + SLOTBENCH_CODE], const char *board, uint32_t version, unsigned which)
{
	struct image image = {.version = version, .address = which == 0 ? 0x08020000 : 0x08040000, .code = span_of(out + IMAGE_HEAD, SLOTBENCH_CODE)};
	uint8_t seed[ED25519_SEED_SIZE], signature[ED25519_SIGNATURE_SIZE];

	strcpy(image.board, board);
	memset(out + IMAGE_HEAD, (int)version, SLOTBENCH_CODE);
	CHECK(image_write_head(out, &image));
	for (unsigned key = 0; key < IMAGE_SIGNERS; key++) {
		slotbench_seed(seed, key);
		wire_ed25519_sign(signature, span_of(out, IMAGE_SIGNED), seed);
		image_sign(out, key, signature);
	}
}

/* Puts it there by other means than an update. */
static inline void
slotbench_put(struct slotbench *b, const char *board, uint32_t version, unsigned which)
{
	memset(b->slot[which], 0xff, IMAGE_SLOT);
	slotbench_image(b->slot[which], board, version, which);
}

#endif
