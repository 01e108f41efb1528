/*
 * The seal as a device that is redirected into a virtual machine (usbredir): whatever kernel runs there enumerates it on a port of its own, as any other. One machine
 * at a time connects to a socket (plug.h); requests at endpoint 0 are answered by the code of the product (port/usb/control.h).
 */
#ifndef HOST_REDIR_H
#define HOST_REDIR_H

#include <usbredirparser.h>

#include "device.h"
#include "plug.h"
#include "usb/control.h"

struct redir {
	struct device *device;
	const char *serial;
	struct plug plug;
	struct usbredirparser *parser;
	struct control control;
	GQueue out, in; /* struct transfer, waiting */
	uint8_t answer[FRAME_MAX];
	size_t answer_len, answered;
	bool ends_empty; /* the answer fills its last packet, and that is all the machine has got of it */
};

/* Listens on `path`, in the running main loop. False, with errno, when that cannot be done. */
bool redir_plug(struct redir *redir, struct device *device, const char *serial, const char *path);

/* The device's tick. Every few milliseconds. */
void redir_tick(struct redir *redir);

void redir_unplug(struct redir *redir);

#endif
