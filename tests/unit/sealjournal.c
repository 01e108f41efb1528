/* The journal: pages of another version, room, wear, nothing erased while armed, damage. */
#include "sealbench.h"

#include "core/records.h"

static struct bench ready, bench;
static unsigned erased[BENCH_FLASH_MAX / BENCH_PAGE]; /* how often */

static bool
count_erasure(void *board, uint32_t at)
{
	erased[at / BENCH_PAGE]++;
	return bench_erase(board, at);
}

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	bench.port.erase = count_erasure;
	memset(erased, 0, sizeof(erased));
	return &bench;
}

static unsigned
erasures(void)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < sizeof(erased) / sizeof(erased[0]); i++)
		sum += erased[i];
	return sum;
}

/* ---- another version ---- */

static uint32_t
crc32_of(const uint8_t *bytes, size_t len)
{
	uint32_t crc = ~UINT32_C(0x5ea15ea1);

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

/* A page as firmware of version 2 would begin it: locked, said so, and not one bit of flash is touched. */
static void
check_version(uint32_t page)
{
	static uint8_t before[BENCH_FLASH_MAX];
	struct bench *b = fresh();
	uint8_t *head = b->flash + page;

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	head[0] = 'J';
	head[1] = JOURNAL_VERSION + 1;
	put16(head + 2, 7);
	put32(head + 4, crc32_of(head, 4));
	memcpy(before, b->flash, sizeof(before));
	bench_boot(b);
	CHECK_EQUAL(b->seal.reason, WIRE_UNKNOWN_MEMORY);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_UNKNOWN_MEMORY);
	CHECK_EQUAL(bench_tell(b, FRAME_TABLE, SPAN_LITERAL("\0\0\0\0text")), WIRE_OUT_OF_ORDER);
	bench_boot(b);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(memcmp(before, b->flash, sizeof(before)) == 0);
	CHECK_EQUAL(erasures(), 0);
}

static void
test_version(void)
{
	check_version(0);
	check_version(5 * JOURNAL_PAGE);
	check_version(BENCH_AREA);
}

/* Only a whole head says that it is of another version: a damaged one is damage. */
static void
test_damaged_version(void)
{
	struct bench *b = fresh();

	b->flash[b->seal.memory.journal.base + 1] ^= 4;
	bench_boot(b);
	CHECK_EQUAL(b->seal.reason, WIRE_FLASH);
}

/* ---- wear and room ---- */

static struct forgery
numbered(char seq[21], unsigned i)
{
	text_put_number(seq, 10 + i);
	return (struct forgery){{{STATE, KEY_SEQ, seq}}, 0};
}

/* Thousands of boots and sessions: no page is erased much more often than another. */
static void
test_wear(void)
{
	enum { PAGES = 2 * BENCH_AREA / BENCH_PAGE };
	unsigned least = UINT32_MAX, most = 0;
	struct bench *b = fresh();
	char all[21];

	for (unsigned i = 0; i < 3000; i++) {
		text_put_number(all, b->seal.memory.counter);
		CHECK_EQUAL(receipts_acknowledge(&b->seal.memory, b->seal.memory.counter, NULL), WIRE_OK);
		bench_boot(b);
	}
	for (unsigned i = 0; i < PAGES; i++) {
		least = erased[i] < least ? erased[i] : least;
		most = erased[i] > most ? erased[i] : most;
	}
	CHECK(least > 2 && most <= 2 * least + 2);
	printf("3000 boots: %u to %u erasures of a page\n", least, most);
}

/* However full the journal is: the room for a session is made before it, and in it nothing is erased. */
static void
test_nothing_erased_armed(void)
{
	char seq[21];
	unsigned moved = 0, at_arming;

	for (uint32_t left = 200; left < 16000 && test_result() == 0; left += 500) {
		struct bench *b = fresh();
		struct forgery forgery = numbered(seq, left);

		for (int64_t time = BENCH_TIME_SECONDS + 1; b->seal.memory.journal.at < BENCH_AREA - left; time++)
			CHECK_EQUAL(memory_raise_floors(&b->seal.memory, time, 0, false), WIRE_OK);
		CHECK_EQUAL(bench_open(b, &forgery), WIRE_OK);
		at_arming = erasures();
		moved += at_arming > 0;
		CHECK_EQUAL(bench_press(b), WIRE_OK);
		CHECK_EQUAL(bench_press(b), WIRE_OK);
		CHECK_EQUAL(erasures(), at_arming);
		CHECK_EQUAL(b->strokes, 2);
		CHECK_EQUAL(bench_press(b), WIRE_USED_UP);
		CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);
	}
	CHECK(moved > 3);
}

/* Photos of earlier presses may be filed in a session, but not in the room of its own presses. */
static void
test_full_while_armed(void)
{
	struct bench *b = fresh();
	uint8_t question[40] = {0};
	uint64_t press;

	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	press = b->seal.memory.counter;
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_SEQ, "11"}, {SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
	for (int64_t time = BENCH_TIME_SECONDS + 1; memory_has_room_for_presses(&b->seal.memory, 2); time++)
		CHECK_EQUAL(memory_raise_floors(&b->seal.memory, time, 0, false), WIRE_OK);
	put64(question, press);
	CHECK_EQUAL(bench_tell(b, FRAME_PHOTO, span_of(question, 40)), WIRE_FULL);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(erasures(), 0);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PHOTO, span_of(question, 40)), WIRE_OK);
}

/* Flash that refuses a word: locked, nothing opened, what is there can be read. */
static bool
refuse_word(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)board;
	(void)at;
	(void)word;
	return false;
}

static bool
forget_word(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)board;
	(void)at;
	(void)word;
	return true; /* and nothing is programmed */
}

static void
test_failing_flash(void)
{
	bool (*const failures[])(void *, uint32_t, const uint8_t *) = {refuse_word, forget_word};

	for (int i = 0; i < 2; i++) {
		struct bench *b = fresh();

		CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
		CHECK_EQUAL(bench_echo(b), WIRE_OK);
		b->port.program = failures[i];
		CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_FLASH);
		CHECK(b->strokes == 0 && !b->coil && !b->arm);
		CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_FLASH);
		CHECK(bench_receipt(b, b->seal.memory.counter) != NULL);
	}
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_version();
	test_damaged_version();
	test_wear();
	test_nothing_erased_armed();
	test_full_while_armed();
	test_failing_flash();
	return test_result();
}
