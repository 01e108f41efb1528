#include "device.h"

#include "incident.h"
#include "trace.h"

enum { TYPE = 4 }; /* place of the type in a frame */

static size_t
pull(struct device *device, struct span *input)
{
	*input = span_skip(*input, input->len);
	device->pulled = true;
	device->unplugged(device->context);
	trace("pulled", 1);
	return 0;
}

size_t
device_feed(struct device *device, struct span *input, uint8_t out[FRAME_MAX])
{
	enum incident incident = INCIDENT_NONE;
	size_t len;

	if (input->len > TYPE) {
		trace("request", input->data[TYPE]);
		incident = incident_at(input->data[TYPE]);
	}
	if (incident == INCIDENT_LOST)
		return pull(device, input);
	len = device->feed(device->context, input, out);
	if (len > TYPE)
		trace("answer", out[TYPE]);
	return incident == INCIDENT_UNANSWERED ? pull(device, input) : len;
}
