/* Receipts: the text that is written reads back; a field out of its form or place is refused. */
#include "wire/receipt.h"

#include "test.h"

static struct receipt
press(void)
{
	struct receipt r = {.device = SPAN_LITERAL("d3"), .epoch = 1, .boot = 4, .counter = 17, .kind = RECEIPT_PRESS, .has_subject = true,
			    .has_bundle = true, .has_code = true, .watched = true, .time = 1795330800, .time_trusted = true};

	memset(r.subject, 0x11, SHA256_SIZE);
	memset(r.bundle, 0x22, SHA256_SIZE);
	memset(r.code, 0x33, NONCE_SIZE);
	memset(r.previous, 0x44, SHA256_SIZE);
	return r;
}

static void
check_round_trip(const struct receipt *r)
{
	char text[RECEIPT_MAX], again[RECEIPT_MAX];
	struct receipt back;
	size_t len = receipt_write(text, sizeof(text), r);

	CHECK(len > 0);
	CHECK_EQUAL(receipt_read(&back, span_of(text, len)), WIRE_OK);
	CHECK_EQUAL_SPAN(span_of(again, receipt_write(again, sizeof(again), &back)), span_of(text, len));
	CHECK_EQUAL(receipt_write(text, len - 1, r), 0);
}

static void
test_round_trip(void)
{
	struct receipt r = press();
	struct receipt boot = {.device = SPAN_LITERAL("d3"), .kind = RECEIPT_BOOT, .counter = 1};

	check_round_trip(&r);
	check_round_trip(&boot);
	r.kind = RECEIPT_PHOTO;
	r.has_photo = true;
	memset(r.photo, 0x55, SHA256_SIZE);
	check_round_trip(&r);
}

/* A receipt with `from` replaced by `to` (of any length) is read as `expected`. */
static void
check_altered(const char *from, const char *to, enum wire_code expected)
{
	struct receipt r = press(), back;
	char text[RECEIPT_MAX + 1], altered[2 * RECEIPT_MAX];
	char *at;

	text[receipt_write(text, RECEIPT_MAX, &r)] = '\0';
	at = strstr(text, from);
	CHECK(at != NULL);
	if (at == NULL)
		return;
	snprintf(altered, sizeof(altered), "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	if (receipt_read(&back, span_text(altered)) != expected)
		fprintf(stderr, "'%s' for '%s':\n", to, from);
	CHECK_EQUAL(receipt_read(&back, span_text(altered)), expected);
}

static void
test_altered(void)
{
	static const char zero[] = "Previous-SHA256: 0000000000000000000000000000000000000000000000000000000000000000\n";
	static const char previous[] = "Previous-SHA256: 4444444444444444444444444444444444444444444444444444444444444444\n";

	check_altered("Counter: 17", "Counter: 18", WIRE_OK);
	check_altered("Counter: 17", "Counter: 017", WIRE_MALFORMED_RECORD);
	check_altered("Format: 1\n", "Format: 2\n", WIRE_MALFORMED_RECORD);
	check_altered("Kind: press", "Kind: stamp", WIRE_MALFORMED_RECORD);
	check_altered("Kind: press", "Kind: photo", WIRE_MALFORMED_RECORD);
	check_altered("Watch: seen", "Watch: none", WIRE_OK);
	check_altered("Watch: seen", "Watch: maybe", WIRE_MALFORMED_RECORD);
	check_altered("Time-Quality: trusted", "Time-Quality: floor", WIRE_OK);
	check_altered("Time-Quality: trusted", "Time-Quality: good", WIRE_MALFORMED_RECORD);
	check_altered(previous, "Previous-SHA256: none\n", WIRE_OK);
	check_altered(previous, zero, WIRE_MALFORMED_RECORD);
	check_altered(previous, "", WIRE_MALFORMED_RECORD);
	check_altered(previous, "Previous-SHA256: none\nNote: x\n", WIRE_MALFORMED_RECORD);
	check_altered("Epoch: 1\n", "", WIRE_MALFORMED_RECORD);
	check_altered("Epoch: 1\n", "Epoch: 1\nEpoch: 1\n", WIRE_MALFORMED_RECORD);
	check_altered("Code: 33", "Code: ", WIRE_MALFORMED_RECORD);
	check_altered("Code: 33", "Code: 3A", WIRE_MALFORMED_RECORD);
}

int
main(void)
{
	test_round_trip();
	test_altered();
	return test_result();
}
