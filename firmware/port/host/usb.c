/*
 * Map:
 *	usb_plug		test bed, handler, then the device
 *	on_ioctl		what libusb asks of usbfs
 *	  submit, discard, reap
 *	    advance		OUT feeds the seal, IN takes its answers
 *	usb_tick		has the host gone without a word?
 */
#include "usb.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "usb/descriptors.h"

static const char node[] = "/dev/bus/usb/001/002", place[] = "/sys/devices/usb1";

/* A seal at full speed; what it says of itself follows, in hexadecimal: the device's descriptor and the configuration's. */
static const char description[] = "P: /devices/usb1\n"
				  "N: bus/usb/001/002\n"
				  "E: SUBSYSTEM=usb\n"
				  "E: DRIVER=usb\n"
				  "E: BUSNUM=001\n"
				  "E: DEVNUM=002\n"
				  "E: DEVNAME=/dev/bus/usb/001/002\n"
				  "E: DEVTYPE=usb_device\n"
				  "A: bConfigurationValue=1\\n\n"
				  "A: busnum=1\\n\n"
				  "A: devnum=2\\n\n"
				  "A: speed=12\\n\n"
				  "H: descriptors=%s%s\n";

/* ---- transfers ---- */

static struct usbdevfs_urb *
urb_of(UMockdevIoctlData *data)
{
	return (struct usbdevfs_urb *)data->data;
}

static void
finish(struct usb *usb, UMockdevIoctlData *data, int status, size_t length)
{
	urb_of(data)->status = status;
	urb_of(data)->actual_length = (int)length;
	g_queue_push_tail(&usb->done, data);
}

static bool
answer_pending(const struct usb *usb)
{
	return usb->answered < usb->answer_len || usb->ends_empty;
}

static void
take_answer(struct usb *usb)
{
	UMockdevIoctlData *data = g_queue_pop_head(&usb->in);
	size_t room = (size_t)urb_of(data)->buffer_length, left = usb->answer_len - usb->answered;
	size_t len = left < room ? left : room;

	memcpy(urb_of(data)->buffer, usb->answer + usb->answered, len);
	usb->answered += len;
	usb->ends_empty = usb->answered == usb->answer_len && len > 0 && len == room && usb->answer_len % USB_PACKET == 0;
	finish(usb, data, 0, len);
}

/* One request is answered before the next is looked at: a host that does not read is not served further. */
static void
feed_seal(struct usb *usb)
{
	UMockdevIoctlData *data = g_queue_pop_head(&usb->out);
	struct usbdevfs_urb *urb = urb_of(data);
	struct span input = span_of((const uint8_t *)urb->buffer + urb->actual_length, (size_t)(urb->buffer_length - urb->actual_length));

	usb->answer_len = device_feed(usb->device, &input, usb->answer);
	usb->answered = 0;
	urb->actual_length = urb->buffer_length - (int)input.len;
	if (usb->device->pulled)
		finish(usb, data, -ESHUTDOWN, 0);
	else if (input.len > 0)
		g_queue_push_head(&usb->out, data);
	else
		finish(usb, data, 0, (size_t)urb->buffer_length);
}

static void
advance(struct usb *usb)
{
	while (!usb->device->pulled) {
		if (answer_pending(usb) && !g_queue_is_empty(&usb->in))
			take_answer(usb);
		else if (!answer_pending(usb) && !g_queue_is_empty(&usb->out))
			feed_seal(usb);
		else
			return;
	}
}

/* ---- usbfs ---- */

static int
submit(struct usb *usb, UMockdevIoctlData *arg)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
	UMockdevIoctlData *buffer;
	struct usbdevfs_urb *urb;

	if (data == NULL)
		return EFAULT;
	urb = urb_of(data);
	if (urb->type != USBDEVFS_URB_TYPE_BULK || (urb->endpoint != USB_ENDPOINT_OUT && urb->endpoint != USB_ENDPOINT_IN)) {
		g_object_unref(data);
		return EINVAL;
	}
	if (urb->buffer_length > 0) {
		buffer = umockdev_ioctl_data_resolve(data, offsetof(struct usbdevfs_urb, buffer), (gsize)urb->buffer_length, NULL);
		if (buffer == NULL) {
			g_object_unref(data);
			return EFAULT;
		}
		g_object_unref(buffer); /* its parent holds it */
	}
	urb->actual_length = 0;
	g_queue_push_tail(urb->endpoint == USB_ENDPOINT_OUT ? &usb->out : &usb->in, data);
	advance(usb);
	return 0;
}

static int
discard(struct usb *usb, UMockdevIoctlData *arg)
{
	gulong address = *(gulong *)arg->data;

	for (unsigned i = 0; i < 2; i++) {
		GQueue *queue = i == 0 ? &usb->in : &usb->out;

		for (GList *l = queue->head; l != NULL; l = l->next) {
			UMockdevIoctlData *data = l->data;

			if (data->client_addr != address)
				continue;
			g_queue_delete_link(queue, l);
			finish(usb, data, -ENOENT, (size_t)urb_of(data)->actual_length);
			return 0;
		}
	}
	return EINVAL;
}

static int
reap(struct usb *usb, UMockdevIoctlData *arg)
{
	UMockdevIoctlData *data = g_queue_pop_head(&usb->done);
	UMockdevIoctlData *pointer;

	if (data == NULL)
		return EAGAIN;
	pointer = umockdev_ioctl_data_resolve(arg, 0, sizeof(gpointer), NULL);
	umockdev_ioctl_data_set_ptr(pointer, 0, data);
	g_object_unref(pointer);
	g_object_unref(data);
	return 0;
}

static int
capabilities(UMockdevIoctlData *arg)
{
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof(guint32), NULL);

	if (data == NULL)
		return EFAULT;
	*(guint32 *)data->data = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_BULK_CONTINUATION;
	g_object_unref(data);
	return 0;
}

static void
forget(GQueue *queue)
{
	while (!g_queue_is_empty(queue))
		g_object_unref(g_queue_pop_head(queue));
}

/* Nobody holds the cable any more. */
static void
release(struct usb *usb, UMockdevIoctlClient *client)
{
	if (usb->owner != client)
		return;
	g_clear_object(&usb->owner);
	forget(&usb->in);
	forget(&usb->out);
	forget(&usb->done);
	usb->answer_len = usb->answered = 0;
	usb->ends_empty = false;
	if (!usb->device->pulled)
		usb->device->unplugged(usb->device->context);
}

/* As a kernel does it: what waits is given back, and the device leaves the bus. */
static void
leave(struct usb *usb)
{
	for (unsigned i = 0; i < 2; i++) {
		GQueue *queue = i == 0 ? &usb->in : &usb->out;
		while (!g_queue_is_empty(queue))
			finish(usb, g_queue_pop_head(queue), -ESHUTDOWN, 0);
	}
	umockdev_testbed_uevent(usb->testbed, place, "remove");
	umockdev_testbed_remove_device(usb->testbed, place);
	usb->gone = true;
}

void
usb_tick(struct usb *usb)
{
	g_mutex_lock(&usb->turn);
	usb->device->tick(usb->device->context);
	if (usb->device->pulled && !usb->gone)
		leave(usb);
	if (usb->owner != NULL && !umockdev_ioctl_client_get_connected(usb->owner))
		release(usb, usb->owner);
	g_mutex_unlock(&usb->turn);
}

static int
claim(struct usb *usb, UMockdevIoctlClient *client)
{
	if (usb->owner != NULL)
		return usb->owner == client ? 0 : EBUSY;
	usb->owner = g_object_ref(client);
	return 0;
}

static int
answer_request(struct usb *usb, UMockdevIoctlClient *client)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	gulong request = umockdev_ioctl_client_get_request(client);

	if (usb->device->pulled && !((request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) && !g_queue_is_empty(&usb->done)))
		return ENODEV;
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		return capabilities(arg);
	case USBDEVFS_GETDRIVER:
		return ENODATA; /* no kernel driver holds it */
	case USBDEVFS_CLAIMINTERFACE:
		return claim(usb, client);
	case USBDEVFS_RELEASEINTERFACE:
		release(usb, client);
		return 0;
	case USBDEVFS_SUBMITURB:
		return usb->owner == client ? submit(usb, arg) : EBUSY;
	case USBDEVFS_DISCARDURB:
		return usb->owner == client ? discard(usb, arg) : EINVAL;
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		return usb->owner == client ? reap(usb, arg) : EAGAIN;
	default:
		return ENOTTY;
	}
}

static gboolean
on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, gpointer context)
{
	struct usb *usb = context;
	int error;

	(void)handler;
	g_mutex_lock(&usb->turn);
	error = answer_request(usb, client);
	g_mutex_unlock(&usb->turn);
	umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
	return TRUE;
}

static const char *
hex(char out[], unsigned type)
{
	uint8_t room[USB_STRING_MAX];
	struct span bytes = usb_descriptor(type, 0, "", room);

	text_put_hex(out, bytes.data, bytes.len);
	return out;
}

bool
usb_plug(struct usb *usb, struct device *device)
{
	char text[1024], first[2 * USB_STRING_MAX + 1], second[2 * USB_STRING_MAX + 1];

	snprintf(text, sizeof(text), description, hex(first, USB_DESCRIPTOR_DEVICE), hex(second, USB_DESCRIPTOR_CONFIGURATION));
	g_mutex_init(&usb->turn);
	usb->device = device;
	g_queue_init(&usb->out);
	g_queue_init(&usb->in);
	g_queue_init(&usb->done);
	usb->testbed = umockdev_testbed_new();
	usb->handler = umockdev_ioctl_base_new();
	g_signal_connect(usb->handler, "handle-ioctl", G_CALLBACK(on_ioctl), usb);
	/* The handler first: a host may open the device as soon as it is there. */
	return umockdev_testbed_attach_ioctl(usb->testbed, node, usb->handler, NULL) &&
	       umockdev_testbed_add_from_string(usb->testbed, text, NULL);
}

void
usb_unplug(struct usb *usb)
{
	forget(&usb->in);
	forget(&usb->out);
	forget(&usb->done);
	g_clear_object(&usb->handler);
	g_clear_object(&usb->testbed);
}
