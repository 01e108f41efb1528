/*
 * Whatever stands in a seal's journal, with the right checksums or with an octet altered behind their back: it boots, ends locked, moves nothing, answers, and
 * reads the same at the next power-on. Input: altered octet's place (2) and mask (1), then records: type (1), length (2), payload.
 *
 * libFuzzer: -max_len=8192 -entropic=0
 */
#include "core/cable.h"
#include "core/records.h"

enum { AREA = 8192 };

#include "quickcrypto.h"
#include "quickflash.h"
#include "sealboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

/* Nothing of ours writes a head that its receipts do not lead up to; on such a one the next receipt finds no place, and the seal says that its flash is broken. */
static bool
counts_its_receipts(const struct memory *memory)
{
	return memory->counter == memory->acknowledged + memory->receipts;
}

static bool
reads_the_same(const struct memory *memory, const struct memory *again)
{
	if (memory_health(again) != memory_health(memory))
		return false;
	return again->counter >= memory->counter || !counts_its_receipts(memory);
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
	clock_ms = drawn = 0;
	if (!journal_rewrite(&journal, write_records, &rest))
		return 0;
	flash[get16(data) % AREA] ^= data[2];
	seal_boot(&seal, &port);
	if (seal.state != DEVICE_LOCKED)
		__builtin_trap();
	ask_everything(&seal);
	seal_boot(&again, &port);
	if (again.state != DEVICE_LOCKED || !reads_the_same(&seal.memory, &again.memory))
		__builtin_trap();
	return 0;
}
