/*
 * Bytes on the cable of a blank seal and of an enrolled one, with time passing: nothing moves the coil but a granted press,
 * and nothing here is one; what was kept reads the same at the next power-on.
 */
#include "core/cable.h"

enum { AREA = 16 * 1024 };

#include "sealboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal seal;
	static struct cable cable;
	static const struct enrolment enrolment = {.epoch = 1, .seal = "S-1", .device = "d1", .administrator = "a"};
	uint8_t out[FRAME_MAX];
	struct span input;

	if (size == 0)
		return 0;
	input = span_skip(span_of(data, size), 1); /* the first octet chooses the seal */
	memset(flash, 0xff, sizeof(flash));
	memset(&cable, 0, sizeof(cable));
	clock_ms = drawn = 0;
	seal_boot(&seal, &port);
	if (data[0] % 2 == 1)
		memory_enrol(&seal.memory, &enrolment);
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
