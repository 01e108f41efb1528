/*
 * The seal at the end of a plain stream: a socket in the file system, which carries the frames as a UART does. One host at a time; whoever comes meanwhile is turned
 * away, and a host that goes has pulled the cable.
 */
#ifndef HOST_SOCKET_H
#define HOST_SOCKET_H

#include <glib.h>

#include "device.h"

struct socket_cable {
	struct device *device;
	const char *path;
	int listener, fd; /* fd: -1 while no host is connected */
};

/* Listens on `path`, in the running main loop. False, with errno, when that cannot be done. */
bool socket_plug(struct socket_cable *cable, struct device *device, const char *path);

/* The device's tick. Every few milliseconds. */
void socket_tick(struct socket_cable *cable);

void socket_unplug(struct socket_cable *cable);

/* A listening socket in the file system, in place of what is there; -1, with errno. */
int socket_listen(const char *path);

#endif
