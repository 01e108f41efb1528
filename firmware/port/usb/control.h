/* The requests that a host makes at endpoint 0 (USB 2.0, 9.4): judged here, whatever controller carries them. */
#ifndef USB_CONTROL_H
#define USB_CONTROL_H

#include "descriptors.h"

enum { USB_SETUP = 8 };

struct control {
	const char *serial;
	uint8_t address, configuration;
	bool halted_in, halted_out;
	uint8_t room[USB_STRING_MAX];
};

/* What the bus does to a device, and to its settings, when it resets it. */
void control_reset(struct control *control);

/*
 * True: *answer, cut to what was asked for, is sent, or, for a request that has none, acknowledged by an empty packet. False: a stall says that there is no such request.
 */
bool control_request(struct control *control, const uint8_t setup[USB_SETUP], struct span *answer);

#endif
