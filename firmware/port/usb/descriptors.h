/*
 * What the seal says of itself on the bus (USB 2.0, 9.6): one configuration, one interface of vendor class, a bulk endpoint each way. Windows is told by
 * Microsoft's OS 2.0 descriptors that WinUSB drives it, so that nobody installs a driver there. The numbers are those of wire/usb.h.
 */
#ifndef USB_DESCRIPTORS_H
#define USB_DESCRIPTORS_H

#include "wire/span.h"
#include "wire/usb.h"

enum {
	USB_DESCRIPTOR_DEVICE = 1,
	USB_DESCRIPTOR_CONFIGURATION = 2,
	USB_DESCRIPTOR_STRING = 3,
	USB_DESCRIPTOR_BOS = 15,

	USB_CONFIGURATION = 1,
	USB_MICROSOFT_REQUEST = 1, /* vendor request with which Windows asks for the set */
	USB_MICROSOFT_SET = 7,	   /* wIndex of it */
	USB_STRING_MAX = 2 + 2 * 32,
};

/* Empty when there is none. A string is written into `room`. */
struct span usb_descriptor(unsigned type, unsigned index, const char *serial, uint8_t room[USB_STRING_MAX]);

struct span usb_microsoft_set(void);

#endif
