/*
 * The code on the display is known to nobody who does not look: of two seals that differ in their codes alone, everything that they say is the same up to
 * the echo. And what was seen once is of no use later.
 */
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
}

/* ---- what can be captured ---- */

struct capture {
	uint8_t bytes[256 * 1024];
	size_t len;
	uint8_t codes[16][NONCE_SIZE]; /* as the display showed them */
	unsigned count;
};

static uint8_t tilt; /* by which the codes of one seal differ from those of the other; nothing else does */

static void
tilted_random(void *board, uint8_t *out, size_t len)
{
	struct bench *b = board;

	bench_fill(board, out, len);
	if (seal_is_armed(&b->seal) && len == NONCE_SIZE)
		for (size_t i = 0; i < len; i++)
			out[i] ^= tilt;
}

static void
ask(struct capture *c, struct bench *b, enum frame_type type, struct span payload)
{
	struct answer answer;
	size_t len;

	bench_ask(&answer, b, type, payload);
	len = FRAME_HEAD + answer.frame.payload.len;
	CHECK(c->len + len <= sizeof(c->bytes));
	memcpy(c->bytes + c->len, answer.raw, len);
	c->len += len;
}

/* Everything that can be asked in any state. */
static void
ask_all(struct capture *c, struct bench *b)
{
	uint8_t question[40] = {0};

	ask(c, b, FRAME_HELLO, (struct span){0});
	ask(c, b, FRAME_CERTIFICATE, (struct span){0});
	ask(c, b, FRAME_STATUS, (struct span){0});
	for (uint64_t counter = 1; counter <= b->seal.memory.counter + 1; counter++) {
		put64(question, counter);
		ask(c, b, FRAME_RECEIPT, span_of(question, 8));
	}
	put64(question, b->seal.memory.counter); /* a photo's receipt repeats the code of its press */
	ask(c, b, FRAME_PHOTO, span_of(question, 40));
}

static void
note_code(struct capture *c, const struct bench *b)
{
	if (c->count == 0 || memcmp(c->codes[c->count - 1], b->seal.watch.code, NONCE_SIZE) != 0)
		memcpy(c->codes[c->count++], b->seal.watch.code, NONCE_SIZE);
}

static void
look_around(struct capture *c, struct bench *b, unsigned milliseconds)
{
	for (unsigned t = 0; t < milliseconds; t += 250) {
		note_code(c, b);
		ask_all(c, b);
		bench_wait(b, 250);
	}
}

static bool
contains(const struct capture *c, const void *bytes, size_t len)
{
	for (size_t at = 0; at + len <= c->len; at++)
		if (memcmp(c->bytes + at, bytes, len) == 0)
			return true;
	return false;
}

/* No four octets of a code, in no form in which it is written anywhere. */
static void
check_absent(const struct capture *c, const uint8_t code[NONCE_SIZE])
{
	for (size_t i = 0; i + 4 <= NONCE_SIZE; i++) {
		char hex[9];

		text_put_hex(hex, code + i, 4);
		CHECK(!contains(c, code + i, 4) && !contains(c, hex, 8));
		for (char *p = hex; *p != '\0'; p++)
			if (*p >= 'a')
				*p = (char)(*p - 'a' + 'A');
		CHECK(!contains(c, hex, 8));
	}
}

/* From power-on to the first echo. */
static void
capture_arming(struct capture *c, uint8_t by)
{
	struct bench *b = fresh();

	memset(c, 0, sizeof(*c));
	tilt = by;
	b->port.random = tilted_random;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	look_around(c, b, 2500);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
}

static void
test_arming(void)
{
	static struct capture a, b;

	capture_arming(&a, 0);
	capture_arming(&b, 0xa5);
	CHECK(a.count >= 2 && a.count == b.count);
	for (unsigned i = 0; i < a.count; i++) {
		CHECK(memcmp(a.codes[i], b.codes[i], NONCE_SIZE) != 0);
		check_absent(&a, a.codes[i]);
	}
	CHECK(a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0);
}

/* A press whose code nobody has echoed yet: its receipt would tell. */
static void
capture_press(struct capture *c, uint8_t by)
{
	static const struct forgery automatic = {{{SESSION, KEY_PHOTO_MODE, "automatic"}}, 0};
	struct bench *b = fresh();
	uint8_t before[NONCE_SIZE];

	memset(c, 0, sizeof(*c));
	tilt = by;
	b->port.random = tilted_random;
	CHECK_EQUAL(bench_open(b, &automatic), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	memcpy(before, b->seal.watch.code, NONCE_SIZE);
	while (memcmp(before, b->seal.watch.code, NONCE_SIZE) == 0)
		bench_wait(b, 10);
	b->stamp_down = true;
	seal_tick(&b->seal);
	b->stamp_down = false;
	seal_tick(&b->seal);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_PRESS);
	look_around(c, b, 2500); /* longer than a code stays: that of a press waits */
	CHECK_EQUAL(c->count, 1);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
}

static void
test_press(void)
{
	static struct capture a, b;
	struct answer answer;
	uint8_t question[8];

	capture_press(&a, 0);
	capture_press(&b, 0xa5);
	check_absent(&a, a.codes[0]);
	CHECK(a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0);
	CHECK_EQUAL(bench_tell(&bench, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER); /* locked by that */

	capture_press(&a, 0);
	put64(question, bench.seal.memory.counter);
	CHECK_EQUAL(bench_tell(&bench, FRAME_RECEIPT, span_of(question, 8)), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_echo(&bench), WIRE_OK);
	bench_ask(&answer, &bench, FRAME_RECEIPT, span_of(question, 8)); /* somebody has seen it */
	CHECK_EQUAL(answer.frame.type, FRAME_RECEIPT_IS);
	CHECK_EQUAL(bench_press(&bench), WIRE_OK);
}

/* In automatic mode a press whose code is not echoed is the last one, and locks. */
static void
test_press_not_seen(void)
{
	static struct capture c;

	capture_press(&c, 0);
	bench_wait(&bench, 1000);
	CHECK_EQUAL(bench.seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench.seal.reason, WIRE_TOO_LATE);
	CHECK_EQUAL(bench.strokes, 1);
}

/* In manual mode the code of a press passes as any other; the next press needs one that was seen. */
static void
test_manual(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(b->strokes, 2);
}

/* ---- what was recorded ---- */

/* Codes seen in an earlier session, each at its moment, in a seal that was only switched off and on in between. */
static void
test_recording(void)
{
	static uint8_t recorded[32][NONCE_SIZE];
	struct bench *b = fresh();
	unsigned count = 0;

	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
	for (; count < 32; count++) {
		memcpy(recorded[count], b->seal.watch.code, NONCE_SIZE);
		CHECK_EQUAL(bench_echo(b), WIRE_OK);
		bench_wait(b, 500);
	}
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	bench_boot(b);
	for (unsigned i = 0; i < count; i++) {
		CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_ECHO, span_of(recorded[i], NONCE_SIZE)), WIRE_WRONG_CODE);
		CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
		if (i % 8 == 7)
			receipts_acknowledge(&b->seal.memory, b->seal.memory.counter, NULL);
	}
	CHECK_EQUAL(b->strokes, 0);
}

/* Of this session too: only the latest code counts, and a code replaced longer ago than that locks. */
static void
test_late(void)
{
	struct bench *b = fresh();
	uint8_t first[NONCE_SIZE];

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	memcpy(first, b->seal.watch.code, NONCE_SIZE);
	for (int i = 0; i < 5; i++) {
		CHECK_EQUAL(bench_echo(b), WIRE_OK);
		bench_wait(b, 1000);
	}
	CHECK_EQUAL(bench_tell(b, FRAME_ECHO, span_of(first, NONCE_SIZE)), WIRE_WRONG_CODE);
}

/* Codes change after one to two seconds, at random, and the seal locks at its deadline. */
static void
test_intervals(void)
{
	unsigned shortest = UINT32_MAX, longest = 0;
	struct bench *b = fresh();
	uint8_t code[NONCE_SIZE];
	uint64_t since;

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	memcpy(code, b->seal.watch.code, NONCE_SIZE);
	since = b->now;
	for (int changes = 0; changes < 200;) {
		bench_echo(b);
		b->now++;
		seal_tick(&b->seal);
		if (memcmp(code, b->seal.watch.code, NONCE_SIZE) == 0)
			continue;
		shortest = b->now - since < shortest ? (unsigned)(b->now - since) : shortest;
		longest = b->now - since > longest ? (unsigned)(b->now - since) : longest;
		memcpy(code, b->seal.watch.code, NONCE_SIZE);
		since = b->now;
		changes++;
	}
	CHECK(shortest >= 1000 && longest <= 2000 && longest - shortest > 500);
	since = b->now;
	while (b->seal.state == DEVICE_ARMED) {
		b->now++;
		seal_tick(&b->seal);
	}
	CHECK(b->now - since <= 3000 + 2000); /* one change and one deadline after it left the picture */
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_arming();
	test_press();
	test_press_not_seen();
	test_manual();
	test_recording();
	test_late();
	test_intervals();
	return test_result();
}
