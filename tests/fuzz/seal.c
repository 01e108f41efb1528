/*
 * Bytes on the cable of a blank seal and of an enrolled one, with time passing: nothing moves the coil but a granted press,
 * and nothing here is one; what was kept reads the same at the next power-on.
 *
 * libFuzzer: -max_len=8192 -entropic=0
 */
#include "core/cable.h"

enum { AREA = 16 * 1024 };

#include "quickcrypto.h"
#include "sealboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The two seals as they are at first, made once. */
struct start {
	struct seal seal;
	uint8_t flash[2 * AREA]; /* of the journal */
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

static void
begin(struct seal *seal, bool enrolled)
{
	static struct start starts[2];
	static bool prepared;

	if (!prepared) {
		prepare(&starts[0], false);
		prepare(&starts[1], true);
		prepared = true;
	}
	*seal = starts[enrolled].seal;
	memcpy(flash, starts[enrolled].flash, sizeof(starts[enrolled].flash));
	if (written > 2 * AREA) {
		memset(flash + 2 * AREA, 0xff, sizeof(flash) - 2 * AREA);
		written = 0;
	}
	drawn = starts[enrolled].drawn;
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
	begin(&seal, data[0] % 2 == 1);
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
