/* A frame, and whatever it carries, reads back as the same bytes. */
#include "wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
same(struct span payload, const uint8_t *again, size_t len)
{
	if (!span_equal(payload, span_of(again, len)))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame frame;
	struct frame_identity id;
	struct frame_status status;
	struct frame_image image;
	struct span a, b;
	enum wire_code code;
	uint8_t out[FRAME_MAX];
	size_t len = frame_read(&frame, span_of(data, size), &code);

	if (len == 0)
		return 0;
	same(span_of(data, len), out, frame_write(out, sizeof(out), frame.type, frame.payload));
	if (frame.type == FRAME_IDENTITY && frame_read_identity(&id, frame.payload))
		same(frame.payload, out, frame_write_identity(out, sizeof(out), &id));
	if (frame.type == FRAME_STATUS_IS && frame_read_status(&status, frame.payload))
		same(frame.payload, out, frame_write_status(out, sizeof(out), &status));
	if (frame.type == FRAME_IMAGE_IS && frame_read_image(&image, frame.payload))
		same(frame.payload, out, frame_write_image(out, sizeof(out), &image));
	if (frame.type == FRAME_RESULT && frame_read_result(&code, &a, frame.payload))
		same(frame.payload, out, frame_write_result(out, sizeof(out), code, a));
	if (frame.type == FRAME_RECEIPT_IS && frame_read_receipt(&a, &b, frame.payload))
		same(frame.payload, out, frame_write_receipt(out, sizeof(out), a, b));
	return 0;
}
