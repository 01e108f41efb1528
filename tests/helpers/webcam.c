/*
 * A camera on USB, redirected into a virtual machine (usbredir), where the kernel's uvcvideo drives it: webcam [--yuyv] SOCKET COMMAND. Its pictures are what the command
 * writes, JPEG of 640 x 480 pixels; as those of most such cameras they lack the Huffman tables, which everybody knows (USB Video Class, MJPEG payload, 2.1). With --yuyv it
 * does not compress. SIGTERM pulls it out.
 *
 * Streams over a bulk endpoint: each transfer is a payload with a header of its own (USB Video Class 1.0, 2.4.3.2.2).
 */
#include <err.h>
#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <usbredirparser.h>

#include "host/plug.h"
#include "match/jpeg.h"

enum { WIDTH = 640, HEIGHT = 480, YUYV_SIZE = 2 * WIDTH * HEIGHT, PICTURE_MAX = 1024 * 1024, PAYLOAD = 16384, HEAD = 2, INTERVAL = 100 /* milliseconds */ };
enum { ENDPOINT = 0x81, PACKET = 512 };

#define SHORT(n) (n) & 0xff, (n) >> 8 & 0xff
#define LONG(n) SHORT(n), (n) >> 16 & 0xff, (n) >> 24 & 0xff
#define FRAME_INTERVAL LONG(INTERVAL * 10000) /* in 100 ns */

static const uint8_t device_descriptor[] = {18, 1, SHORT(0x0200), 0xef, 2, 1, 64, SHORT(0x1d6b), SHORT(0x0102), SHORT(0x0100), 0, 1, 0, 1}; /* Linux: a webcam */

static const uint8_t languages[] = {4, 3, SHORT(0x0409)};
static const uint8_t mjpeg_name[] = {26, 3, 'C', 0, 'a', 0, 'm', 0, 'e', 0, 'r', 0, 'a', 0, ' ', 0, 'm', 0, 'j', 0, 'p', 0, 'e', 0, 'g', 0};
static const uint8_t yuyv_name[] = {24, 3, 'C', 0, 'a', 0, 'm', 0, 'e', 0, 'r', 0, 'a', 0, ' ', 0, 'y', 0, 'u', 0, 'y', 0, 'v', 0};

/* Control interface: camera terminal 1, output terminal 2. Streaming interface: one format, one frame, one bulk endpoint. */
#define CONTROL_INTERFACE                                                                                                                            \
	8, 11, 0, 2, 0x0e, 3, 0, 0, 9, 4, 0, 0, 0, 0x0e, 1, 0, 0, 13, 0x24, 1, SHORT(0x0100), SHORT(13 + 18 + 9), LONG(48000000), 1, 1,            \
		18, 0x24, 2, 1, SHORT(0x0201), 0, 0, SHORT(0), SHORT(0), SHORT(0), 3, 0, 0, 0, 9, 0x24, 3, 2, SHORT(0x0101), 0, 1, 0
#define STREAM_HEAD(format_size) 9, 4, 1, 0, 1, 0x0e, 2, 0, 0, 14, 0x24, 1, 1, SHORT(14 + format_size + 30 + 6), ENDPOINT, 0, 2, 0, 0, 0, 1, 0
#define STREAM_FRAME(kind)                                                                                                                           \
	30, 0x24, kind, 1, 0, SHORT(WIDTH), SHORT(HEIGHT), LONG(YUYV_SIZE * 80), LONG(YUYV_SIZE * 80), LONG(YUYV_SIZE), FRAME_INTERVAL, 1, FRAME_INTERVAL, 6,  \
		0x24, 13, 1, 1, 4, 7, 5, ENDPOINT, 2, SHORT(PACKET), 0
#define CONFIGURATION_SIZE(format_size) (9 + 8 + 9 + 13 + 18 + 9 + 9 + 14 + format_size + 30 + 6 + 7)
#define CONFIGURATION(format_size) 9, 2, SHORT(CONFIGURATION_SIZE(format_size)), 2, 1, 0, 0x80, 250

static const uint8_t mjpeg_descriptor[] = {CONFIGURATION(11), CONTROL_INTERFACE, STREAM_HEAD(11), 11, 0x24, 6, 1, 1, 1, 1, 0, 0, 0, 0, STREAM_FRAME(7)};
static const uint8_t yuyv_descriptor[] = {CONFIGURATION(27), CONTROL_INTERFACE, STREAM_HEAD(27), 27, 0x24, 4, 1, 1, 'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0,
					  0xaa, 0, 0x38, 0x9b, 0x71, 16, 1, 0, 0, 0, 0, STREAM_FRAME(5)};
_Static_assert(sizeof(mjpeg_descriptor) == CONFIGURATION_SIZE(11) && sizeof(yuyv_descriptor) == CONFIGURATION_SIZE(27), "descriptors say how long they are");

/* What it answers whatever is proposed to it: the one format, the one frame. */
static const uint8_t probe[] = {SHORT(1), 1, 1, FRAME_INTERVAL, SHORT(0), SHORT(0), SHORT(0), SHORT(0), SHORT(0), LONG(YUYV_SIZE), LONG(PAYLOAD)};

struct webcam {
	bool yuyv;
	const char *command;
	struct plug plug;
	struct usbredirparser *parser;
	uint8_t configuration;
	GQueue waiting; /* struct transfer */
	uint8_t picture[PICTURE_MAX];
	size_t len, sent;
	uint8_t frame; /* its parity */
};

struct transfer {
	uint64_t id;
	size_t len;
};

/* ---- pictures ---- */

static size_t
read_command(uint8_t *out, const char *command)
{
	FILE *pipe = popen(command, "r");
	size_t len = pipe ? fread(out, 1, PICTURE_MAX, pipe) : 0;

	return pipe && pclose(pipe) == 0 ? len : 0;
}

/* Without the segments of Huffman tables, which stand before the scan. */
static size_t
drop_tables(uint8_t *jpeg, size_t len)
{
	for (size_t at = 2; at + 4 < len && jpeg[at + 1] != 0xda;) {
		size_t segment = 2 + ((size_t)jpeg[at + 2] << 8 | jpeg[at + 3]);
		if (jpeg[at + 1] != 0xc4) {
			at += segment;
			continue;
		}
		memmove(jpeg + at, jpeg + at + segment, len - at - segment);
		len -= segment;
	}
	return len;
}

static size_t
to_yuyv(uint8_t *picture, size_t len)
{
	struct ch_grey grey;
	const struct ch_error *error = ch_jpeg_read(&grey, span_of(picture, len));

	if (error == NULL && grey.width == WIDTH && grey.height == HEIGHT)
		for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
			picture[2 * i] = grey.pixels[i];
			picture[2 * i + 1] = 128;
		}
	ch_grey_free(&grey);
	return error ? 0 : YUYV_SIZE;
}

/* ---- the stream ---- */

static void
answer(struct webcam *w, struct transfer *t, uint8_t status, uint8_t *bytes, size_t len)
{
	struct usb_redir_bulk_packet_header header = {.endpoint = ENDPOINT, .status = status, .length = (uint16_t)len};

	usbredirparser_send_bulk_packet(w->parser, t->id, &header, bytes, (int)len);
	g_free(t);
}

static void
advance(struct webcam *w)
{
	uint8_t payload[PAYLOAD];

	while (w->sent < w->len && !g_queue_is_empty(&w->waiting)) {
		struct transfer *t = g_queue_pop_head(&w->waiting);
		size_t room = (t->len < PAYLOAD ? t->len : PAYLOAD) - HEAD, len = w->len - w->sent < room ? w->len - w->sent : room;

		memcpy(payload + HEAD, w->picture + w->sent, len);
		w->sent += len;
		payload[0] = HEAD;
		payload[1] = (uint8_t)(0x80 | (w->sent == w->len ? 2 : 0) | w->frame);
		answer(w, t, usb_redir_success, payload, HEAD + len);
	}
}

static bool
flush_out(struct webcam *w)
{
	return !usbredirparser_has_data_to_write(w->parser) || usbredirparser_do_write(w->parser) == 0;
}

/* The next picture when the last has gone and somebody waits for it. */
static gboolean
on_picture(gpointer context)
{
	struct webcam *w = context;

	if (w->plug.fd < 0 || w->sent < w->len || g_queue_is_empty(&w->waiting))
		return G_SOURCE_CONTINUE;
	w->sent = 0;
	w->len = read_command(w->picture, w->command);
	w->len = w->yuyv ? to_yuyv(w->picture, w->len) : drop_tables(w->picture, w->len);
	w->frame ^= 1;
	advance(w);
	flush_out(w);
	return G_SOURCE_CONTINUE;
}

/* ---- what the machine asks ---- */

static void
on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *header, uint8_t *data, int len)
{
	struct webcam *w = context;
	struct transfer *t = g_new0(struct transfer, 1);

	(void)len;
	usbredirparser_free_packet_data(w->parser, data);
	*t = (struct transfer){id, (size_t)header->length | (size_t)header->length_high << 16};
	if (header->endpoint != ENDPOINT || t->len <= HEAD) {
		answer(w, t, usb_redir_stall, NULL, 0);
		return;
	}
	g_queue_push_tail(&w->waiting, t);
	advance(w);
}

static void
on_cancel(void *context, uint64_t id)
{
	struct webcam *w = context;

	for (GList *l = w->waiting.head; l != NULL; l = l->next)
		if (((struct transfer *)l->data)->id == id) {
			struct transfer *t = l->data;
			g_queue_delete_link(&w->waiting, l);
			answer(w, t, usb_redir_cancelled, NULL, 0);
			return;
		}
}

/* Empty: there is none. */
static struct span
descriptor(const struct webcam *w, unsigned type, unsigned index)
{
	if (type == 1)
		return span_of(device_descriptor, sizeof(device_descriptor));
	if (type == 2)
		return w->yuyv ? span_of(yuyv_descriptor, sizeof(yuyv_descriptor)) : span_of(mjpeg_descriptor, sizeof(mjpeg_descriptor));
	if (type == 3 && index == 0)
		return span_of(languages, sizeof(languages));
	if (type == 3 && index == 1)
		return w->yuyv ? span_of(yuyv_name, sizeof(yuyv_name)) : span_of(mjpeg_name, sizeof(mjpeg_name));
	return span_of(NULL, 0);
}

/* The one answer to whatever is asked about the stream: what it is, its length, that it can be read and set. */
static struct span
stream_control(unsigned request)
{
	static const uint8_t length[] = {SHORT(sizeof(probe))}, information[] = {3};

	return request == 0x85 ? span_of(length, 2) : request == 0x86 ? span_of(information, 1) : span_of(probe, sizeof(probe));
}

/* False: it knows no such thing. Proposals and ends of halts are taken. */
static bool
on_request(struct span *out, const struct webcam *w, const struct usb_redir_control_packet_header *h)
{
	static const uint8_t status[] = {SHORT(0)};

	*out = span_of(NULL, 0);
	if (h->requesttype == 0x80 && h->request == 6)
		*out = descriptor(w, h->value >> 8, h->value & 0xff);
	else if (h->requesttype == 0x80 && h->request == 0)
		*out = span_of(status, 2);
	else if (h->requesttype == 0xa1 && h->index == 1 && (h->value >> 8 == 1 || h->value >> 8 == 2))
		*out = stream_control(h->request);
	return out->len > 0 || h->requesttype == 0x21 || h->requesttype == 0x02;
}

static void
on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *header, uint8_t *data, int len)
{
	struct usb_redir_control_packet_header h = *header;
	struct webcam *w = context;
	struct span out;

	(void)len;
	h.status = on_request(&out, w, header) ? usb_redir_success : usb_redir_stall;
	if (out.len > header->length)
		out.len = header->length;
	if (h.endpoint & 0x80)
		h.length = (uint16_t)out.len;
	usbredirparser_send_control_packet(w->parser, id, &h, (uint8_t *)(uintptr_t)out.data, (int)out.len);
	usbredirparser_free_packet_data(w->parser, data);
}

static void
say_configuration(void *context, uint64_t id)
{
	struct webcam *w = context;
	struct usb_redir_configuration_status_header h = {usb_redir_success, w->configuration};

	usbredirparser_send_configuration_status(w->parser, id, &h);
}

static void
on_set_configuration(void *context, uint64_t id, struct usb_redir_set_configuration_header *h)
{
	((struct webcam *)context)->configuration = h->configuration;
	say_configuration(context, id);
}

static void
say_alternative(struct webcam *w, uint64_t id, uint8_t interface)
{
	struct usb_redir_alt_setting_status_header h = {usb_redir_success, interface, 0};

	usbredirparser_send_alt_setting_status(w->parser, id, &h);
}

static void
on_set_alternative(void *context, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
	say_alternative(context, id, h->interface);
}

static void
on_get_alternative(void *context, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
	say_alternative(context, id, h->interface);
}

static void
on_reset(void *context)
{
	(void)context;
}

static void
on_hello(void *context, struct usb_redir_hello_header *hello)
{
	struct usb_redir_device_connect_header connect = {.speed = usb_redir_speed_high, .device_class = 0xef, .device_subclass = 2, .device_protocol = 1,
		.vendor_id = 0x1d6b, .product_id = 0x0102, .device_version_bcd = 0x0100};
	struct usb_redir_interface_info_header interfaces = {.interface_count = 2, .interface = {0, 1}, .interface_class = {0x0e, 0x0e}, .interface_subclass = {1, 2}};
	struct usb_redir_ep_info_header endpoints = {0};
	struct webcam *w = context;

	(void)hello;
	memset(endpoints.type, usb_redir_type_invalid, sizeof(endpoints.type));
	endpoints.type[0] = endpoints.type[16] = usb_redir_type_control;
	endpoints.max_packet_size[0] = endpoints.max_packet_size[16] = 64;
	endpoints.type[17] = usb_redir_type_bulk;
	endpoints.interface[17] = 1;
	endpoints.max_packet_size[17] = PACKET;
	usbredirparser_send_interface_info(w->parser, &interfaces);
	usbredirparser_send_ep_info(w->parser, &endpoints);
	usbredirparser_send_device_connect(w->parser, &connect);
}

/* ---- the socket ---- */

static int
receive(void *context, uint8_t *data, int count)
{
	ssize_t n = recv(((struct webcam *)context)->plug.fd, data, (size_t)count, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return n == 0 ? -1 : (int)n;
}

static int
transmit(void *context, uint8_t *data, int count)
{
	ssize_t n = send(((struct webcam *)context)->plug.fd, data, (size_t)count, MSG_NOSIGNAL);

	return n < 0 ? (errno == EINTR ? 0 : -1) : (int)n;
}

static void
complain(void *context, int level, const char *message)
{
	(void)context;
	if (level <= usbredirparser_warning)
		warnx("%s", message);
}

static bool
on_connected(void *context)
{
	struct webcam *w = context;
	struct usbredirparser *p = w->parser = usbredirparser_create();
	uint32_t capabilities[USB_REDIR_CAPS_SIZE] = {0};

	p->priv = w;
	p->log_func = complain;
	p->read_func = receive;
	p->write_func = transmit;
	p->hello_func = on_hello;
	p->reset_func = on_reset;
	p->set_configuration_func = on_set_configuration;
	p->get_configuration_func = say_configuration;
	p->set_alt_setting_func = on_set_alternative;
	p->get_alt_setting_func = on_get_alternative;
	p->cancel_data_packet_func = on_cancel;
	p->control_packet_func = on_control;
	p->bulk_packet_func = on_bulk;
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_connect_device_version);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_ep_info_max_packet_size);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_64bits_ids);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_32bits_bulk_length);
	usbredirparser_init(p, "webcam", capabilities, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
	flush_out(w);
	return true;
}

static bool
on_readable(void *context)
{
	struct webcam *w = context;

	return usbredirparser_do_read(w->parser) != usbredirparser_read_io_error && flush_out(w);
}

static void
on_gone(void *context)
{
	struct webcam *w = context;

	g_queue_clear_full(&w->waiting, g_free);
	usbredirparser_destroy(w->parser);
}

static gboolean
on_signal(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

int
main(int argc, char **argv)
{
	static struct webcam w;
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);

	w.yuyv = argc == 4 && strcmp(argv[1], "--yuyv") == 0;
	if (argc != 3 + w.yuyv)
		errx(2, "usage: webcam [--yuyv] SOCKET COMMAND");
	w.command = argv[argc - 1];
	w.plug = (struct plug){.context = &w, .connected = on_connected, .readable = on_readable, .gone = on_gone};
	if (!plug_listen(&w.plug, argv[argc - 2]))
		err(74, "cannot listen on '%s'", argv[argc - 2]);
	g_timeout_add(INTERVAL, on_picture, &w);
	g_unix_signal_add(SIGTERM, on_signal, loop);
	g_main_loop_run(loop);
	plug_close(&w.plug);
	g_main_loop_unref(loop);
	return 0;
}
