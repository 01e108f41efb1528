/*
 * Bytes on the cable of a blank seal and of an enrolled one, with time passing: nothing moves the coil but a granted press,
 * and nothing here is one; what was kept reads the same at the next power-on.
 */
#include "core/cable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 2048, FLASH = 2 * FLASH_AREA_MIN };

static uint8_t flash[FLASH];
static uint64_t clock_ms, counter;

static void
flash_read(void *board, void *out, uint32_t at, size_t len)
{
	(void)board;
	memcpy(out, flash + at, len);
}

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
coil(void *board, bool energised)
{
	(void)board;
	if (energised)
		__builtin_trap();
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

static const struct port port = {NULL, "FUZZ", FLASH, PAGE, 3000, flash_read, flash_program, flash_erase, coil, no, no, show, now, fill};

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
	if (seal.memory.broken || seal.state != DEVICE_LOCKED)
		__builtin_trap();
	return 0;
}
