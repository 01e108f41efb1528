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

/* ---- hosts ---- */

/* Two programs at one seal: whoever begins anew takes the other's nonce, and an armed seal does not change hands. */
static void
test_two_hosts(void)
{
	static struct papers first, second;
	static const struct forgery none;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&first, b, &none);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&first.part[APPLY])), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK); /* the other one */
	papers_write(&second, b, &none);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&first.part[MANAGER])), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&second.part[APPLY])), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_HELLO, (struct span){0}), WIRE_OK); /* asking is free */
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);
	CHECK_EQUAL(b->strokes, 0);
}

/* A host that goes away without a word, in each state: the seal ends locked by itself. */
static void
test_silent_host(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	b->now += SEAL_VERIFY_TIMEOUT - 1;
	seal_tick(&b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_VERIFYING);
	b->now++;
	seal_tick(&b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(b->seal.reason, WIRE_TOO_LATE);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	bench_wait(b, 3000 + 2000);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(!b->coil && !b->arm && !b->fire);
}

/* ---- battery ---- */

static void
test_battery(void)
{
	struct bench *b = fresh();

	b->battery = BENCH_BATTERY_ARMING - 1;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_LOW_BATTERY);
	b->battery = BENCH_BATTERY_ARMING;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	b->battery = BENCH_BATTERY_ARMING - 1;
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_LOW_BATTERY);
	CHECK_EQUAL(b->strokes, 0);
	b->battery = BENCH_BATTERY_FULL;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	CHECK(b->coil);
	b->battery = BENCH_BATTERY_LEAST; /* the coil draws it down: that is borne */
	seal_tick(&b->seal);
	CHECK(b->coil);
	b->battery = BENCH_BATTERY_LEAST - 1;
	seal_tick(&b->seal);
	CHECK(!b->coil && !b->arm);
	CHECK_EQUAL(b->seal.reason, WIRE_LOW_BATTERY);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT); /* and the press is used */
	b->battery = BENCH_BATTERY_FULL;
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "3"}}, 0}), WIRE_TOO_MANY_PRESSES);
}

/* Bridged while armed: no press is under way, and yet the stamp is said to be down. */
static void
test_bridged_while_armed(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	b->stamp_down = true;
	seal_tick(&b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(b->seal.reason, WIRE_SENSOR);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_TAMPER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SENSOR);
	b->stamp_down = false;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(b->strokes, 0);
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
	test_two_hosts();
	test_silent_host();
	test_battery();
	test_bridged_while_armed();
	return test_result();
}
