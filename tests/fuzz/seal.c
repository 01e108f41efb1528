/*
 * Bytes on the cable of a blank seal and of an enrolled one, with time passing: nothing moves the coil but a granted press,
 * and nothing here is one; what was kept reads the same at the next power-on.
 *
 * libFuzzer: -max_len=8192 -entropic=0
 */
#include "core/cable.h"

enum { AREA = 16 * 1024 };

#include "quickcrypto.h"
#include "quickflash.h"
#include "sealboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The two seals as they are at first, made once. */
struct start {
	struct seal seal;
	uint8_t flash[FLASH];
	uint64_t drawn;
};

static void
prepare(struct start *start, bool enrolled)
{
	static const struct enrolment enrolment = {.epoch = 1, .seal = "S-1", .device = "d1", .administrator = "a"};

	memset(flash, 0xff, sizeof(flash));
	clock_ms = drawn = 0;
	seal_boot(&start->seal, &port);
	if (enrolled)
		memory_enrol(&start->seal.memory, &enrolment);
	memcpy(start->flash, flash, sizeof(start->flash));
	start->drawn = drawn;
}

static const struct start *
start_of(bool enrolled)
{
	static struct start starts[2];
	static bool prepared;

	if (!prepared) {
		prepare(&starts[0], false);
		prepare(&starts[1], true);
		prepared = true;
	}
	return &starts[enrolled];
}

/* Of the flash only what is not as it was then is made so again. */
static void
begin(struct seal *seal, const struct start *start)
{
	static const struct start *before;

	for (size_t page = 0; page < FLASH / PAGE; page++)
		if (touched[page] || start != before)
			memcpy(flash + page * PAGE, start->flash + page * PAGE, PAGE);
	memset(touched, 0, sizeof(touched));
	before = start;
	*seal = start->seal;
	drawn = start->drawn;
	clock_ms = 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal seal;
	static struct cable cable;
	uint8_t out[FRAME_MAX];
	struct span input;

	if (size == 0)
		return 0;
	input = span_skip(span_of(data, size), 1); /* the first octet chooses the seal */
	memset(&cable, 0, sizeof(cable));
	begin(&seal, start_of(data[0] % 2 == 1));
	while (input.len > 0) {
		cable_feed(&cable, &seal, &input, out);
		clock_ms += 100;
		seal_tick(&seal);
	}
	seal_boot(&seal, &port);
	if (memory_health(&seal.memory) != WIRE_OK || seal.state != DEVICE_LOCKED)
		__builtin_trap();
	return 0;
}
