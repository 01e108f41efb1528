#include "link.h"

#include <libusb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stream.h"
#include "wire/usb.h"

enum { TIMEOUT = 5000 /* milliseconds */, ROOM = (FRAME_MAX / USB_PACKET + 1) * USB_PACKET };

struct ch_link {
	int stream; /* -1: on USB */
	libusb_context *usb;
	libusb_device_handle *seal;
	uint8_t bytes[ROOM]; /* whole packets, so that nothing the seal sends can overflow */
	size_t len;
};

/* For the person who has the seal before him. */
static const char *
words(int code)
{
	if (code == LIBUSB_ERROR_NO_DEVICE)
		return "it was disconnected";
	if (code == LIBUSB_ERROR_ACCESS)
		return "you may not use it; with 70-chancery-seal.rules in udev's directory whoever is logged in at this machine may, and the group 'plugdev'";
	return libusb_strerror(code);
}

static const struct ch_error *
fail(const char *what, int code)
{
	return ch_fail(CH_IO, "cannot %s the seal: %s", what, words(code));
}

static bool
is_seal(libusb_device *device)
{
	struct libusb_device_descriptor d;

	return libusb_get_device_descriptor(device, &d) == 0 && d.idVendor == USB_VENDOR && d.idProduct == USB_PRODUCT;
}

/* The one seal on the bus. */
static const struct ch_error *
choose(libusb_device **chosen, libusb_device **list, ssize_t count)
{
	*chosen = NULL;
	for (ssize_t i = 0; i < count; i++) {
		if (!is_seal(list[i]))
			continue;
		if (*chosen != NULL)
			return ch_fail(CH_USAGE, "more than one seal is attached; leave one");
		*chosen = list[i];
	}
	return *chosen != NULL ? NULL : ch_fail(CH_LATER, "no seal is attached; connect it and try again");
}

static const struct ch_error *
claim(struct ch_link *link, libusb_device *device)
{
	int code = libusb_open(device, &link->seal);

	if (code != 0)
		return fail("open", code);
	code = libusb_claim_interface(link->seal, USB_INTERFACE);
	if (code == LIBUSB_ERROR_BUSY)
		return ch_fail(CH_LATER, "another program holds the seal; try again when it has finished");
	return code == 0 ? NULL : fail("claim", code);
}

static const struct ch_error *
open_seal(struct ch_link *link)
{
	const struct ch_error *error;
	libusb_device **list, *device;
	ssize_t count;
	int code = libusb_init(&link->usb);

	if (code != 0)
		return fail("look for", code);
	count = libusb_get_device_list(link->usb, &list);
	if (count < 0)
		return fail("look for", (int)count);
	error = choose(&device, list, count);
	if (error == NULL)
		error = claim(link, device);
	libusb_free_device_list(list, 1);
	return error;
}

static const struct ch_error *
open_device(struct ch_link *link, const char *device)
{
	static const char stream[] = "unix:";

	if (device == NULL || *device == '\0')
		return open_seal(link);
	if (strncmp(device, stream, strlen(stream)) == 0)
		return ch_stream_open(&link->stream, device + strlen(stream));
	return ch_fail(CH_USAGE, "a seal's device is unix:PATH, not '%s'; without one it is the seal on USB", device);
}

const struct ch_error *
ch_link_open(struct ch_link **out, const char *device)
{
	const struct ch_error *error;
	struct ch_link *link = calloc(1, sizeof(*link));

	*out = NULL;
	if (link == NULL)
		return ch_fail_errno("cannot open the seal");
	link->stream = -1;
	if ((error = open_device(link, device))) {
		ch_link_close(link);
		return error;
	}
	*out = link;
	return NULL;
}

void
ch_link_close(struct ch_link *link)
{
	if (link == NULL)
		return;
	if (link->seal != NULL) {
		libusb_release_interface(link->seal, USB_INTERFACE);
		libusb_close(link->seal);
	}
	if (link->usb != NULL)
		libusb_exit(link->usb);
	if (link->stream >= 0)
		close(link->stream);
	free(link);
}

/* libusb does not write through the buffer of a transfer out; its type does not say so. */
static const struct ch_error *
send(struct ch_link *link, struct span bytes)
{
	int done, code;

	if (link->stream >= 0)
		return ch_stream_send(link->stream, bytes);
	while (bytes.len > 0) {
		code = libusb_bulk_transfer(link->seal, USB_ENDPOINT_OUT, (unsigned char *)(uintptr_t)bytes.data, (int)bytes.len, &done, TIMEOUT);
		if (code != 0)
			return fail("write to", code);
		bytes = span_skip(bytes, (size_t)done);
	}
	return NULL;
}

/* What comes next, at most so much. */
static const struct ch_error *
read_some(size_t *len, struct ch_link *link, uint8_t *bytes, size_t size)
{
	int done, failed;

	if (link->stream >= 0)
		return ch_stream_receive(len, link->stream, bytes, size, TIMEOUT);
	failed = libusb_bulk_transfer(link->seal, USB_ENDPOINT_IN, bytes, (int)size, &done, TIMEOUT);
	*len = failed ? 0 : (size_t)done;
	return failed ? fail("read from", failed) : NULL;
}

/* Reads packets until they make a frame; an empty one ends an answer that filled its last packet, and says nothing more. */
static const struct ch_error *
receive(struct frame *answer, struct ch_link *link)
{
	const struct ch_error *error;
	enum wire_code code;
	size_t len, done;

	for (link->len = 0;; link->len += done) {
		len = frame_read(answer, span_of(link->bytes, link->len), &code);
		if (len != 0 && len == link->len)
			return NULL;
		if (code != WIRE_OK || len != 0 || link->len == sizeof(link->bytes))
			return ch_fail(CH_IO, "the seal sends what is no frame; is its firmware of another version?");
		if ((error = read_some(&done, link, link->bytes + link->len, sizeof(link->bytes) - link->len)))
			return error;
	}
}

const struct ch_error *
ch_link_call_raw(struct frame *answer, struct ch_link *link, struct span bytes)
{
	const struct ch_error *error = send(link, bytes);

	return error ? error : receive(answer, link);
}

const struct ch_error *
ch_link_call(struct frame *answer, struct ch_link *link, enum frame_type type, struct span payload)
{
	uint8_t request[FRAME_MAX];
	size_t len = frame_write(request, sizeof(request), type, payload);

	if (len == 0)
		return ch_refuse(WIRE_TOO_LONG, "a request of %zu bytes; a frame has room for %d", payload.len, FRAME_PAYLOAD_MAX);
	return ch_link_call_raw(answer, link, span_of(request, len));
}
