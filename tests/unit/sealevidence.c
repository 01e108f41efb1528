/* The acts that opened a seal stay in it as long as a receipt names them: across power loss, many sessions, and no longer than acknowledged. */
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
}

/* Asks for the acts of a receipt's bundle; how many there are, and that together they have its digest. */
static unsigned
acts_of(struct bench *b, uint64_t counter)
{
	static struct act act;
	static struct answer answer;
	uint8_t question[SHA256_SIZE + 1], digest[SHA256_SIZE];
	struct wire_sha256 ids;
	unsigned count = 0;

	CHECK(bench_receipt(b, counter) != NULL);
	memcpy(question, bench_receipt(b, counter)->bundle, SHA256_SIZE);
	wire_sha256_init(&ids);
	for (;; count++) {
		question[SHA256_SIZE] = (uint8_t)count;
		bench_ask(&answer, b, FRAME_EVIDENCE, span_of(question, sizeof(question)));
		if (answer.frame.type != FRAME_TEXT)
			break;
		CHECK_EQUAL(act_read(&act, answer.frame.payload), WIRE_OK);
		wire_sha256_update(&ids, span_of(act.id, SHA256_SIZE));
	}
	wire_sha256_final(&ids, digest);
	CHECK(count == 0 || memcmp(digest, question, SHA256_SIZE) == 0);
	return count;
}

static struct forgery
one_press(const char *seq, const char *acknowledged)
{
	return (struct forgery){{{SESSION, KEY_PRESSES, "1"}, {STATE, KEY_SEQ, seq}, {STATE, KEY_RECEIPT_ACKED, acknowledged}}, 0};
}

static void
test_kept(void)
{
	struct forgery first = one_press("10", "0"), second = one_press("11", "0"), third;
	struct bench *b = fresh();
	uint64_t arm, press;
	char all[21];

	CHECK_EQUAL(bench_open(b, &first), WIRE_OK);
	arm = b->seal.memory.counter;
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	press = b->seal.memory.counter;
	CHECK_EQUAL(acts_of(b, arm), PARTS);
	CHECK_EQUAL(acts_of(b, press), PARTS);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	bench_boot(b);
	CHECK_EQUAL(acts_of(b, press), PARTS);
	CHECK_EQUAL(bench_open(b, &second), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.bundles, 2);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(memory_rewrite(&b->seal.memory), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.acts, PARTS + 2); /* application and approvals are there once */
	CHECK_EQUAL(acts_of(b, press), PARTS);

	text_put_number(all, press);
	third = one_press("12", all);
	CHECK_EQUAL(bench_open(b, &third), WIRE_OK);
	CHECK(bench_receipt(b, press) == NULL);
	CHECK_EQUAL(b->seal.memory.bundles, 2); /* of the second session, whose arming is not acknowledged, and of this one */
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(memory_rewrite(&b->seal.memory), WIRE_OK);
	CHECK_EQUAL(b->seal.memory.acts, PARTS + 2 + 2 - 2);
	CHECK_EQUAL(acts_of(b, b->seal.memory.counter), PARTS);
}

/* Weeks without a link: sessions until it is full, and what was kept is all there. Then one acknowledgement, and it opens again. */
static void
test_weeks_offline(void)
{
	struct forgery forgery;
	struct bench *b = fresh();
	unsigned sessions = 0;
	enum wire_code code = WIRE_OK;
	char seq[21], all[21];

	for (; code == WIRE_OK; sessions++) {
		text_put_number(seq, 10 + sessions);
		forgery = one_press(seq, "0");
		code = bench_open(b, &forgery);
		bench_tell(b, FRAME_CLOSE, (struct span){0});
		if (sessions % 7 == 3)
			bench_boot(b);
	}
	CHECK(code == WIRE_FULL || code == WIRE_UNACKNOWLEDGED);
	CHECK(sessions > 16);
	for (uint64_t counter = 1; counter <= b->seal.memory.counter; counter++)
		if (bench_receipt(b, counter)->kind == RECEIPT_ARM)
			CHECK_EQUAL(acts_of(b, counter), PARTS);
	CHECK_EQUAL(memory_health(&b->seal.memory), WIRE_OK);
	text_put_number(seq, 10 + sessions);
	text_put_number(all, b->seal.memory.counter);
	forgery = one_press(seq, all);
	CHECK_EQUAL(bench_open(b, &forgery), WIRE_OK);
}

/* What was shown and opened nothing is no evidence, and takes no room for ever. */
static void
test_not_opened(void)
{
	struct forgery forgery = {{{STATE, KEY_STATUS, "rejected"}}, 0};
	struct bench *b = fresh();
	char time[] = "2026-11-22T06:00:00Z";

	for (int i = 0; i < 40; i++) {
		time[15] = (char)('0' + i % 10);
		time[14] = (char)('0' + i / 10);
		forgery.field[1] = (struct forged_field){STATE, KEY_TIME, time};
		CHECK_EQUAL(bench_open(b, &forgery), WIRE_REJECTED);
	}
	CHECK_EQUAL(b->seal.memory.bundles, 0);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(acts_of(b, b->seal.memory.counter), PARTS);
}

/* A withdrawal is shown again in every session after it. */
static void
test_withdrawn_twice(void)
{
	static struct papers papers;
	static struct draft withdrawal;
	struct bench *b = fresh();

	for (int i = 0; i < 2; i++) {
		const struct forgery forgery = {{{STATE, KEY_CAP, "2"}, {STATE, KEY_SEQ, i ? "11" : "10"}, {SESSION, KEY_PRESSES, "1"}}, 0};

		CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
		papers_write(&papers, b, &forgery);
		for (unsigned part = APPLY; part <= DIRECTOR; part++)
			CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[part])), WIRE_OK);
		draft_part(&papers, MANAGER, ACT_WITHDRAW, "bob", papers.part[APPLY].act.id);
		withdrawal = papers.part[MANAGER];
		strcpy(withdrawal.text[KEY_CAP], "2");
		draft_sign(&withdrawal);
		CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&withdrawal)), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[STATE])), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_ACT, draft_raw(&papers.part[SESSION])), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_OPEN, (struct span){0}), WIRE_OK);
		CHECK_EQUAL(bench_press(b), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	}
	CHECK_EQUAL(b->strokes, 2);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_kept();
	test_weeks_offline();
	test_not_opened();
	test_withdrawn_twice();
	return test_result();
}
