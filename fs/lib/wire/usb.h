/*
 * The seal on the bus. 1209 is the vendor id of pid.codes, shared by open hardware; a product of one's own is registered there
 * before it is sold. One interface of vendor class, one bulk endpoint each way; frames (wire/frame.h) follow each other as a stream,
 * and an answer that fills its last packet is ended by an empty one.
 */
#ifndef WIRE_USB_H
#define WIRE_USB_H

enum {
	USB_VENDOR = 0x1209,
	USB_PRODUCT = 0x5ea1,
	USB_INTERFACE = 0,
	USB_INTERFACE_CLASS = 0xff,
	USB_ENDPOINT_OUT = 0x01,
	USB_ENDPOINT_IN = 0x81,
	USB_PACKET = 64, /* full speed */
};

#endif
