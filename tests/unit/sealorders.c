/* What administrators tell a seal: suspended, resumed, retired; time may go on; the die may come out. Each beside what does not do it. */
#include "sealbench.h"

static struct bench ready, bench;
static struct draft d;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
}

static void
draft_order(enum act_kind kind, const char *by, const char *version)
{
	draft_new(&d, kind, by, "seals/S-0007");
	strcpy(d.text[KEY_SUBJECT_SHA256], BENCH_POLICY);
	strcpy(d.text[KEY_PREVIOUS_SHA256], BENCH_POLICY);
	strcpy(d.text[KEY_VERSION], version);
	strcpy(d.text[KEY_COUNTER], "0");
	strcpy(d.text[KEY_REASON], "because");
}

/* Shows what has been drafted, and nothing else. */
static enum wire_code
tell(struct bench *b)
{
	enum wire_code code = bench_tell(b, FRAME_BEGIN, (struct span){0});

	draft_sign(&d);
	if (code == WIRE_OK)
		code = bench_tell(b, FRAME_ACT, draft_raw(&d));
	bench_tell(b, FRAME_CLOSE, (struct span){0});
	return code;
}

static enum wire_code
order(struct bench *b, enum act_kind kind, const char *by, const char *version)
{
	draft_order(kind, by, version);
	return tell(b);
}

/* ---- suspension ---- */

static void
test_suspension(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "bob", "1"), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "mallory", "1"), WIRE_UNKNOWN_KEY);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "alma", "1"), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SUSPENDED);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SUSPENDED);
	CHECK_EQUAL(b->strokes, 0);
	CHECK_EQUAL(order(b, ACT_SEAL_RESUME, "bob", "2"), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SUSPENDED);
	CHECK_EQUAL(order(b, ACT_SEAL_RESUME, "dora", "2"), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

/* Whoever kept the act that ended the first suspension does not end the second one with it. */
static void
test_old_resume(void)
{
	struct bench *b = fresh();
	static struct draft old;

	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "alma", "1"), WIRE_OK);
	CHECK_EQUAL(order(b, ACT_SEAL_RESUME, "alma", "2"), WIRE_OK);
	old = d;
	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "alma", "3"), WIRE_OK);
	d = old;
	CHECK_EQUAL(tell(b), WIRE_WRONG_VERSION);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_SUSPENDED);
	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "alma", "3"), WIRE_OK); /* the same again: nothing new */
	CHECK_EQUAL(order(b, ACT_SEAL_RESUME, "alma", "4"), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

static void
test_of_another(void)
{
	struct bench *b = fresh();

	draft_order(ACT_SEAL_SUSPEND, "alma", "1");
	strcpy(d.text[KEY_DEVICE], "d4");
	CHECK_EQUAL(tell(b), WIRE_WRONG_DEVICE);
	draft_order(ACT_SEAL_RETIRE, "alma", "1");
	strcpy(d.text[KEY_EPOCH], "2");
	CHECK_EQUAL(tell(b), WIRE_WRONG_EPOCH);
	draft_order(ACT_SEAL_RETIRE, "alma", "1");
	strcpy(d.text[KEY_ARCHIVE], OTHER_HEX16);
	CHECK_EQUAL(tell(b), WIRE_WRONG_ARCHIVE);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

/* A retired device is locked for good; what it has on record can still be read. */
static void
test_retirement(void)
{
	struct bench *b = fresh();
	uint8_t question[8];

	CHECK_EQUAL(order(b, ACT_SEAL_RETIRE, "bob", "1"), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(order(b, ACT_SEAL_RETIRE, "alma", "1"), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_RETIRED);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_RETIRED);
	put64(question, 1);
	CHECK_EQUAL(bench_tell(b, FRAME_RECEIPT, span_of(question, 8)), WIRE_OK);
}

/* ---- time ---- */

static void
draft_clock(const char *by, const char *until)
{
	draft_order(ACT_SEAL_CLOCK, by, "1");
	strcpy(d.text[KEY_UNTIL], until);
	draft_sign(&d);
}

struct word {
	const char *by, *until;
};

/* Opens with a state of that time, behind what administrators say of the clock. */
static enum wire_code
open_at(struct bench *b, const char *time, struct word first, struct word second)
{
	static struct papers papers;
	const struct forgery then = {{{STATE, KEY_TIME, time}}, 0};
	const struct word words[] = {first, second};
	enum wire_code code = bench_tell(b, FRAME_BEGIN, (struct span){0});

	for (int i = 0; i < 2 && code == WIRE_OK; i++)
		if (words[i].by != NULL) {
			draft_clock(words[i].by, words[i].until);
			code = bench_tell(b, FRAME_ACT, draft_raw(&d));
		}
	if (code != WIRE_OK)
		return code;
	papers_write(&papers, b, &then);
	return papers_show(&papers, b, &then);
}

#define FAR "2030-01-01T00:00:00Z"

static void
test_time_jump(void)
{
	const struct word none = {0}, alma = {"alma", FAR}, dora = {"dora", FAR}, near = {"dora", "2029-12-31T00:00:00Z"}, bob = {"bob", FAR};
	struct bench *b = fresh();

	CHECK_EQUAL(open_at(b, "2027-12-27T07:00:01Z", none, none), WIRE_TIME_JUMP); /* 400 days and a second */
	CHECK_EQUAL(open_at(b, FAR, alma, none), WIRE_TIME_JUMP);
	CHECK_EQUAL(open_at(b, FAR, alma, alma), WIRE_TIME_JUMP); /* one person twice */
	CHECK_EQUAL(open_at(b, FAR, alma, bob), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(open_at(b, FAR, alma, near), WIRE_TIME_JUMP);
	CHECK_EQUAL(b->seal.memory.time_floor, BENCH_TIME_SECONDS);
	CHECK_EQUAL(open_at(b, "2027-12-27T07:00:00Z", none, none), WIRE_OK);
	CHECK_EQUAL(open_at(fresh(), FAR, alma, dora), WIRE_OK);
	CHECK_EQUAL(bench.seal.memory.time_floor, 1893456000);
	bench_boot(&bench);
	CHECK_EQUAL(open_at(&bench, BENCH_TIME, none, none), WIRE_OK); /* an older state does not turn it back */
	CHECK_EQUAL(bench.seal.memory.time_floor, 1893456000);
}

/* ---- the die ---- */

/* Begins, drafts a release for the nonce shown, shows it and asks. */
static enum wire_code
release(struct bench *b, const char *by, enum key key, const char *value)
{
	enum wire_code code = bench_tell(b, FRAME_BEGIN, (struct span){0});

	draft_order(ACT_DIE_RELEASE, by, "1");
	draft_hex(&d, KEY_NONCE, b->seal.bundle.nonce, NONCE_SIZE);
	if (value != NULL)
		strcpy(d.text[key], value);
	draft_sign(&d);
	if (code == WIRE_OK)
		code = bench_tell(b, FRAME_ACT, draft_raw(&d));
	return code == WIRE_OK ? bench_tell(b, FRAME_OPEN, (struct span){0}) : code;
}

static void
test_die(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(release(b, "bob", 0, NULL), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(release(b, "alma", KEY_NONCE, OTHER_HEX16), WIRE_WRONG_NONCE);
	CHECK_EQUAL(release(b, "alma", KEY_NOT_AFTER, FAR), WIRE_TIME_UNKNOWN);
	CHECK(!b->die && bench_latest(b)->kind != RECEIPT_DIE);
	CHECK_EQUAL(release(b, "alma", 0, NULL), WIRE_OK);
	CHECK(b->die && b->arm && !b->fire && b->strokes == 0);
	CHECK(bench_latest(b)->kind == RECEIPT_DIE && bench_latest(b)->has_bundle && !bench_latest(b)->has_subject);
	CHECK_EQUAL(b->seal.state, DEVICE_STAMPING);
	bench_wait(b, SEAL_DIE_TIMEOUT - 100);
	CHECK(b->die);
	bench_wait(b, 200);
	CHECK(!b->die && !b->arm && b->seal.state == DEVICE_LOCKED && b->seal.reason == WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&d)), WIRE_WRONG_NONCE); /* good for once */
	CHECK_EQUAL(order(b, ACT_SEAL_SUSPEND, "alma", "1"), WIRE_OK);
	CHECK_EQUAL(release(b, "dora", 0, NULL), WIRE_OK); /* so that the die of a suspended seal can be saved */
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK(!b->die && b->strokes == 0);
}

/* A permit to stamp releases no die, and a release stamps nothing. */
static void
test_die_apart(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK(!b->die);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(release(b, "alma", 0, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_ECHO, SPAN_LITERAL("0123456789abcdef")), WIRE_OUT_OF_ORDER);
	CHECK(!b->die && b->strokes == 1);
	b->battery = BENCH_BATTERY_ARMING - 1;
	CHECK_EQUAL(release(b, "alma", 0, NULL), WIRE_LOW_BATTERY);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_suspension();
	test_old_resume();
	test_of_another();
	test_retirement();
	test_time_jump();
	test_die();
	test_die_apart();
	return test_result();
}
