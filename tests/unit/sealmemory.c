/* What a seal signs, is told and keeps: receipts, enrolment, tables, entries of applications. */
#include "core/equip.h"
#include "sealbench.h"

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	return &bench;
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

static bool
bench_code_is(const struct bench *b, uint64_t counter, const uint8_t code[NONCE_SIZE])
{
	uint8_t wanted[NONCE_SIZE];

	memcpy(wanted, code, NONCE_SIZE);
	return memcmp(bench_receipt(b, counter)->code, wanted, NONCE_SIZE) == 0;
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
	CHECK(bench_latest(b)->kind == RECEIPT_PHOTO && bench_code_is(b, press, bench_latest(b)->code));
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

/* A press and the end of the session must have room. */
static void
test_full_in_session(void)
{
	struct bench *b = fresh();

	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	while (b->seal.memory.receipts < MEMORY_RECEIPTS - 2)
		CHECK_EQUAL(receipts_issue(&b->seal.memory, &b->seal.clock, &(struct event){.kind = RECEIPT_DIE}), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_OK);
	CHECK_EQUAL(bench_press(b), WIRE_UNACKNOWLEDGED);
	CHECK_EQUAL(bench_latest(b)->kind, RECEIPT_ABORT);
	CHECK_EQUAL(b->strokes, 1);
}

/* ---- enrolment, tables, memory ---- */

static void
test_enrolment(void)
{
	static struct draft d;
	struct bench *b = &bench;

	bench_new(b, BENCH_AREA);
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

/* The first table is believed to the administrator of the enrolment and to nobody else. */
static void
test_first_table(void)
{
	static struct draft d;
	struct bench *b = &bench;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "1"));

	bench_new(b, BENCH_AREA);
	draft_enrolment(&d, b);
	draft_sign(&d);
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_OK);
	CHECK_EQUAL(try_table(b, "1", "bob", 0, NULL), WIRE_UNKNOWN_KEY);
	CHECK_EQUAL(try_table(b, "1", "alma", KEY_ACTOR, "bob"), WIRE_KEY_OWNER);
	draft_table(&d, "1", table);
	draft_sign(&d);
	d.raw[12] ^= 1; /* a digit of the tree */
	CHECK_EQUAL(bench_equip(b, &d, table), WIRE_BAD_SIGNATURE);
	d.raw[12] ^= 1;
	CHECK_EQUAL(bench_equip(b, &d, table), WIRE_OK);
}

/* Signed for this seal, and the text is another's. */
static void
test_table_of_another(void)
{
	static struct draft d;
	struct bench *b = fresh();
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "2"));

	memcpy(strstr(text, "S-0007"), "S-0008", 6);
	draft_table(&d, "2", table);
	draft_sign(&d);
	CHECK_EQUAL(bench_equip(b, &d, table), WIRE_WRONG_SEAL);
}

/* Shows an act and sends the first piece of a text: what is said of that piece. */
static enum wire_code
try_upload(struct bench *b, const char *version, const char *by, const char *flawed)
{
	static struct draft d;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), version));

	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	draft_table(&d, version, table);
	d.by = by;
	strcpy(d.text[KEY_ACTOR], by);
	draft_sign(&d);
	if (flawed)
		d.raw[12] ^= 1;
	bench_tell(b, FRAME_ACT, draft_raw(&d));
	return bench_upload(b, span_of(text, 8));
}

/* Who cannot show what an administrator has signed, and the seal has not got yet, does not touch the flash of tables; who can, so many times. */
static void
test_wear(void)
{
	static uint8_t before[BENCH_FLASH_MAX];
	struct bench *b = fresh();

	memcpy(before, b->flash, sizeof(before));
	CHECK_EQUAL(bench_upload(b, SPAN_LITERAL("anything")), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_upload(b, SPAN_LITERAL("anything")), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(try_upload(b, "2", "bob", NULL), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(try_upload(b, "2", "mallory", NULL), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(try_upload(b, "1", "alma", NULL), WIRE_OUT_OF_ORDER);
	CHECK_EQUAL(try_upload(b, "2", "alma", "flawed"), WIRE_OUT_OF_ORDER);
	CHECK(memcmp(before, b->flash, sizeof(before)) == 0);
	CHECK_EQUAL(try_upload(b, "2", "alma", NULL), WIRE_OK);
	CHECK(memcmp(before, b->flash, sizeof(before)) != 0);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_upload(b, SPAN_LITERAL("anything")), WIRE_OUT_OF_ORDER);
	for (unsigned i = 1; i < EQUIP_UPLOADS; i++)
		CHECK_EQUAL(try_upload(b, "2", "alma", NULL), WIRE_OK);
	CHECK_EQUAL(try_upload(b, "2", "alma", NULL), WIRE_LIMIT);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	CHECK_EQUAL(bench_open(b, NULL), WIRE_OK);
	bench_boot(b);
	CHECK_EQUAL(try_table(b, "2", "alma", 0, NULL), WIRE_OK);
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

	bench_new(b, BENCH_AREA);
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
	struct application other = {.cap = 1, .not_after = BENCH_TIME_SECONDS - 1}, found;

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
	CHECK(!memory_find_application(&found, &b->seal.memory, other.digest));
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_receipts();
	test_photo();
	test_acknowledge();
	test_restored_image();
	test_unacknowledged();
	test_full_in_session();
	test_enrolment();
	test_first_table();
	test_tables();
	test_table_of_another();
	test_wear();
	test_table_over();
	test_blank();
	test_full();
	return test_result();
}
