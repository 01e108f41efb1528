#include "device.h"

#include "trace.h"

enum { TYPE = 4 }; /* place of the type in a frame */

size_t
device_feed(const struct device *device, struct span *input, uint8_t out[FRAME_MAX])
{
	size_t len;

	if (input->len > TYPE)
		trace("request", input->data[TYPE]);
	len = device->feed(device->context, input, out);
	if (len > TYPE)
		trace("answer", out[TYPE]);
	return len;
}
