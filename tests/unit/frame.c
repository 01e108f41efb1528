/* Frames: what is written reads back; what is torn waits; what can never become a frame says so. */
#include "wire/frame.h"

#include "test.h"

static void
test_frame(void)
{
	uint8_t raw[FRAME_MAX + 1];
	uint8_t payload[FRAME_PAYLOAD_MAX + 1] = {0};
	struct frame frame = {0};
	enum wire_code code;
	size_t len = frame_write(raw, sizeof(raw), FRAME_ECHO, SPAN_LITERAL("0123456789abcdef"));

	CHECK_EQUAL(len, FRAME_HEAD + 16);
	CHECK_EQUAL(frame_read(&frame, span_of(raw, len + 1), &code), len);
	CHECK_EQUAL(frame.type, FRAME_ECHO);
	CHECK_EQUAL_SPAN(frame.payload, SPAN_LITERAL("0123456789abcdef"));
	for (size_t n = 0; n < len; n++) {
		CHECK_EQUAL(frame_read(&frame, span_of(raw, n), &code), 0);
		CHECK_EQUAL(code, WIRE_OK);
	}
	CHECK_EQUAL(frame_write(raw, sizeof(raw), FRAME_ACT, span_of(payload, FRAME_PAYLOAD_MAX)), FRAME_MAX);
	CHECK_EQUAL(frame_read(&frame, span_of(raw, FRAME_MAX), &code), FRAME_MAX);
	CHECK_EQUAL(frame_write(raw, sizeof(raw), FRAME_ACT, span_of(payload, FRAME_PAYLOAD_MAX + 1)), 0);
	CHECK_EQUAL(frame_write(raw, FRAME_HEAD, FRAME_ACT, span_of(payload, 1)), 0);
}

static void
test_never_a_frame(void)
{
	static const struct {
		uint8_t bytes[5];
		enum wire_code code;
	} cases[] = {
		{{0, 0, 0, 1, FRAME_HELLO}, WIRE_OK},	  {{0, 0, 0, 0, FRAME_HELLO}, WIRE_MALFORMED_FRAME},
		{{0, 0, 0, 1, 0x00}, WIRE_MALFORMED_FRAME}, {{0, 0, 0, 1, 0x12}, WIRE_MALFORMED_FRAME},
		{{0, 0, 0, 1, 0x87}, WIRE_MALFORMED_FRAME}, {{0, 0, 8, 1, FRAME_ACT}, WIRE_OK},
		{{0, 0, 8, 2, FRAME_ACT}, WIRE_TOO_LONG},   {{0xff, 0xff, 0xff, 0xff, FRAME_ACT}, WIRE_TOO_LONG},
	};
	struct frame frame;
	enum wire_code code;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frame_read(&frame, span_of(cases[i].bytes, 5), &code);
		CHECK_EQUAL(code, cases[i].code);
	}
}

static void
test_identity(void)
{
	struct frame_identity id = {.epoch = 1, .boot = 2, .counter = 3, .acknowledged = 4, .table_version = 5, .state_floor = 6,
				    .state = DEVICE_ARMED, .protocol = FRAME_PROTOCOL, .device = "d3", .seal = "S-0007"};
	struct frame_identity back = {0};
	uint8_t raw[256];
	size_t len;

	memset(id.nonce, 7, NONCE_SIZE);
	memset(id.point, 8, ED25519_POINT_SIZE);
	len = frame_write_identity(raw, sizeof(raw), &id);
	CHECK_EQUAL(len, 136 + 3 + 7);
	CHECK(frame_read_identity(&back, span_of(raw, len)));
	CHECK(memcmp(&id, &back, sizeof(id)) == 0);
	CHECK(!frame_read_identity(&back, span_of(raw, len - 1)));
	CHECK(!frame_read_identity(&back, span_of(raw, len + 1)));
	raw[135] = 1; /* reserved */
	CHECK(!frame_read_identity(&back, span_of(raw, len)));
	raw[135] = 0;
	raw[137] = '/'; /* not an id */
	CHECK(!frame_read_identity(&back, span_of(raw, len)));
	CHECK_EQUAL(frame_write_identity(raw, len - 1, &id), 0);
}

static void
test_status(void)
{
	struct frame_status status = {.state = DEVICE_STAMPING, .echo_wanted = true, .reason = WIRE_TOO_LATE, .left = 3, .done = 2,
				      .counter = UINT64_MAX, .deadline = 3000};
	struct frame_status back = {0};
	uint8_t raw[64];
	size_t len = frame_write_status(raw, sizeof(raw), &status);

	CHECK_EQUAL(len, 32);
	CHECK(frame_read_status(&back, span_of(raw, len)));
	CHECK(back.state == status.state && back.echo_wanted && back.reason == WIRE_TOO_LATE && back.left == 3 && back.done == 2);
	CHECK(back.counter == UINT64_MAX && back.deadline == 3000);
	CHECK(!frame_read_status(&back, span_of(raw, len - 1)));
	raw[1] = 2;
	CHECK(!frame_read_status(&back, span_of(raw, len)));
	raw[1] = 1;
	raw[2] = 0x7f; /* no such code */
	CHECK(!frame_read_status(&back, span_of(raw, len)));
}

static void
test_result_and_receipt(void)
{
	enum wire_code code;
	struct span a, b;
	uint8_t raw[64];
	size_t len = frame_write_result(raw, sizeof(raw), WIRE_USED_UP, SPAN_LITERAL("12"));

	CHECK(frame_read_result(&code, &a, span_of(raw, len)));
	CHECK_EQUAL(code, WIRE_USED_UP);
	CHECK_EQUAL_SPAN(a, SPAN_LITERAL("12"));
	CHECK(!frame_read_result(&code, &a, span_of(raw, 1)));
	len = frame_write_receipt(raw, sizeof(raw), SPAN_LITERAL("text"), SPAN_LITERAL("sig"));
	CHECK(frame_read_receipt(&a, &b, span_of(raw, len)));
	CHECK_EQUAL_SPAN(a, SPAN_LITERAL("text"));
	CHECK_EQUAL_SPAN(b, SPAN_LITERAL("sig"));
	CHECK(!frame_read_receipt(&a, &b, span_of(raw, 6))); /* no signature */
	CHECK_EQUAL(frame_write_receipt(raw, 8, SPAN_LITERAL("text"), SPAN_LITERAL("sig")), 0);
}

int
main(void)
{
	test_frame();
	test_never_a_frame();
	test_identity();
	test_status();
	test_result_and_receipt();
	return test_result();
}
