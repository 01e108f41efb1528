/*
 * Which image starts: the one in force, the one on trial once, never an older one or one for something else. The power goes in every operation of a life with many updates:
 * something that two have signed always starts, what is in force stays so until another has confirmed itself, and the counter never falls.
 */
#include "slotbench.h"

static struct slotbench bench;

static uint32_t
counter_of(struct slotbench *b)
{
	struct slots_state state;

	CHECK(slots_read(&state, &b->slots));
	return state.counter;
}

static void
test_first_start(void)
{
	struct slotbench *b = &bench;

	slotbench_new(b);
	CHECK_EQUAL(slots_choose(&b->slots), -1);
	slotbench_put(b, "bench", 1, 0);
	CHECK_EQUAL(slots_choose(&b->slots), 0);
	CHECK_EQUAL(counter_of(b), 0);
	CHECK_EQUAL(slots_confirm(&b->slots, 0), WIRE_OK);
	CHECK_EQUAL(counter_of(b), 1);
	b->operations = 0;
	CHECK_EQUAL(slots_confirm(&b->slots, 0), WIRE_OK);
	CHECK_EQUAL(b->operations, 0);
}

/* As delivered, with version 2 in slot 0 confirmed. */
static struct slotbench *
delivered(void)
{
	slotbench_new(&bench);
	slotbench_put(&bench, "bench", 2, 0);
	CHECK_EQUAL(slots_confirm(&bench.slots, 0), WIRE_OK);
	return &bench;
}

static void
test_trial(void)
{
	struct slotbench *b = delivered();

	slotbench_put(b, "bench", 3, 1);
	CHECK_EQUAL(slots_choose(&b->slots), 0); /* nobody wants it */
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_OK);
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(slots_choose(&b->slots), 1);
	CHECK_EQUAL(counter_of(b), 2);
	CHECK_EQUAL(slots_choose(&b->slots), 0); /* it has not confirmed itself */
	CHECK_EQUAL(slots_choose(&b->slots), 0);
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_OK);
	CHECK_EQUAL(slots_choose(&b->slots), 1);
	CHECK_EQUAL(slots_confirm(&b->slots, 1), WIRE_OK);
	CHECK_EQUAL(counter_of(b), 3);
	CHECK_EQUAL(slots_choose(&b->slots), 1);
	/* Now the one before is too old, whatever happens to this one; the same again is not. */
	b->slot[1][IMAGE_HEAD] ^= 1;
	CHECK_EQUAL(slots_choose(&b->slots), -1);
	slotbench_put(b, "bench", 3, 0);
	CHECK_EQUAL(slots_choose(&b->slots), 0);
}

static enum wire_code
judge_second(struct slotbench *b)
{
	struct slots_state state;
	struct image image;

	CHECK(slots_read(&state, &b->slots));
	return slots_judge(&image, &b->slots, &state, 1);
}

/* Refused when it is to be tried; and when it was put on trial before it became that, at the start. */
static void
check_refused(enum wire_code code, void (*forge)(struct slotbench *b))
{
	struct slotbench *b = delivered();

	slotbench_put(b, "bench", 3, 1);
	CHECK_EQUAL(judge_second(b), WIRE_OK);
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_OK);
	forge(b);
	CHECK_EQUAL(judge_second(b), code);
	CHECK_EQUAL(slots_choose(&b->slots), 0);
	CHECK_EQUAL(slots_try(&b->slots, 0), code);
}

static void
other_board(struct slotbench *b)
{
	slotbench_put(b, "bench2", 3, 1);
}

static void
older(struct slotbench *b)
{
	slotbench_put(b, "bench", 1, 1);
}

static void
other_place(struct slotbench *b)
{
	slotbench_image(b->slot[1], "bench", 3, 0);
}

static void
one_signature(struct slotbench *b)
{
	memset(b->slot[1] + IMAGE_SIGNED, 0, ED25519_SIGNATURE_SIZE);
}

static void
same_signature(struct slotbench *b)
{
	memcpy(b->slot[1] + IMAGE_SIGNED, b->slot[1] + IMAGE_SIGNED + ED25519_SIGNATURE_SIZE, ED25519_SIGNATURE_SIZE);
}

static void
truncated(struct slotbench *b)
{
	memset(b->slot[1] + IMAGE_HEAD + SLOTBENCH_CODE - SLOT_WORD, 0xff, SLOT_WORD);
}

static void
erased(struct slotbench *b)
{
	memset(b->slot[1], 0xff, IMAGE_SLOT);
}

static void
test_forged(void)
{
	check_refused(WIRE_WRONG_BOARD, other_board);
	check_refused(WIRE_WRONG_BOARD, other_place);
	check_refused(WIRE_STALE_IMAGE, older);
	check_refused(WIRE_FEW_SIGNATURES, one_signature);
	check_refused(WIRE_BAD_SIGNATURE, same_signature);
	check_refused(WIRE_MALFORMED_IMAGE, truncated);
	check_refused(WIRE_MALFORMED_IMAGE, erased);
}

/* What is remembered lies in shambles: nobody guesses a counter. */
static void
test_damaged(void)
{
	struct slotbench *b = delivered();

	CHECK_EQUAL(slots_confirm(&b->slots, 0), WIRE_OK);
	slotbench_put(b, "bench", 3, 1);
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_OK);
	for (unsigned i = 0; i < SLOTBENCH_LOG; i += 16)
		b->log[0][i] ^= 1;
	CHECK_EQUAL(slots_choose(&b->slots), -1);
	CHECK_EQUAL(slots_try(&b->slots, 0), WIRE_FLASH);
	CHECK_EQUAL(slots_confirm(&b->slots, 0), WIRE_FLASH);
}

/* ---- power ---- */

static struct slotbench start;
static uint32_t seen, version; /* the highest counter so far; that of the image in force, when it is known */

/* One start; what is on trial confirms itself or not. */
static void
live(struct slotbench *b, bool confirms)
{
	int which = slots_choose(&b->slots);
	uint32_t counter = counter_of(b);
	struct image image;

	CHECK(which >= 0);
	CHECK(counter >= seen);
	seen = counter;
	if (which < 0)
		return;
	CHECK_EQUAL(image_read(&image, span_of(b->slot[which], IMAGE_SLOT)), WIRE_OK);
	CHECK(image.version >= counter);
	CHECK(image.version == version || image.version == version + 1);
	if (confirms) {
		CHECK_EQUAL(slots_confirm(&b->slots, (unsigned)which), WIRE_OK);
		CHECK(counter_of(b) >= seen);
		seen = version = image.version;
	}
}

static unsigned
running(const struct slotbench *b)
{
	struct slots_state state;

	CHECK(slots_read(&state, &b->slots));
	return state.active;
}

/* An image comes word by word, is tried, and does not confirm itself; then again, and it does. */
static void
update(struct slotbench *b)
{
	static uint8_t image[IMAGE_HEAD + SLOTBENCH_CODE];
	unsigned other = 1 - running(b);

	slotbench_image(image, "bench", version + 1, other);
	for (unsigned at = 0; at < IMAGE_SLOT; at += SLOTBENCH_PAGE)
		slotbench_erase(b, b->slot[other] + at);
	for (unsigned at = 0; at < sizeof(image); at += SLOT_WORD)
		slotbench_program(b, b->slot[other] + at, image + at);
	for (int confirms = 0; confirms < 2; confirms++) {
		CHECK_EQUAL(slots_try(&b->slots, 1 - other), WIRE_OK);
		live(b, confirms == 1);
		live(b, false);
	}
}

/* False when the power never went. */
static bool
update_with_cut(unsigned cut_at, unsigned how)
{
	struct slotbench *b = &bench;

	*b = start;
	slotbench_wire(b);
	b->operations = 0;
	b->cut_at = cut_at;
	b->how = how;
	version = seen = counter_of(b);
	if (setjmp(b->dark) == 0) {
		update(b);
		return false;
	}
	b->cut_at = 0;
	live(b, false); /* whatever was on trial is not confirmed; or it is in force already */
	live(b, false);
	live(b, true);
	update(b); /* and it can be done again */
	return true;
}

static void
test_power(void)
{
	unsigned runs = 0;

	delivered();
	for (unsigned round = 0; round < 5; round++) { /* so that the cuts meet the log at each of its places, and its pages changing */
		start = bench;
		for (unsigned how = 0; how < 4; how++)
			for (unsigned cut = 1; update_with_cut(cut, how); cut++)
				runs++;
		bench = start;
		slotbench_wire(&bench);
		version = seen = counter_of(&bench);
		update(&bench);
	}
	printf("%u cuts of the power\n", runs);
	CHECK(runs > 1000);
}

int
main(void)
{
	test_first_start();
	test_trial();
	test_forged();
	test_damaged();
	test_power();
	return test_result();
}
