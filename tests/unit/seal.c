/* What a seal opens for: one accepted run, and every refusal beside it. */
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
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
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ARM);
	CHECK_EQUAL(b->strokes, 0);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(b->strokes, 2);
	CHECK(!b->coil);
	CHECK(bench_latest(b)->kind == RECEIPT_PRESS && bench_latest(b)->watched && bench_latest(b)->time_trusted && bench_latest(b)->has_code);
	bench_ask(&answer, b, FRAME_STATUS, (struct span){0});
	CHECK(frame_read_status(&status, answer.frame.payload));
	CHECK(status.state == DEVICE_ARMED && status.left == 0 && status.done == 2 && status.counter == bench_latest(b)->counter);
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

/* A withdrawal and a suspension hold from their delivery, whether the seal opened with them or not. */
static void
test_delivered(void)
{
	static struct papers papers;
	const struct forgery withdrawn = {{{STATE, KEY_CAP, "1"}, {STATE, KEY_SEQ, "11"}}, 0};
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &withdrawn);
	for (unsigned part = APPLY; part <= STATE; part++)
		CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[part])), WIRE_OK);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_SEQ, "12"}}, 0}), WIRE_TOO_MANY_PRESSES);

	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_STATUS, "suspended"}, {STATE, KEY_SEQ, "13"}}, 0}), WIRE_SUSPENDED);
	bench_boot(b);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{0}}, 1 << STATE | 1 << SESSION}), WIRE_SUSPENDED);
	CHECK_EQUAL(bench_open(b, &(struct forgery){{{STATE, KEY_SEQ, "14"}, {SESSION, KEY_PRESSES, "1"}}, 0}), WIRE_OK);
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
	const struct forgery early = {{{APPLY, KEY_NOT_BEFORE, "2026-11-22T07:00:30Z"}}, 0};
	const struct forgery dated = {{{APPLY, KEY_NOT_AFTER, "2026-11-22T07:00:30Z"}}, 0};
	static struct papers papers;
	struct bench *b = fresh();

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &dated);
	b->now += 31 * 1000;
	CHECK_EQUAL(papers_show(&papers, b, &dated), WIRE_EXPIRED);
	b = fresh();
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	b->now += 31 * 1000;
	papers_write(&papers, b, &early);
	CHECK_EQUAL(papers_show(&papers, b, &early), WIRE_NOT_YET);
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

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_session();
	test_refusals();
	test_signatures();
	test_replay();
	test_older_state();
	test_delivered();
	test_fresh();
	test_dates();
	test_order();
	test_too_many_acts();
	return test_result();
}
