/* What is at the end of a cable: a seal, wherever it runs. The transports (usb.h, redir.h, socket.h) carry to it and know no more of it. */
#ifndef HOST_DEVICE_H
#define HOST_DEVICE_H

#include "wire/frame.h"

struct device {
	void *context; /* handed back in every call */

	/* For device_feed(). */
	size_t (*feed)(void *context, struct span *input, uint8_t out[FRAME_MAX]);
	void (*unplugged)(void *context); /* the host is gone */
	void (*tick)(void *context);	  /* every few milliseconds */
	bool pulled;			  /* the cable is, for good: the seal has been told */
};

/* As cable_feed(): takes bytes off *input up to the end of one request, returns the length of the answer in out. Traced; incidents happen here. */
size_t device_feed(struct device *device, struct span *input, uint8_t out[FRAME_MAX]);

#endif
