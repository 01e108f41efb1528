/*
 * Bytes on the cable of a blank seal and of an enrolled one, with time passing: nothing moves the coil but a granted press,
 * and nothing here is one; what was kept reads the same at the next power-on.
 */
#include "core/cable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 2048, AREA = 16 * 1024, FLASH = 2 * AREA + 2 * TABLE_MAX };

static uint8_t flash[FLASH];
static uint64_t clock_ms, counter;

static bool
flash_program(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)board;
	memcpy(flash + at, word, FLASH_WORD);
	return true;
}

static bool
flash_erase(void *board, uint32_t at)
{
	(void)board;
	memset(flash + at, 0xff, PAGE);
	return true;
}

static void
energise(void *board, bool on)
{
	(void)board;
	if (on)
		__builtin_trap();
}

static uint32_t
battery(void *board)
{
	(void)board;
	return 4000;
}

static bool
no(void *board)
{
	(void)board;
	return false;
}

static void
show(void *board, const struct display *display)
{
	(void)board;
	if (display->lit)
		__builtin_trap();
}

static uint64_t
now(void *board)
{
	(void)board;
	return clock_ms;
}

static void
fill(void *board, uint8_t *out, size_t len)
{
	(void)board;
	while (len-- > 0)
		*out++ = (uint8_t)(++counter * 167);
}

static const struct port port = {NULL, "FUZZ", flash, AREA, PAGE, 3000, 3400, 3100, flash_program, flash_erase, energise, energise, energise,
	no, no, battery, show, now, fill};

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
	clock_ms = counter = 0;
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
