/*
 * Random operations on a seal, and on a model of it that knows nothing of flash, bytes or signatures: a few numbers and the rules as acts.md has them. After each
 * of them both agree. 100,000 with SOAK, else fewer.
 */
#include "sealbench.h"

enum { APPLICATIONS = 5, GRANT = 3 };

static struct bench bench;
static uint64_t seed;

static unsigned
below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % n;
}

/* ---- the model ---- */

static struct model {
	bool armed, tampered, low, bridged;
	unsigned application, left;
	unsigned used[APPLICATIONS], cap[APPLICATIONS];
	bool known[APPLICATIONS];
	unsigned floor, version, page; /* the highest Seq and Version shown; the register's own */
	bool suspended, ordered;       /* by the latest state, by the latest order */
	unsigned strokes;
} model;

static unsigned
smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

enum status { APPROVED, REJECTED, SUSPENDED, STATUSES };

/* What a state says is so from then on; whether it opens is another question. */
static bool
model_opens(unsigned application, unsigned presses, unsigned seq, enum status status, unsigned cap)
{
	unsigned grant = GRANT;

	model.armed = false;
	if (model.tampered || seq < model.floor)
		return false;
	model.floor = seq;
	model.suspended = status == SUSPENDED;
	if (status == APPROVED)
		grant = smaller(grant, cap);
	if (model.known[application]) {
		if (status == APPROVED)
			model.cap[application] = smaller(model.cap[application], cap);
		grant = smaller(grant, model.cap[application]);
	}
	if (model.suspended || model.ordered || status != APPROVED || model.used[application] + presses > grant)
		return false;
	if (model.low || model.bridged)
		return false;
	if (!model.known[application])
		model.cap[application] = cap;
	model.known[application] = model.armed = true;
	model.application = application;
	model.left = presses;
	return true;
}

static bool
model_presses(void)
{
	bool may = model.armed && model.left > 0 && !model.low && !model.bridged && !model.tampered;

	model.armed = may;
	if (!may)
		return false;
	model.left--;
	model.used[model.application]++;
	model.strokes++;
	return true;
}

static bool
model_takes_order(unsigned version, bool suspend)
{
	model.armed = false;
	if (model.tampered || version < model.version)
		return false;
	if (version > model.version)
		model.ordered = suspend;
	model.version = version;
	return true;
}

/* ---- the same, in earnest ---- */

static void
try_open(void)
{
	static const char *const words[STATUSES] = {"approved", "rejected", "suspended"};
	unsigned application = below(APPLICATIONS), presses = 1 + below(GRANT), cap = below(6) ? GRANT : below(GRANT + 1);
	unsigned seq = below(4) ? ++model.page : below(model.page + 1);
	enum status status = below(5) ? APPROVED : (enum status)below(STATUSES);
	char nonce[2 * NONCE_SIZE + 1] = BENCH_ARCHIVE, number[4][21];
	const struct forgery forgery = {{{APPLY, KEY_NONCE, nonce}, {SESSION, KEY_PRESSES, number[0]}, {STATE, KEY_SEQ, number[1]},
		{STATE, KEY_STATUS, words[status]}, {STATE, status == APPROVED ? KEY_CAP : KEY_RECEIPT_ACKED, number[status == APPROVED ? 2 : 3]}}, 0};
	enum wire_code code;

	nonce[0] = (char)('a' + application);
	text_put_number(number[0], presses);
	text_put_number(number[1], seq);
	text_put_number(number[2], cap);
	text_put_number(number[3], bench.seal.memory.acknowledged);
	code = bench_open(&bench, &forgery);
	if (code == WIRE_OUT_OF_ORDER) /* it was armed, and that has locked it */
		code = bench_open(&bench, &forgery);
	CHECK_EQUAL(code == WIRE_OK, model_opens(application, presses, seq, status, cap));
}

static void
try_press(void)
{
	CHECK_EQUAL(bench_press(&bench) == WIRE_OK, model_presses());
	if (!model.armed)
		bench_tell(&bench, FRAME_CLOSE, (struct span){0});
}

static void
try_order(void)
{
	unsigned version = below(2) ? model.version + 1 : below(model.version + 2);
	bool suspend = below(3) == 0;
	static struct draft d;
	enum wire_code code;

	bench_tell(&bench, FRAME_CLOSE, (struct span){0});
	draft_new(&d, suspend ? ACT_SEAL_SUSPEND : ACT_SEAL_RESUME, "alma", "seals/S-0007");
	strcpy(d.text[KEY_SUBJECT_SHA256], BENCH_POLICY);
	strcpy(d.text[KEY_PREVIOUS_SHA256], BENCH_POLICY);
	text_put_number(d.text[KEY_VERSION], version);
	strcpy(d.text[KEY_REASON], "because");
	draft_sign(&d);
	code = bench_tell(&bench, FRAME_BEGIN, (struct span){0});
	if (code == WIRE_OK)
		code = bench_tell(&bench, FRAME_ACT, draft_raw(&d));
	bench_tell(&bench, FRAME_CLOSE, (struct span){0});
	CHECK_EQUAL(code == WIRE_OK, model_takes_order(version, suspend));
}

static void
look_or_not(void)
{
	uint8_t code[NONCE_SIZE] = {0};

	if (below(8)) {
		bench_echo(&bench);
		bench_wait(&bench, 10 * below(200));
		bench_echo(&bench);
	} else if (below(2)) {
		bench_tell(&bench, FRAME_ECHO, span_of(code, NONCE_SIZE));
		model.armed = false;
	} else {
		bench_wait(&bench, 6000);
		model.armed = false;
	}
}

/* The world around it: housing, battery, sensor, power. */
static void
disturb(void)
{
	switch (model.tampered ? 0 : model.low ? 1 : model.bridged ? 2 : below(4)) { /* one at a time; the next time it is over */
	case 0:
		model.tampered = bench.tampered = !bench.tampered;
		model.armed = model.armed && !model.tampered;
		break;
	case 1:
		model.low = !model.low;
		bench.battery = model.low ? BENCH_BATTERY_LEAST - 1 : BENCH_BATTERY_FULL;
		model.armed = model.armed && !model.low;
		break;
	case 2:
		model.bridged = bench.stamp_down = !bench.stamp_down;
		model.armed = model.armed && !model.bridged;
		break;
	default:
		bench_boot(&bench);
		model.armed = false;
	}
	seal_tick(&bench.seal);
}

static void
compare(void)
{
	CHECK_EQUAL(bench.strokes, model.strokes);
	CHECK_EQUAL(bench.seal.state, model.armed ? DEVICE_ARMED : DEVICE_LOCKED);
	CHECK_EQUAL(bench.seal.left, model.armed ? model.left : 0);
	CHECK(!bench.coil && bench.arm == model.armed && bench.shown.lit == model.armed);
	CHECK_EQUAL(bench.seal.memory.state_floor, model.floor);
	CHECK_EQUAL(bench.seal.memory.order.suspended, model.ordered);
	CHECK_EQUAL(memory_health(&bench.seal.memory), WIRE_OK);
}

static void
step(void)
{
	switch (below(20)) {
	case 0:
	case 1:
	case 2:
		try_open();
		break;
	case 3:
		try_order();
		break;
	case 4:
	case 5:
		bench_tell(&bench, FRAME_CLOSE, (struct span){0});
		model.armed = false;
		break;
	case 6:
		disturb();
		break;
	case 7:
	case 8:
	case 9:
	case 10:
		look_or_not();
		break;
	default:
		try_press();
	}
	/* The register has everything at once: how full it can get is tested elsewhere. */
	receipts_acknowledge(&bench.seal.memory, bench.seal.memory.counter, NULL);
	compare();
}

/* Years go by: applications are used up, and others come in their place. */
static void
begin_anew(const struct bench *ready)
{
	bench_copy(&bench, ready);
	memset(&model, 0, sizeof(model));
	model.page = 10;
}

int
main(void)
{
	static struct bench ready;
	unsigned steps = is_soak() ? 100000 : 4000, presses = 0;

	seed = 0x123456789abcdef;
	bench_ready(&ready, BENCH_AREA);
	for (unsigned i = 0; i < steps && test_result() == 0; i++) {
		if (i % 250 == 0) {
			presses += model.strokes;
			begin_anew(&ready);
		}
		step();
	}
	presses += model.strokes;
	CHECK(presses > steps / 100);
	printf("%u random operations, %u presses: seal and model agree\n", steps, presses);
	return test_result();
}
