#include "cable.h"

static void
take(struct cable *cable, struct span *input)
{
	size_t room = sizeof(cable->bytes) - cable->len;
	size_t len = input->len < room ? input->len : room;

	memcpy(cable->bytes + cable->len, input->data, len);
	cable->len += len;
	*input = span_skip(*input, len);
}

size_t
cable_feed(struct cable *cable, struct seal *seal, struct span *input, uint8_t out[FRAME_MAX])
{
	struct frame frame;
	enum wire_code code;
	size_t len, answer;

	take(cable, input);
	len = frame_read(&frame, span_of(cable->bytes, cable->len), &code);
	if (code != WIRE_OK) {
		cable->len = 0;
		*input = (struct span){0};
		return seal_refuse(seal, code, out);
	}
	if (len == 0)
		return 0;
	/* What belongs to the next request goes back to the input it came from. */
	*input = span_of(input->data - (cable->len - len), input->len + (cable->len - len));
	answer = seal_answer(seal, &frame, out);
	cable->len = 0;
	return answer;
}

void
cable_unplugged(struct cable *cable, struct seal *seal)
{
	cable->len = 0;
	if (seal->state != DEVICE_LOCKED)
		seal_refuse(seal, WIRE_OUT_OF_ORDER, cable->bytes); /* nobody reads it */
}
