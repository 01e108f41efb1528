/*
 * The seal as a device on a bus that exists in a umockdev test bed only: programs started in its environment open it with an
 * unmodified libusb. usbfs requests arrive as ioctls; bulk transfers out feed the device, answers wait for transfers in.
 */
#ifndef HOST_USB_H
#define HOST_USB_H

#include <umockdev.h>

#include "device.h"
#include "wire/usb.h"

struct usb {
	GMutex turn; /* requests come on a thread of umockdev's, ticks on ours; the device knows neither */
	struct device *device;
	bool gone; /* the cable was pulled, and the bus knows it */
	UMockdevTestbed *testbed;
	UMockdevIoctlBase *handler;
	UMockdevIoctlClient *owner; /* has claimed the interface; another host gets EBUSY */
	GQueue out, in, done;	    /* URBs under way, URBs to be reaped: UMockdevIoctlData, referenced */
	uint8_t answer[FRAME_MAX];
	size_t answer_len, answered;
	bool ends_empty; /* an empty packet is due: the answer filled its last one, and the host's buffer too */
};

/* Makes the test bed (UMOCKDEV_DIR is then in the environment) and plugs the seal in. False when umockdev cannot. */
bool usb_plug(struct usb *usb, struct device *device);

/* The seal's tick; and sees that the host has gone, of which umockdev tells nobody. Every few milliseconds. */
void usb_tick(struct usb *usb);

void usb_unplug(struct usb *usb);

#endif
