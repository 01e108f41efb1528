/*
 * The seal at the end of a plain stream: a socket in the file system (plug.h), which carries the frames as a UART does. A host that goes has pulled the cable.
 */
#ifndef HOST_SOCKET_H
#define HOST_SOCKET_H

#include "device.h"
#include "plug.h"

struct socket_cable {
	struct device *device;
	struct plug plug;
};

/* Listens on `path`, in the running main loop. False, with errno, when that cannot be done. */
bool socket_plug(struct socket_cable *cable, struct device *device, const char *path);

/* The device's tick. Every few milliseconds. */
void socket_tick(struct socket_cable *cable);

void socket_unplug(struct socket_cable *cable);

#endif
