/*
 * The power goes in every single flash operation, and again while the seal recovers; later a bit flips in every octet.
 * Whatever happens: no press above the grant, what is used stays used, locked at boot, the receipts one chain.
 */
#define BENCH_AREA (64 * 1024) /* so that the journal moves to its other area within a session */
#include "sealbench.h"

#include "core/records.h"

enum { GRANT = 3 };

static struct bench start, bench;

/* ---- what the world outside has seen; the power does not reach it ---- */

enum { APPLICATIONS = 3, RECEIPTS = 64 };

static struct {
	unsigned strokes[APPLICATIONS];
	uint64_t used[APPLICATIONS];
	unsigned application, counted; /* in use; strokes that have been added */
	bool withdrawn; /* the seal has said that it knows */
	uint8_t receipt[RECEIPTS][SHA256_SIZE]; /* as they were read, by counter */
	bool has_receipt[RECEIPTS];
	unsigned runs;
} world;

static const char *const nonces[APPLICATIONS] = {BENCH_ARCHIVE, OTHER_HEX16, "44444444444444444444444444444444"};
static uint8_t digests[APPLICATIONS][SHA256_SIZE];

/* A session for one of the applications, in a register of that page that has so many receipts. */
struct wish {
	unsigned application;
	const char *presses, *seq, *cap;
	char acknowledged[21];
};

static enum wire_code
open_for(struct bench *b, const struct wish *wish)
{
	const struct forgery forgery = {{{APPLY, KEY_NONCE, nonces[wish->application]}, {SESSION, KEY_PRESSES, wish->presses},
		{STATE, KEY_SEQ, wish->seq}, {STATE, KEY_CAP, wish->cap}, {STATE, KEY_RECEIPT_ACKED, wish->acknowledged}}, 0};

	return bench_open(b, &forgery);
}

static uint64_t
used_of(const struct bench *b, unsigned application)
{
	struct application entry;

	return memory_find_application(&entry, &b->seal.memory, digests[application]) ? entry.used : 0;
}

/* Whose strokes those since the last time were. */
static void
count_strokes(const struct bench *b)
{
	world.strokes[world.application] += b->strokes - world.counted;
	world.counted = b->strokes;
}

static enum wire_code
open_and_press(struct bench *b, const struct wish *wish, unsigned times)
{
	enum wire_code code;

	count_strokes(b);
	world.application = wish->application;
	code = open_for(b, wish);
	while (code == WIRE_OK && times-- > 0)
		code = bench_press(b);
	if (code == WIRE_OK)
		code = bench_tell(b, FRAME_CLOSE, (struct span){0});
	count_strokes(b);
	return code;
}

/* Reads every receipt that there is, as a host does after each session. */
static void
read_receipts(struct bench *b)
{
	for (uint64_t counter = 1; counter <= b->seal.memory.counter && counter < RECEIPTS; counter++) {
		struct span text = memory_receipt(&b->seal.memory, counter);

		if (text.len == 0)
			continue;
		wire_sha256_of(world.receipt[counter], text);
		world.has_receipt[counter] = true;
	}
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

/* What was read once is there as it was, or acknowledged. */
static void
check_receipts(const struct bench *b)
{
	uint8_t digest[SHA256_SIZE];

	for (uint64_t counter = b->seal.memory.acknowledged + 1; counter < RECEIPTS; counter++) {
		struct span text = memory_receipt(&b->seal.memory, counter);

		if (!world.has_receipt[counter])
			continue;
		CHECK(text.len > 0);
		wire_sha256_of(digest, text);
		CHECK(memcmp(digest, world.receipt[counter], SHA256_SIZE) == 0);
	}
}

static void
check_recovered(const struct bench *b)
{
	struct application open;

	CHECK_EQUAL(memory_health(&b->seal.memory), WIRE_OK);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK(!b->coil && !b->arm && !b->fire && !b->shown.lit);
	CHECK(!memory_open_application(&open, &b->seal.memory));
	for (unsigned i = 0; i < APPLICATIONS; i++) {
		CHECK(world.strokes[i] <= GRANT && used_of(b, i) >= world.strokes[i] && used_of(b, i) >= world.used[i]);
		world.used[i] = used_of(b, i);
	}
	check_chain(b);
	check_receipts(b);
}

static unsigned bench_operations; /* of the latest scenario that ran through */

/* Runs the scenario until the power goes. True when it did not. */
static bool
runs_through(struct bench *b, void (*scenario)(struct bench *), unsigned cut)
{
	b->operations = 0;
	b->cut_at = cut;
	if (setjmp(b->dark) != 0) {
		b->cut_at = 0;
		b->stamp_down = false;
		return false;
	}
	scenario(b);
	bench_operations = b->operations;
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
update_table(struct bench *b)
{
	static struct draft d;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "2"));

	draft_table(&d, "2", table);
	draft_sign(&d);
	CHECK_EQUAL(bench_equip(b, &d, table), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
}

/* Three applications, five presses, a withdrawal, a table, an acknowledgement; and the journal moves to its other area on the way. */
static void
all_there_is(struct bench *b)
{
	struct wish acknowledging = {2, "2", "14", "3", ""};

	CHECK_EQUAL(open_and_press(b, &(struct wish){0, "2", "10", "3", "0"}, 2), WIRE_OK);
	read_receipts(b);
	CHECK_EQUAL(open_and_press(b, &(struct wish){1, "1", "11", "3", "0"}, 1), WIRE_OK);
	update_table(b);
	CHECK_EQUAL(open_and_press(b, &(struct wish){0, "1", "12", "2", "0"}, 1), WIRE_WITHDRAWN);
	world.withdrawn = true;
	read_receipts(b);
	text_put_number(acknowledging.acknowledged, b->seal.memory.counter - 2);
	CHECK_EQUAL(open_and_press(b, &acknowledging, 2), WIRE_OK);
	read_receipts(b);
}

/* Whoever cut the power tries for more, with what the register says now. */
static void
press_all_that_remain(struct bench *b)
{
	for (unsigned i = 0; i < APPLICATIONS; i++) {
		struct wish wish = {i, "1", "20", i == 0 && world.withdrawn ? "2" : "3", ""};
		enum wire_code code;

		do {
			text_put_number(wish.acknowledged, b->seal.memory.counter);
		} while ((code = open_and_press(b, &wish, 1)) == WIRE_OK);
		CHECK(code == WIRE_USED_UP || (i == 0 && code == WIRE_WITHDRAWN));
		CHECK(world.strokes[i] <= (i == 0 && world.withdrawn ? 2 : GRANT));
	}
}

static void
learn_digests(struct bench *b)
{
	for (unsigned i = 0; i < APPLICATIONS; i++) {
		CHECK_EQUAL(open_for(b, &(struct wish){i, "1", "10", "3", "0"}), WIRE_OK);
		memcpy(digests[i], b->seal.application.digest, SHA256_SIZE);
		CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	}
}

static bool
cut_at(unsigned operation)
{
	unsigned runs = world.runs;
	bool through;

	memset(&world, 0, sizeof(world));
	world.runs = runs + 1;
	bench_copy(&bench, &start);
	bench.random += operation;
	through = runs_through(&bench, all_there_is, operation);
	count_strokes(&bench);
	if (!through)
		recover(&bench);
	check_recovered(&bench);
	press_all_that_remain(&bench);
	return through;
}

/* Every operation with SOAK, else some. */
static void
test_cut_at_every_operation(void)
{
	unsigned stride = is_soak() ? 1 : 41, operations;

	CHECK(cut_at(0));
	operations = bench_operations;
	CHECK(operations > 1000);
	CHECK(bench.seal.memory.journal.generation > start.seal.memory.journal.generation); /* it did move */
	for (unsigned operation = 1; operation <= operations && test_result() == 0; operation += stride)
		CHECK(!cut_at(operation));
	printf("%u flash operations, the power cut in %u of them: all invariants held\n", operations, world.runs - 1);
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
	CHECK_EQUAL(used_of(&bench, 0), 1);
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
	bench_wire(&blank, BENCH_AREA);
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
	unsigned stride = is_soak() ? 1 : 97;
	static struct bench used;

	memset(&world, 0, sizeof(world));
	bench_copy(&used, &start);
	CHECK_EQUAL(open_and_press(&used, &(struct wish){0, "3", "10", "3", "0"}, 3), WIRE_OK);
	for (uint32_t at = 0; at < 2 * BENCH_AREA && test_result() == 0; at += stride) {
		if (used.flash[at] == 0xff && at % 61 != 0) /* most of it is erased */
			continue;
		bench_copy(&bench, &used);
		bench.flash[at] ^= (uint8_t)(1 << at % 8);
		bench_boot(&bench);
		CHECK_EQUAL(bench.seal.state, DEVICE_LOCKED);
		if (bench.seal.memory.broken)
			CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_FLASH);
		else if (memory_has_table(&bench.seal.memory))
			CHECK(used_of(&bench, 0) >= GRANT);
	}
}

/* Leaves so little room in the journal that it has to move in the middle of a session. */
static void
fill_journal(struct bench *b)
{
	struct memory *memory = &b->seal.memory;

	for (int64_t time = BENCH_TIME_SECONDS + 1; memory->journal.at < BENCH_AREA - 1500; time++)
		CHECK_EQUAL(memory_raise_floors(memory, time, 0, false), WIRE_OK);
}

int
main(void)
{
	bench_ready(&start, BENCH_AREA);
	bench_copy(&bench, &start);
	learn_digests(&bench);
	fill_journal(&start);
	test_cut_in_reservation();
	test_cut_at_every_operation();
	test_cut_in_enrolment();
	test_flipped_bit();
	return test_result();
}
