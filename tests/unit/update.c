/* An update over the cable: when a seal takes one, what is on trial confirms itself or not, and all that the seal remembers stays. */
#include "sealbench.h"
#include "slotbench.h"

static struct bench ready, bench;
static struct slotbench board;
static uint8_t image[IMAGE_HEAD + SLOTBENCH_CODE];

/* Starts whatever the boot stage chooses. */
static unsigned
start(struct bench *b)
{
	int which = slots_choose(&board.slots);

	CHECK(which >= 0);
	b->port.slots = &board.slots;
	b->port.running = which == 1;
	bench_boot(b);
	return b->port.running;
}

/* An enrolled seal with a table, that runs release 2 and has confirmed it. */
static struct bench *
delivered(void)
{
	bench_copy(&bench, &ready);
	slotbench_new(&board);
	slotbench_put(&board, "bench", 2, 0);
	CHECK_EQUAL(start(&bench), 0);
	CHECK_EQUAL(bench_tell(&bench, FRAME_STATUS, (struct span){0}), WIRE_OK);
	return &bench;
}

static enum wire_code
upload(struct bench *b, size_t from, size_t len)
{
	uint8_t payload[4 + sizeof(image)];

	put32(payload, (uint32_t)from);
	memcpy(payload + 4, image + from, len);
	return bench_tell(b, FRAME_UPDATE, span_of(payload, 4 + len));
}

static enum wire_code
install(struct bench *b)
{
	enum wire_code code = upload(b, 0, 256);

	if (code == WIRE_OK)
		code = upload(b, 256, sizeof(image) - 256);
	return code == WIRE_OK ? bench_tell(b, FRAME_INSTALL, (struct span){0}) : code;
}

static struct frame_image
runs(struct bench *b)
{
	struct frame_image is = {0};
	struct answer answer;

	bench_ask(&answer, b, FRAME_IMAGE, (struct span){0});
	CHECK_EQUAL(answer.frame.type, FRAME_IMAGE_IS);
	CHECK(frame_read_image(&is, answer.frame.payload));
	return is;
}

static void
test_update(void)
{
	struct bench *b = delivered();
	uint64_t counter = b->seal.memory.counter, version = b->seal.memory.table.version;
	struct frame_image is = runs(b);
	struct receipt receipt;

	CHECK(is.version == 2 && is.counter == 2 && is.next == board.slots.address[1] && !is.trial);
	slotbench_image(image, "bench", 3, 1);
	CHECK_EQUAL(install(b), WIRE_OK);
	CHECK(b->seal.update.restart);
	CHECK_EQUAL(start(b), 1);
	CHECK(b->seal.update.trial);
	is = runs(b); /* a host is heard by that */
	CHECK(is.version == 3 && is.counter == 3 && is.next == board.slots.address[0] && !is.trial);
	CHECK_EQUAL(start(b), 1);
	CHECK_EQUAL(b->seal.memory.table.version, version);
	CHECK_EQUAL(b->seal.memory.counter, counter + 2);
	CHECK(receipts_find(&receipt, &b->seal.memory, counter + 1));
	CHECK(receipt.kind == RECEIPT_BOOT && receipt.has_bundle && memcmp(receipt.bundle, is.digest, SHA256_SIZE) == 0);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
}

static void
test_trial_of_its_own(void)
{
	struct bench *b = delivered();

	slotbench_image(image, "bench", 3, 1);
	CHECK_EQUAL(install(b), WIRE_OK);
	CHECK_EQUAL(start(b), 1);
	bench_wait(b, UPDATE_TRIAL - 1000);
	CHECK(!b->seal.update.restart);
	bench_wait(b, 2000);
	CHECK(b->seal.update.restart);
	CHECK_EQUAL(start(b), 0);
	CHECK(runs(b).version == 2 && runs(b).counter == 2);

	/* What cannot read the seal's memory does not confirm itself, whoever calls. */
	CHECK_EQUAL(install(b), WIRE_OK);
	CHECK_EQUAL(start(b), 1);
	b->seal.memory.unknown = true;
	CHECK(runs(b).trial);
	CHECK_EQUAL(install(b), WIRE_UNKNOWN_MEMORY);
	b->seal.memory.unknown = false;
	b->seal.memory.point[0] ^= 1;
	CHECK(runs(b).trial);
	CHECK_EQUAL(upload(b, 0, 8), WIRE_OUT_OF_ORDER);
	b->seal.memory.point[0] ^= 1;
	CHECK(!runs(b).trial);
}

static void
test_in_pieces(void)
{
	struct bench *b = delivered();

	slotbench_image(image, "bench", 3, 1);
	CHECK_EQUAL(bench_tell(b, FRAME_INSTALL, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(upload(b, 8, 8), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(upload(b, 0, 7), WIRE_MALFORMED_FRAME);
	CHECK_EQUAL(upload(b, 0, 0), WIRE_MALFORMED_FRAME);
	CHECK_EQUAL(upload(b, 0, 256), WIRE_OK);
	CHECK_EQUAL(upload(b, 264, 8), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(upload(b, 0, 256), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_INSTALL, (struct span){0}), WIRE_MALFORMED_IMAGE);
	CHECK_EQUAL(upload(b, 256, 8), WIRE_OUT_OF_ORDER);
	CHECK(!b->seal.update.restart);
	CHECK_EQUAL(install(b), WIRE_OK);
}

/* Everything that is wrong with the seal itself, and then that it was that. */
static void
test_when(void)
{
	struct bench *b = delivered();

	slotbench_image(image, "bench", 3, 1);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(upload(b, 0, 8), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(b->seal.state, DEVICE_LOCKED);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_INSTALL, (struct span){0}), WIRE_OUT_OF_ORDER);
	CHECK(b->seal.state == DEVICE_LOCKED && !b->arm);
	b->tampered = true;
	CHECK_EQUAL(install(b), WIRE_TAMPERED);
	b->tampered = false;
	b->battery = BENCH_BATTERY_ARMING - 1;
	CHECK_EQUAL(install(b), WIRE_LOW_BATTERY);
	b->battery = BENCH_BATTERY_FULL;
	b->seal.memory.broken = true;
	CHECK_EQUAL(install(b), WIRE_FLASH);
	b->seal.memory.broken = false;
	b->seal.memory.retired = true;
	CHECK_EQUAL(install(b), WIRE_RETIRED);
	b->seal.memory.retired = false;
	b->seal.memory.dead = true;
	CHECK_EQUAL(install(b), WIRE_LOCKED_FOR_GOOD);
	b->seal.memory.dead = false;
	b->port.slots = NULL;
	CHECK_EQUAL(install(b), WIRE_NOT_ALLOWED);
	CHECK_EQUAL(bench_tell(b, FRAME_IMAGE, (struct span){0}), WIRE_NOT_ALLOWED);
	b->port.slots = &board.slots;
	CHECK_EQUAL(install(b), WIRE_OK);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_update();
	test_trial_of_its_own();
	test_in_pieces();
	test_when();
	return test_result();
}
