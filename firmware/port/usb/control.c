#include "control.h"

enum request {
	GET_STATUS = 0,
	CLEAR_FEATURE = 1,
	SET_FEATURE = 3,
	SET_ADDRESS = 5,
	GET_DESCRIPTOR = 6,
	GET_CONFIGURATION = 8,
	SET_CONFIGURATION = 9,
	GET_INTERFACE = 10,
	SET_INTERFACE = 11,
};

enum recipient { TO_DEVICE = 0x00, TO_INTERFACE = 0x01, TO_ENDPOINT = 0x02, FROM_DEVICE = 0x80, FROM_INTERFACE = 0x81, FROM_ENDPOINT = 0x82, VENDOR_FROM_DEVICE = 0xc0 };

struct setup {
	uint8_t recipient, request;
	uint16_t value, index, length;
};

static uint16_t
pair(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

void
control_reset(struct control *control)
{
	control->address = control->configuration = 0;
	control->halted_in = control->halted_out = false;
}

/* NULL: no such endpoint of this configuration. */
static bool *
halt_of(struct control *control, uint16_t endpoint)
{
	if (control->configuration == 0)
		return NULL;
	return endpoint == USB_ENDPOINT_IN ? &control->halted_in : endpoint == USB_ENDPOINT_OUT ? &control->halted_out : NULL;
}

static bool
answer_with(struct control *control, struct span *answer, uint8_t low, size_t len)
{
	control->room[0] = low;
	control->room[1] = 0;
	*answer = span_of(control->room, len);
	return true;
}

static bool
get_status(struct control *control, const struct setup *s, struct span *answer)
{
	const bool *halt = s->recipient == FROM_ENDPOINT ? halt_of(control, s->index) : NULL;

	if (s->recipient == FROM_ENDPOINT && (s->index & 0x7f) != 0 && halt == NULL)
		return false;
	return answer_with(control, answer, halt != NULL && *halt, 2);
}

/* The one feature there is: an endpoint halts. */
static bool
feature(struct control *control, const struct setup *s)
{
	bool *halt = s->recipient == TO_ENDPOINT && s->value == 0 ? halt_of(control, s->index) : NULL;

	if (halt == NULL)
		return false;
	*halt = s->request == SET_FEATURE;
	return true;
}

static bool
set_address(struct control *control, const struct setup *s)
{
	if (s->value > 0x7f)
		return false;
	control->address = (uint8_t)s->value;
	return true;
}

static bool
set_configuration(struct control *control, const struct setup *s)
{
	if (s->value > USB_CONFIGURATION)
		return false;
	control->configuration = (uint8_t)s->value;
	control->halted_in = control->halted_out = false;
	return true;
}

static bool
get_descriptor(struct control *control, const struct setup *s, struct span *answer)
{
	*answer = usb_descriptor(s->value >> 8, s->value & 0xff, control->serial, control->room);
	return answer->len > 0;
}

static bool
vendor(const struct setup *s, struct span *answer)
{
	if (s->request != USB_MICROSOFT_REQUEST || s->index != USB_MICROSOFT_SET)
		return false;
	*answer = usb_microsoft_set();
	return true;
}

static bool
to_device(struct control *control, const struct setup *s)
{
	switch (s->request) {
	case CLEAR_FEATURE:
	case SET_FEATURE:
		return feature(control, s);
	case SET_ADDRESS:
		return s->recipient == TO_DEVICE && set_address(control, s);
	case SET_CONFIGURATION:
		return s->recipient == TO_DEVICE && set_configuration(control, s);
	case SET_INTERFACE:
		return s->recipient == TO_INTERFACE && control->configuration != 0 && s->value == 0 && s->index == USB_INTERFACE;
	default:
		return false;
	}
}

static bool
from_device(struct control *control, const struct setup *s, struct span *answer)
{
	switch (s->request) {
	case GET_STATUS:
		return get_status(control, s, answer);
	case GET_DESCRIPTOR:
		return s->recipient == FROM_DEVICE && get_descriptor(control, s, answer);
	case GET_CONFIGURATION:
		return s->recipient == FROM_DEVICE && answer_with(control, answer, control->configuration, 1);
	case GET_INTERFACE:
		return s->recipient == FROM_INTERFACE && control->configuration != 0 && s->index == USB_INTERFACE && answer_with(control, answer, 0, 1);
	default:
		return false;
	}
}

bool
control_request(struct control *control, const uint8_t setup[USB_SETUP], struct span *answer)
{
	const struct setup s = {setup[0], setup[1], pair(setup + 2), pair(setup + 4), pair(setup + 6)};
	bool known;

	*answer = (struct span){0};
	if (s.recipient == VENDOR_FROM_DEVICE)
		known = vendor(&s, answer);
	else if (s.recipient >= FROM_DEVICE)
		known = s.recipient <= FROM_ENDPOINT && from_device(control, &s, answer);
	else
		known = s.recipient <= TO_ENDPOINT && s.length == 0 && to_device(control, &s);
	if (answer->len > s.length)
		answer->len = s.length;
	return known;
}
