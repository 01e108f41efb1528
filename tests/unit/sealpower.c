/*
 * The power goes in every single flash operation, and again while the seal recovers; later a bit flips in every octet.
 * Whatever happens: no press above the grant, what is used stays used, locked at boot, the receipts one chain.
 */
#include "sealbench.h"

#include "core/records.h"

enum { SMALL_AREA = 64 * 1024 /* so that the journal moves to its other area within a session */, GRANT = 3 };

static struct bench start, bench;

static struct forgery
asking(const char *presses)
{
	return (struct forgery){{{SESSION, KEY_PRESSES, presses}}, 0};
}

/* NULL: the seal has not opened yet. */
static const struct application *
entry(const struct bench *b)
{
	static struct application first;
	const struct memory *memory = &b->seal.memory;

	if (memory->applications == 0)
		return NULL;
	return record_read_application(&first, journal_at(memory->journal.port, memory->application[0])) ? &first : NULL;
}

static void
check_chain(const struct bench *b)
{
	const struct memory *memory = &b->seal.memory;
	uint8_t digest[SHA256_SIZE];

	for (uint64_t counter = memory->acknowledged + 1; counter <= memory->counter; counter++) {
		const struct receipt *r = bench_receipt(b, counter);

		CHECK(r != NULL && r->counter == counter);
		CHECK(counter == memory->acknowledged + 1 || (r != NULL && memcmp(r->previous, digest, SHA256_SIZE) == 0));
		wire_sha256_of(digest, memory_receipt(memory, counter));
	}
	CHECK(memory->receipts == 0 || memcmp(memory->head, digest, SHA256_SIZE) == 0);
}

static void
check_recovered(const struct bench *b)
{
	CHECK(!b->seal.memory.broken);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(!b->coil && !b->shown.lit);
	CHECK(b->strokes <= GRANT);
	CHECK(b->strokes == 0 || (entry(b) != NULL && entry(b)->used >= b->strokes));
	CHECK(entry(b) == NULL || !entry(b)->open);
	check_chain(b);
}

/* Runs the scenario until the power goes. True when it did not. */
static bool
runs_through(struct bench *b, void (*scenario)(struct bench *), unsigned cut_at)
{
	b->operations = 0;
	b->cut_at = cut_at;
	if (setjmp(b->dark) != 0) {
		b->cut_at = 0;
		b->stamp_down = false;
		return false;
	}
	scenario(b);
	b->cut_at = 0;
	return true;
}

static void
power_on(struct bench *b)
{
	bench_boot(b);
}

/* Twice more the power goes while it recovers; then it may. */
static void
recover(struct bench *b)
{
	for (int i = 0; i < 2; i++)
		runs_through(b, power_on, 1 + (unsigned)(bench_random(b) % 40));
	b->operations = 0;
	bench_boot(b);
}

static void
two_sessions(struct bench *b)
{
	struct forgery two = asking("2"), one = asking("1");

	CHECK_EQUAL(bench_open(b, &two), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_open(b, &one), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
}

/* Whoever cut the power tries for more. */
static void
press_all_that_remain(struct bench *b)
{
	struct forgery one = asking("1");
	enum wire_code code;

	while ((code = bench_open(b, &one)) == WIRE_OK) {
		CHECK_EQUAL(bench_press(b), WIRE_OK);
		CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	}
	CHECK_EQUAL(code, WIRE_USED_UP);
	CHECK(b->strokes <= GRANT);
}

static void
test_cut_in_session(void)
{
	unsigned cut = 0;
	bool through;

	do {
		bench_copy(&bench, &start);
		bench.random += ++cut;
		through = runs_through(&bench, two_sessions, cut);
		if (!through)
			recover(&bench);
		check_recovered(&bench);
		press_all_that_remain(&bench);
	} while (!through && test_result() == 0);
	CHECK_EQUAL(bench.strokes, GRANT);
	CHECK(cut > 400);
	CHECK(bench.seal.memory.journal.generation > start.seal.memory.journal.generation); /* it did move */
}

static void
ask_to_press(struct bench *b)
{
	bench_tell(b, FRAME_PRESS, (struct span){0});
}

/* A reservation cut short counts, although the coil never moved. */
static void
test_cut_in_reservation(void)
{
	bench_copy(&bench, &start);
	CHECK_EQUAL(bench_open(&bench, NULL), WIRE_OK);
	CHECK_EQUAL(bench_echo(&bench), WIRE_OK);
	CHECK(!runs_through(&bench, ask_to_press, 2));
	bench_boot(&bench);
	CHECK_EQUAL(bench.strokes, 0);
	CHECK_EQUAL(entry(&bench)->used, 1);
	CHECK_EQUAL(bench_receipt(&bench, bench.seal.memory.counter - 1)->kind, RECEIPT_ABORT);
}

static void
become_a_seal(struct bench *b)
{
	static struct draft d;
	static char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "1"));

	bench_boot(b);
	draft_enrolment(&d, b);
	draft_sign(&d);
	CHECK(bench_enrol(b, &d) != WIRE_FLASH);
	draft_table(&d, "1", table);
	draft_sign(&d);
	if (!memory_has_table(&b->seal.memory))
		CHECK_EQUAL(bench_equip(b, &d, table), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
}

static void
test_cut_in_enrolment(void)
{
	static struct bench blank;
	unsigned cut = 0;
	bool through;

	memset(&blank, 0, sizeof(blank));
	memset(blank.flash, 0xff, sizeof(blank.flash));
	blank.random = 88172645463325252;
	blank.battery = BENCH_BATTERY_FULL;
	bench_wire(&blank, SMALL_AREA);
	do {
		bench_copy(&bench, &blank);
		bench.random += ++cut;
		through = runs_through(&bench, become_a_seal, cut);
		if (!through)
			recover(&bench);
		CHECK(!bench.seal.memory.broken);
		become_a_seal(&bench);
		CHECK_EQUAL(bench_open(&bench, NULL), WIRE_OK);
	} while (!through && test_result() == 0);
	CHECK(cut > 100);
}

/* Damage is noticed, or costs a press, or a key; it never gives one back. */
static void
test_flipped_bit(void)
{
	static struct bench used;

	bench_copy(&used, &start);
	two_sessions(&used);
	CHECK_EQUAL(used.strokes, GRANT);
	for (uint32_t at = 0; at < 2 * SMALL_AREA && test_result() == 0; at++) {
		if (used.flash[at] == 0xff && at % 61 != 0) /* most of it is erased */
			continue;
		bench_copy(&bench, &used);
		bench.flash[at] ^= (uint8_t)(1 << at % 8);
		bench_boot(&bench);
		CHECK_EQUAL(bench.seal.state, DEVICE_LOCKED);
		if (bench.seal.memory.broken)
			CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_FLASH);
		else if (memory_has_table(&bench.seal.memory))
			CHECK(entry(&bench) != NULL && entry(&bench)->used >= GRANT);
	}
}

/* Leaves so little room in the journal that it has to move in the middle of a session. */
static void
fill_journal(struct bench *b)
{
	struct memory *memory = &b->seal.memory;

	for (int64_t time = BENCH_TIME_SECONDS + 1; memory->journal.at < SMALL_AREA - 1500; time++)
		CHECK_EQUAL(memory_raise_floors(memory, time, 0, false), WIRE_OK);
}

int
main(void)
{
	bench_ready(&start, SMALL_AREA);
	fill_journal(&start);
	test_cut_in_reservation();
	test_cut_in_session();
	test_cut_in_enrolment();
	test_flipped_bit();
	return test_result();
}
