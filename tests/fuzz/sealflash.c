/*
 * Whatever stands in a seal's journal, with the right checksums or with an octet altered behind their back: it boots, ends locked, moves nothing, answers, and
 * reads the same at the next power-on. Input: altered octet's place (2) and mask (1), then records: type (1), length (2), payload.
 */
#include "core/cable.h"
#include "core/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PAGE = 2048, AREA = 8192, FLASH = 2 * AREA + 2 * TABLE_MAX };

static uint8_t flash[FLASH];

static bool
program(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)board;
	memcpy(flash + at, word, FLASH_WORD);
	return true;
}

static bool
erase(void *board, uint32_t at)
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

static bool
no(void *board)
{
	(void)board;
	return false;
}

static uint32_t
battery(void *board)
{
	(void)board;
	return 4000;
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
	return 0;
}

static void
fill(void *board, uint8_t *out, size_t len)
{
	(void)board;
	memset(out, 7, len);
}

static const struct port port = {NULL, "FUZZ", flash, AREA, PAGE, 3000, 3400, 3100, program, erase, energise, energise, energise,
	no, no, battery, show, now, fill};

static bool
write_records(void *context, struct journal *to)
{
	struct span *rest = context;
	uint32_t at;

	while (rest->len >= 3 && rest->data[0] != 0) {
		uint8_t type = rest->data[0];
		size_t len = get16(rest->data + 1);

		*rest = span_skip(*rest, 3);
		len = len < rest->len ? len : rest->len;
		if (journal_append(&at, to, type, span_of(rest->data, len), (struct span){0}) != JOURNAL_DONE)
			break;
		*rest = span_skip(*rest, len);
	}
	return true;
}

static void
ask_everything(struct seal *seal)
{
	static const enum frame_type questions[] = {FRAME_HELLO, FRAME_CERTIFICATE, FRAME_STATUS, FRAME_BEGIN, FRAME_OPEN, FRAME_CLOSE};
	uint8_t out[FRAME_MAX], counter[8];

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		seal_answer(seal, &(struct frame){questions[i], (struct span){0}}, out);
	put64(counter, seal->memory.counter);
	seal_answer(seal, &(struct frame){FRAME_RECEIPT, span_of(counter, 8)}, out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal seal, again;
	struct journal journal = {.port = &port, .base = AREA};
	struct span rest;

	if (size < 3)
		return 0;
	rest = span_of(data + 3, size - 3);
	memset(flash, 0xff, sizeof(flash));
	if (!journal_rewrite(&journal, write_records, &rest))
		return 0;
	flash[get16(data) % AREA] ^= data[2];
	seal_boot(&seal, &port);
	if (seal.state != DEVICE_LOCKED)
		__builtin_trap();
	ask_everything(&seal);
	seal_boot(&again, &port);
	if (again.state != DEVICE_LOCKED || memory_health(&again.memory) != memory_health(&seal.memory) || again.memory.counter < seal.memory.counter)
		__builtin_trap();
	return 0;
}
