/* An armed seal: the code that must be seen, coil, press sensor, tamper switch, cable. */
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
}

/* ---- the watch ---- */

static void
test_echo(void)
{
	struct bench *b = fresh();
	uint8_t old[NONCE_SIZE];

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	bench_wait(b, 2500);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED); /* not yet: 3 s from the first code */
	bench_wait(b, 600);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(b->seal.reason, WIRE_TOO_LATE);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_ECHO, SPAN_LITERAL("0123456789abcdef")), WIRE_WRONG_CODE);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER); /* not seen yet */
	CHECK_EQUAL(b->strokes, 0);

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	memcpy(old, b->seal.watch.code, NONCE_SIZE);
	while (memcmp(old, b->seal.watch.code, NONCE_SIZE) == 0)
		bench_wait(b, 10);
	CHECK_EQUAL(bench_tell(b, FRAME_ECHO, span_of(old, NONCE_SIZE)), WIRE_TOO_LATE); /* just replaced: no harm */
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	for (int i = 0; i < 40; i++) { /* who keeps looking stays */
		bench_wait(b, 500);
		CHECK_EQUAL(bench_echo(b), WIRE_OK);
	}
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
}

/* The code of a press does not open the next one; a new one must be seen. */
static void
test_code_of_press(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK(memcmp(bench_latest(b)->code, b->seal.watch.code, NONCE_SIZE) == 0); /* still there for the photo */
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(b->strokes, 1);
}

/* ---- coil, sensor, tamper switch ---- */

static void
test_press_timeout(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	CHECK(b->coil);
	CHECK_EQUAL(b->seal.state, DEVICE_STAMPING);
	bench_wait(b, SEAL_PRESS_TIMEOUT + 100);
	CHECK(!b->coil);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "3"}}, 0}), WIRE_TOO_MANY_PRESSES); /* it counts as used */
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

static void
test_sensor(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	b->stamp_down = true; /* bridged */
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(b->seal.reason, WIRE_SENSOR);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_TAMPER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SENSOR);
	CHECK_EQUAL(b->strokes, 0);
	b->stamp_down = false;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK(!b->coil);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK); /* given up: used, and a receipt says so */
	CHECK(!b->coil);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_TOO_MANY_PRESSES);
}

static void
test_tamper(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	b->tampered = true;
	seal_tick(&b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_TAMPER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_TAMPERED);
	b->tampered = false;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

/* ---- the cable ---- */

static void
test_cable(void)
{
	static struct cable cable;
	struct bench *b = fresh();
	uint8_t two[2 * FRAME_HEAD], out[FRAME_MAX];
	struct span rest;

	frame_write(two, FRAME_HEAD, FRAME_HELLO, (struct span){0});
	frame_write(two + FRAME_HEAD, FRAME_HEAD, FRAME_STATUS, (struct span){0});
	for (size_t i = 0; i < sizeof(two); i++) { /* byte by byte */
		rest = span_of(two + i, 1);
		CHECK_EQUAL(cable_feed(&cable, &b->seal, &rest, out) > 0, i % FRAME_HEAD == FRAME_HEAD - 1);
	}
	rest = span_of(two, sizeof(two)); /* both at once */
	CHECK(cable_feed(&cable, &b->seal, &rest, out) > 0 && out[4] == FRAME_IDENTITY && rest.len == FRAME_HEAD);
	CHECK(cable_feed(&cable, &b->seal, &rest, out) > 0 && out[4] == FRAME_STATUS_IS && rest.len == 0);

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	rest = SPAN_LITERAL("\377\377\377\377rubbish");
	CHECK(cable_feed(&cable, &b->seal, &rest, out) > 0 && out[4] == FRAME_RESULT);
	CHECK_EQUAL(rest.len, 0);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(b->seal.reason, WIRE_TOO_LONG);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	cable_unplugged(&cable, &b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(!b->shown.lit);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_echo();
	test_code_of_press();
	test_press_timeout();
	test_sensor();
	test_tamper();
	test_cable();
	return test_result();
}
