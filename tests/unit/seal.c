/* The seal's core: one accepted run, and every refusal beside it. */
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
}

static const struct receipt *
latest(const struct bench *b)
{
	return receipts_find(&b->seal.memory, b->seal.memory.counter);
}

/* ---- what is accepted ---- */

static void
test_session(void)
{
	struct bench *b = fresh();
	struct answer answer;
	struct frame_status status;

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
	CHECK(b->shown.lit);
	CHECK_EQUAL(latest(b)->kind, RECEIPT_ARM);
	CHECK_EQUAL(b->strokes, 0);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(b->strokes, 2);
	CHECK(!b->coil);
	CHECK(latest(b)->kind == RECEIPT_PRESS && latest(b)->watched && latest(b)->time_trusted && latest(b)->has_code);
	bench_ask(&answer, b, FRAME_STATUS, (struct span){0});
	CHECK(frame_read_status(&status, answer.frame.payload));
	CHECK(status.state == DEVICE_ARMED && status.left == 0 && status.done == 2 && status.counter == latest(b)->counter);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(!b->shown.lit);

	/* One press remains of three, and a session for two is one too many. */
	CHECK_EQUAL(bench_open(b, NULL), WIRE_TOO_MANY_PRESSES);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_USED_UP);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_USED_UP);
	CHECK_EQUAL(b->strokes, 3);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_USED_UP);
}

/* ---- what is refused, and where it locks ---- */

struct refusal {
	const char *what;
	enum wire_code code;
	struct forgery forgery;
};

#define OTHER_HEX32 "2222222222222222222222222222222222222222222222222222222222222222"
#define OTHER_HEX16 "33333333333333333333333333333333"

static const struct refusal refusals[] = {
	{"nothing shown", WIRE_NO_APPLICATION, {{{0}}, 1 << APPLY | 1 << MANAGER | 1 << DIRECTOR | 1 << STATE | 1 << SESSION}},
	{"no application", WIRE_OUT_OF_ORDER, {{{0}}, 1 << APPLY}},
	{"no approval", WIRE_LEVEL_MISSING, {{{0}}, 1 << MANAGER | 1 << DIRECTOR}},
	{"level 2 missing", WIRE_LEVEL_MISSING, {{{0}}, 1 << DIRECTOR}},
	{"level 1 missing", WIRE_LEVEL_ORDER, {{{0}}, 1 << MANAGER}},
	{"no state", WIRE_OUT_OF_ORDER, {{{0}}, 1 << STATE}},
	{"neither state nor session", WIRE_NO_STATE, {{{0}}, 1 << STATE | 1 << SESSION}},
	{"no session", WIRE_NO_SESSION, {{{0}}, 1 << SESSION}},

	{"another archive", WIRE_WRONG_ARCHIVE, {{{APPLY, KEY_ARCHIVE, OTHER_HEX16}}, 0}},
	{"another seal", WIRE_WRONG_SEAL, {{{APPLY, KEY_SEAL, "S-0008"}}, 0}},
	{"another device", WIRE_WRONG_DEVICE, {{{APPLY, KEY_DEVICE, "d4"}}, 0}},
	{"another epoch", WIRE_WRONG_EPOCH, {{{APPLY, KEY_EPOCH, "2"}}, 0}},
	{"approval of another archive", WIRE_WRONG_ARCHIVE, {{{MANAGER, KEY_ARCHIVE, OTHER_HEX16}}, 0}},
	{"state for another device", WIRE_WRONG_DEVICE, {{{STATE, KEY_DEVICE, "d4"}}, 0}},
	{"state for another epoch", WIRE_WRONG_EPOCH, {{{STATE, KEY_EPOCH, "2"}}, 0}},
	{"session in another archive", WIRE_WRONG_ARCHIVE, {{{SESSION, KEY_ARCHIVE, OTHER_HEX16}}, 0}},

	{"altered application", WIRE_WRONG_SUBJECT, {{{MANAGER, KEY_SUBJECT_SHA256, OTHER_HEX32}}, 0}},
	{"approval after other approvals", WIRE_WRONG_PREVIOUS, {{{DIRECTOR, KEY_PREVIOUS_SHA256, OTHER_HEX32}}, 0}},
	{"approval by way of no transfer", WIRE_WRONG_PREVIOUS, {{{DIRECTOR, KEY_VIA, OTHER_HEX32}}, 0}},
	{"state of another application", WIRE_WRONG_SUBJECT, {{{STATE, KEY_SUBJECT_SHA256, OTHER_HEX32}}, 0}},
	{"session for another application", WIRE_WRONG_SUBJECT, {{{SESSION, KEY_SUBJECT_SHA256, OTHER_HEX32}}, 0}},

	{"own application", WIRE_OWN_APPLICATION, {{{MANAGER, KEY_ACTOR, "alice"}}, 0}},
	{"one person twice", WIRE_SAME_PERSON, {{{DIRECTOR, KEY_ACTOR, "bob"}}, 0}},
	{"without the role", WIRE_NO_AUTHORITY, {{{DIRECTOR, KEY_ACTOR, "bert"}}, 0}},
	{"more than the application", WIRE_ABOVE_APPLICATION, {{{MANAGER, KEY_PRESSES, "4"}}, 0}},
	{"more than the level may", WIRE_ABOVE_LIMIT, {{{APPLY, KEY_PRESSES, "9"}, {DIRECTOR, KEY_PRESSES, "5"}}, 0}},
	{"wrong policy", WIRE_WRONG_POLICY, {{{MANAGER, KEY_POLICY_SHA256, OTHER_HEX32}}, 0}},
	{"no policy", WIRE_WRONG_POLICY, {{{DIRECTOR, KEY_POLICY_SHA256, "none"}}, 0}},

	{"applicant with an unknown key", WIRE_UNKNOWN_KEY, {{{APPLY, KEY_ACTOR, "mallory"}}, 0}},
	{"approver with an unknown key", WIRE_UNKNOWN_KEY, {{{MANAGER, KEY_ACTOR, "mallory"}}, 0}},
	{"state by somebody else", WIRE_UNKNOWN_KEY, {{{STATE, KEY_ACTOR, "alma"}}, 0}},
	{"session by somebody unknown", WIRE_UNKNOWN_KEY, {{{SESSION, KEY_ACTOR, "mallory"}}, 0}},
	{"session by an approver", WIRE_NOT_APPLICANT, {{{SESSION, KEY_ACTOR, "bob"}}, 0}},
	{"bundle of another session", WIRE_WRONG_NONCE, {{{SESSION, KEY_DEVICE_NONCE, OTHER_HEX16}}, 0}},

	{"too many presses", WIRE_TOO_MANY_PRESSES, {{{SESSION, KEY_PRESSES, "4"}}, 0}},
	{"more than the least approval", WIRE_TOO_MANY_PRESSES, {{{MANAGER, KEY_PRESSES, "1"}}, 0}},
	{"partly withdrawn", WIRE_TOO_MANY_PRESSES, {{{STATE, KEY_CAP, "1"}}, 0}},
	{"withdrawn", WIRE_WITHDRAWN, {{{STATE, KEY_CAP, "0"}}, 0}},
	{"still open", WIRE_LEVEL_MISSING, {{{STATE, KEY_STATUS, "open"}}, 0}},
	{"rejected", WIRE_REJECTED, {{{STATE, KEY_STATUS, "rejected"}}, 0}},
	{"cancelled", WIRE_CANCELLED, {{{STATE, KEY_STATUS, "cancelled"}}, 0}},
	{"suspended", WIRE_SUSPENDED, {{{STATE, KEY_STATUS, "suspended"}}, 0}},

	{"stale state", WIRE_STALE_STATE, {{{STATE, KEY_NONCE, OTHER_HEX16}}, 0}},
	{"state without a nonce", WIRE_STALE_STATE, {{{STATE, KEY_NONCE, "none"}}, 0}},
	{"dated, and no trusted time", WIRE_TIME_UNKNOWN, {{{APPLY, KEY_NOT_AFTER, "2026-12-31T00:00:00Z"}, {STATE, KEY_NONCE, "none"}}, 0}},
	{"fresh, and no trusted time", WIRE_TIME_UNKNOWN, {{{APPLY, KEY_FRESH, "60"}, {STATE, KEY_NONCE, "none"}}, 0}},
	{"over, by the floor alone", WIRE_EXPIRED, {{{APPLY, KEY_NOT_AFTER, "2026-11-22T06:59:59Z"}, {STATE, KEY_NONCE, "none"}}, 0}},
	{"not yet", WIRE_NOT_YET, {{{APPLY, KEY_NOT_BEFORE, "2026-11-22T07:00:10Z"}}, 0}},
	{"over", WIRE_EXPIRED, {{{APPLY, KEY_NOT_AFTER, "2026-11-22T06:59:59Z"}}, 0}},
	{"approval over", WIRE_EXPIRED, {{{DIRECTOR, KEY_NOT_AFTER, "2026-11-22T06:59:59Z"}}, 0}},
};

static void
test_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct bench *b = fresh();
		enum wire_code code = bench_open(b, &r->forgery);

		if (code != r->code)
			fprintf(stderr, "%s: %s instead of %s\n", r->what, wire_code_name(code), wire_code_name(r->code));
		CHECK_EQUAL(code, r->code);
		CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
		CHECK_EQUAL(b->seal.reason, r->code);
		CHECK_EQUAL(bench_tell(b, FRAME_ECHO, SPAN_LITERAL("0123456789abcdef")), WIRE_OUT_OF_ORDER);
		CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OUT_OF_ORDER);
		CHECK_EQUAL(b->strokes, 0);
		CHECK_EQUAL(bench_open(b, NULL), WIRE_OK); /* the control: the same without the forgery */
	}
}

static void
test_signatures(void)
{
	static struct papers papers;
	static const struct forgery none;

	for (unsigned part = 0; part < PARTS; part++) {
		struct bench *b = fresh();

		CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
		papers_write(&papers, b, &none);
		papers.part[part].raw[12] ^= 1; /* a digit of the tree: signed, and free in its form */
		CHECK_EQUAL(papers_show(&papers, b, &none), WIRE_BAD_SIGNATURE);
	}
	/* dora signs what says that bob decided. */
	CHECK_EQUAL(bench_tell(fresh(), FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, &bench, &none);
	papers.part[MANAGER].text[KEY_KEY][0] = '\0';
	papers.part[MANAGER].by = "dora";
	draft_sign(&papers.part[MANAGER]);
	CHECK_EQUAL(papers_show(&papers, &bench, &none), WIRE_KEY_OWNER);
}

/* ---- sessions ---- */

/* A whole bundle again, after the session it was made for: its nonce is gone. */
static void
test_replay(void)
{
	static struct papers papers;
	static const struct forgery none;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &none);
	CHECK_EQUAL(papers_show(&papers, b, &none), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(papers_show(&papers, b, &none), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(papers_show(&papers, b, &none), WIRE_WRONG_NONCE);
}

/* What was withdrawn stays so when an older state is shown afterwards. */
static void
test_older_state(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_CAP, "1"}, {STATE, KEY_SEQ, "11"}, {SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OUT_OF_ORDER); /* armed: that locks */
	CHECK_EQUAL(bench_open(b, NULL), WIRE_STALE_STATE);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_STALE_STATE);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_SEQ, "12"}}, 0}), WIRE_TOO_MANY_PRESSES);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_SEQ, "12"}, {SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
}

/* Fresh for a minute, in the same time of power; and no longer. */
static void
test_fresh(void)
{
	const struct forgery with_nonce = {{{APPLY, KEY_FRESH, "60"}}, 0};
	const struct forgery without = {{{APPLY, KEY_FRESH, "60"}, {STATE, KEY_NONCE, "none"}}, 0};
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, &with_nonce), WIRE_OK);
	bench_tell(b, FRAME_CLOSE, (struct span){0});
	b->now += 50 * 1000;
	CHECK_EQUAL(bench_open(b, &without), WIRE_OK);
	bench_tell(b, FRAME_CLOSE, (struct span){0});
	b->now += 11 * 1000;
	CHECK_EQUAL(bench_open(b, &without), WIRE_STALE_STATE);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, &without), WIRE_TIME_UNKNOWN);
}

/* Holding a bundle back does not stretch a date, and an armed seal does not outlive one. */
static void
test_dates(void)
{
	const struct forgery dated = {{{APPLY, KEY_NOT_AFTER, "2026-11-22T07:00:30Z"}}, 0};
	static struct papers papers;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &dated);
	b->now += 31 * 1000;
	CHECK_EQUAL(papers_show(&papers, b, &dated), WIRE_EXPIRED);
	b = fresh();
	CHECK_EQUAL(bench_open(b, &dated), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	for (int i = 0; i < 60; i++) {
		bench_wait(b, 500);
		CHECK_EQUAL(bench_echo(b), WIRE_OK);
	}
	CHECK_EQUAL(bench_press(b), WIRE_EXPIRED);
	CHECK_EQUAL(b->strokes, 1);
}

static void
test_order(void)
{
	static struct papers papers;
	static const struct forgery none;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &none);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[APPLY])), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[APPLY])), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[MANAGER])), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[APPLY])), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
}

static void
test_too_many_acts(void)
{
	static struct papers papers;
	static const struct forgery none;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &none);
	CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[APPLY])), WIRE_OK);
	for (int left = BUNDLE_ACTS_MAX - 1; left >= 0; left--) {
		struct draft *d = &papers.part[MANAGER];

		draft_part(&papers, MANAGER, ACT_WITHDRAW, "bob", papers.part[APPLY].act.id);
		text_put_number(d->text[KEY_CAP], (uint64_t)left);
		draft_sign(d);
		CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(d)), left > 0 ? WIRE_OK : WIRE_LIMIT);
	}
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
	CHECK_EQUAL(latest(b)->kind, RECEIPT_ABORT);

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
	CHECK(memcmp(latest(b)->code, b->seal.watch.code, NONCE_SIZE) == 0); /* still there for the photo */
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
	CHECK_EQUAL(latest(b)->kind, RECEIPT_ABORT);
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
	CHECK_EQUAL(latest(b)->kind, RECEIPT_TAMPER);
	CHECK_EQUAL(b->strokes, 0);
	b->stamp_down = false;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_PRESS, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK(!b->coil);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
}

static void
test_tamper(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	b->tampered = true;
	seal_tick(&b->seal);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(latest(b)->kind, RECEIPT_TAMPER);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OUT_OF_ORDER);
	b->tampered = false;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
}

/* ---- receipts ---- */

static void
test_receipts(void)
{
	struct bench *b = fresh();
	uint8_t question[40], previous[SHA256_SIZE] = {0};
	struct pgpkey device;
	struct answer answer;

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	bench_ask(&answer, b, FRAME_CERTIFICATE, (struct span){0});
	CHECK_EQUAL(pgpkey_read(&device, answer.frame.payload), WIRE_OK);
	CHECK(span_is(device.user_id, "seal TEST-1"));
	for (uint64_t counter = 1; counter <= b->seal.memory.counter; counter++) {
		struct span text, packet;
		struct receipt r;
		struct pgpsig sig;

		put64(question, counter);
		bench_ask(&answer, b, FRAME_RECEIPT, span_of(question, 8));
		CHECK(frame_read_receipt(&text, &packet, answer.frame.payload));
		CHECK_EQUAL(receipt_read(&r, text), WIRE_OK);
		CHECK_EQUAL(r.counter, counter);
		CHECK(memcmp(r.previous, previous, SHA256_SIZE) == 0);
		wire_sha256_of(previous, text);
		CHECK_EQUAL(pgpsig_read(&sig, packet), WIRE_OK);
		CHECK(memcmp(sig.issuer, device.fingerprint, FINGERPRINT_SIZE) == 0);
		CHECK_EQUAL(pgpsig_verify(&sig, text, (struct span){0}, device.point), WIRE_OK);
	}
	put64(question, b->seal.memory.counter + 1);
	CHECK_EQUAL(bench_tell(b, FRAME_RECEIPT, span_of(question, 8)), WIRE_OUT_OF_ORDER);
}

static void
test_photo(void)
{
	struct bench *b = fresh();
	uint8_t question[40] = {0};
	uint64_t press;

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	put64(question, b->seal.memory.counter);
	CHECK_EQUAL(bench_tell(b, FRAME_PHOTO, span_of(question, 40)), WIRE_OUT_OF_ORDER); /* arming was no press */
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	press = b->seal.memory.counter;
	put64(question, press);
	CHECK_EQUAL(bench_tell(b, FRAME_PHOTO, span_of(question, 40)), WIRE_OK);
	CHECK(latest(b)->kind == RECEIPT_PHOTO && memcmp(latest(b)->code, receipts_find(&b->seal.memory, press)->code, NONCE_SIZE) == 0);
	CHECK_EQUAL(bench_tell(b, FRAME_PHOTO, span_of(question, 40)), WIRE_DUPLICATE);
	CHECK_EQUAL(b->seal.state, DEVICE_ARMED);
}

static struct forgery
acknowledging(const char *counter, const char *head)
{
	return (struct forgery){{{STATE, KEY_RECEIPT_ACKED, counter}, {STATE, KEY_RECEIPT_HEAD, head}}, 0};
}

static void
test_acknowledge(void)
{
	struct bench *b = fresh();
	struct forgery all = acknowledging("2", "none"), too_many = acknowledging("9", "none");
	char head[HEX_DIGEST + 1];

	CHECK_EQUAL(b->seal.memory.receipts, 1); /* the table's */
	bench_boot(b);
	CHECK_EQUAL(b->seal.memory.receipts, 2);
	text_put_hex(head, b->seal.memory.head, SHA256_SIZE);
	all.field[1].text = head;
	CHECK_EQUAL(bench_open(b, &all), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.acknowledged, 2);
	CHECK_EQUAL(b->seal.memory.receipts, 1); /* the arming since */
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_open(b, &too_many), WIRE_LOCKED_FOR_GOOD);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_LOCKED_FOR_GOOD);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_LOCKED_FOR_GOOD);
}

/* A restored image that has counted on since: the counter fits, the text does not. */
static void
test_restored_image(void)
{
	struct forgery other = acknowledging("1", OTHER_HEX32);

	CHECK_EQUAL(bench_open(fresh(), &other), WIRE_LOCKED_FOR_GOOD);
}

static void
test_unacknowledged(void)
{
	struct bench *b = fresh();
	struct forgery all = acknowledging("64", "none");

	while (b->seal.memory.receipts < MEMORY_RECEIPTS_ARMING)
		bench_boot(b);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_UNACKNOWLEDGED);
	while (b->seal.memory.receipts < MEMORY_RECEIPTS)
		bench_boot(b);
	bench_boot(b); /* no room for its receipt: not a gap, not a crash */
	CHECK_EQUAL(b->seal.memory.counter, MEMORY_RECEIPTS);
	CHECK_EQUAL(bench_open(b, &all), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
}

/* ---- enrolment, tables, memory ---- */

static void
test_enrolment(void)
{
	static struct draft d;
	struct bench *b = &bench;

	bench_new(b, BENCH_FLASH_MAX);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_NOT_ENROLLED);
	draft_enrolment(&d, b);
	strcpy(d.text[KEY_DEVICE_KEY], "0000000000000000000000000000000000000000");
	draft_sign(&d);
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_WRONG_DEVICE);
	draft_enrolment(&d, b);
	draft_sign(&d);
	d.by = "mallory"; /* whose point goes before it */
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_BAD_SIGNATURE);
	CHECK(!b->seal.memory.enrolled);
	d.by = "alma";
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_OK);
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_ENROLLED);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_NO_TABLE);
	bench_boot(b);
	CHECK(b->seal.memory.enrolled && strcmp(b->seal.memory.enrolment.administrator, "alma") == 0);
}

static enum wire_code
try_table(struct bench *b, const char *version, const char *by, enum key key, const char *value)
{
	static struct draft d;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), version));

	draft_table(&d, version, table);
	d.by = by;
	strcpy(d.text[KEY_ACTOR], by);
	if (value != NULL)
		strcpy(d.text[key], value);
	draft_sign(&d);
	return bench_equip(b, &d, table);
}

static void
test_tables(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(try_table(b, "1", "alma", 0, NULL), WIRE_STALE_TABLE);
	CHECK_EQUAL(try_table(b, "2", "bob", 0, NULL), WIRE_NO_AUTHORITY);
	CHECK_EQUAL(try_table(b, "2", "mallory", 0, NULL), WIRE_UNKNOWN_KEY);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_ARCHIVE, OTHER_HEX16), WIRE_WRONG_ARCHIVE);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_SEAL, "S-0008"), WIRE_WRONG_SEAL);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_DEVICE, "d4"), WIRE_WRONG_DEVICE);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_EPOCH, "2"), WIRE_WRONG_EPOCH);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_VERSION, "3"), WIRE_WRONG_VERSION);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_TABLE_SHA256, OTHER_HEX32), WIRE_WRONG_CONTENT);
	CHECK_EQUAL(b->seal.memory.table.version, 1);
	CHECK_EQUAL(try_table(b, "2", "alma", KEY_ACCEPTS_POLICY, OTHER_HEX32 " " BENCH_POLICY), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.table.version, 2);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(try_table(b, "3", "alma", KEY_ACCEPTS_POLICY, OTHER_HEX32), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_WRONG_POLICY);
	CHECK_EQUAL(try_table(b, "2", "alma", 0, NULL), WIRE_STALE_TABLE);
	CHECK_EQUAL(try_table(b, "4", "alma", KEY_NOT_AFTER, "2026-11-22T07:00:00Z"), WIRE_OK);
	b->now += 1;
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK); /* not after its last second */
	bench_boot(b);
	CHECK_EQUAL(b->seal.memory.table.version, 4);
}

static void
test_table_over(void)
{
	struct bench *b = fresh();
	const struct forgery later = {{{STATE, KEY_TIME, "2026-11-22T07:00:01Z"}}, 0};

	CHECK_EQUAL(try_table(b, "2", "alma", KEY_NOT_AFTER, BENCH_TIME), WIRE_OK);
	CHECK_EQUAL(bench_open(b, &later), WIRE_EXPIRED);
	CHECK_EQUAL(try_table(b, "3", "alma", KEY_NOT_AFTER, BENCH_TIME), WIRE_EXPIRED);
}

/* A blank seal makes its key once. */
static void
test_blank(void)
{
	static const uint8_t zero[ED25519_SEED_SIZE];
	struct bench *b = &bench;
	uint8_t seed[ED25519_SEED_SIZE];

	bench_new(b, BENCH_FLASH_MAX);
	memcpy(seed, b->seal.memory.seed, sizeof(seed));
	CHECK(!b->seal.memory.broken && memcmp(seed, zero, sizeof(seed)) != 0);
	CHECK_EQUAL(b->seal.memory.boot, 1);
	bench_boot(b);
	CHECK_EQUAL(b->seal.memory.boot, 2);
	CHECK(memcmp(seed, b->seal.memory.seed, sizeof(seed)) == 0);
}

/* A full memory refuses; an entry goes only when its application can never be used again. */
static void
test_full(void)
{
	struct bench *b = fresh();
	struct application other = {.cap = 1, .not_after = BENCH_TIME_SECONDS - 1};

	for (unsigned i = 0; i < MEMORY_APPLICATIONS; i++) {
		put32(other.digest, i + 1);
		other.not_after = i == 7 ? BENCH_TIME_SECONDS - 1 : INT64_MAX;
		CHECK_EQUAL(memory_put_application(&b->seal.memory, &other), WIRE_OK);
	}
	other.not_after = INT64_MAX;
	put32(other.digest, 8);
	CHECK_EQUAL(memory_put_application(&b->seal.memory, &other), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_FULL);
	other.not_after = BENCH_TIME_SECONDS - 1; /* the state's time is the floor by now */
	CHECK_EQUAL(memory_put_application(&b->seal.memory, &other), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.applications, MEMORY_APPLICATIONS);
	CHECK(memory_find_application(&b->seal.memory, other.digest) == NULL);
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
	bench_ready(&ready, BENCH_FLASH_MAX);
	test_session();
	test_refusals();
	test_signatures();
	test_replay();
	test_older_state();
	test_fresh();
	test_dates();
	test_order();
	test_too_many_acts();
	test_echo();
	test_code_of_press();
	test_press_timeout();
	test_sensor();
	test_tamper();
	test_receipts();
	test_photo();
	test_acknowledge();
	test_restored_image();
	test_unacknowledged();
	test_enrolment();
	test_tables();
	test_table_over();
	test_blank();
	test_full();
	test_cable();
	return test_result();
}
