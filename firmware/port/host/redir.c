/*
 * Map:
 *	redir_plug		a socket (plug.c)
 *	on_connected		a machine: hello, then what the device is
 *	on_readable		whatever usbredirparser makes of what came
 *	  on_control		port/usb/control.c
 *	  on_bulk, on_cancel	transfers wait in two queues
 *	    advance		OUT feeds the device, IN takes its answers
 *	      pull		out of the port: what waits there is never answered
 */
#include "redir.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

struct transfer {
	uint64_t id;
	uint8_t *bytes; /* of one out: usbredirparser's */
	size_t len, done;
};

/* ---- transfers ---- */

static void
transfer_free(struct redir *redir, struct transfer *t)
{
	if (t->bytes != NULL)
		usbredirparser_free_packet_data(redir->parser, t->bytes);
	g_free(t);
}

/* Answers it, with what was sent or received. */
static void
finish(struct redir *redir, struct transfer *t, uint8_t endpoint, uint8_t status, struct span bytes)
{
	size_t len = endpoint == USB_ENDPOINT_IN ? bytes.len : t->done;
	struct usb_redir_bulk_packet_header header = {.endpoint = endpoint, .status = status, .length = (uint16_t)(len & 0xffff), .length_high = (uint16_t)(len >> 16)};

	usbredirparser_send_bulk_packet(redir->parser, t->id, &header, (uint8_t *)(uintptr_t)bytes.data, (int)bytes.len);
	transfer_free(redir, t);
}

static bool
answer_pending(const struct redir *redir)
{
	return redir->answered < redir->answer_len || redir->ends_empty;
}

static void
take_answer(struct redir *redir)
{
	struct transfer *t = g_queue_pop_head(&redir->in);
	struct span bytes = span_skip(span_of(redir->answer, redir->answer_len), redir->answered);

	if (bytes.len > t->len)
		bytes.len = t->len;
	redir->answered += bytes.len;
	redir->ends_empty = redir->answered == redir->answer_len && bytes.len > 0 && bytes.len == t->len && redir->answer_len % USB_PACKET == 0;
	finish(redir, t, USB_ENDPOINT_IN, usb_redir_success, bytes);
}

static void
drop_all(struct redir *redir, GQueue *queue)
{
	while (!g_queue_is_empty(queue))
		transfer_free(redir, g_queue_pop_head(queue));
}

/* The device has been told of it (device.h). */
static void
pull(struct redir *redir)
{
	drop_all(redir, &redir->in);
	drop_all(redir, &redir->out);
	redir->answer_len = redir->answered = 0;
	redir->ends_empty = false;
	usbredirparser_send_device_disconnect(redir->parser);
}

/* One request is answered before the next is looked at: a host that does not read is not served further. */
static void
feed_device(struct redir *redir)
{
	struct transfer *t = g_queue_pop_head(&redir->out);
	struct span input = span_of(t->bytes + t->done, t->len - t->done);

	if (input.len > 0)
		redir->answer_len = device_feed(redir->device, &input, redir->answer);
	if (redir->device->pulled) {
		transfer_free(redir, t);
		pull(redir);
		return;
	}
	redir->answered = 0;
	t->done = t->len - input.len;
	if (input.len > 0)
		g_queue_push_head(&redir->out, t);
	else
		finish(redir, t, USB_ENDPOINT_OUT, usb_redir_success, (struct span){0});
}

static void
advance(struct redir *redir)
{
	for (;;) {
		if (answer_pending(redir) && !g_queue_is_empty(&redir->in))
			take_answer(redir);
		else if (!answer_pending(redir) && !g_queue_is_empty(&redir->out))
			feed_device(redir);
		else
			return;
	}
}

static void
on_bulk(void *context, uint64_t id, struct usb_redir_bulk_packet_header *header, uint8_t *data, int len)
{
	struct redir *redir = context;
	struct transfer *t = g_new0(struct transfer, 1);

	t->id = id;
	t->bytes = data;
	if (redir->device->pulled) {
		transfer_free(redir, t);
	} else if (header->endpoint == USB_ENDPOINT_IN && redir->control.configuration != 0) {
		t->len = (size_t)header->length | (size_t)header->length_high << 16;
		g_queue_push_tail(&redir->in, t);
	} else if (header->endpoint == USB_ENDPOINT_OUT && redir->control.configuration != 0) {
		t->len = (size_t)len;
		g_queue_push_tail(&redir->out, t);
	} else {
		finish(redir, t, header->endpoint, usb_redir_stall, (struct span){0});
	}
	advance(redir);
}

static bool
cancel_in(struct redir *redir, GQueue *queue, uint8_t endpoint, uint64_t id)
{
	for (GList *l = queue->head; l != NULL; l = l->next) {
		struct transfer *t = l->data;

		if (t->id != id)
			continue;
		g_queue_delete_link(queue, l);
		finish(redir, t, endpoint, usb_redir_cancelled, (struct span){0});
		return true;
	}
	return false;
}

/* What was answered already has crossed the machine's word. */
static void
on_cancel(void *context, uint64_t id)
{
	struct redir *redir = context;

	if (!cancel_in(redir, &redir->in, USB_ENDPOINT_IN, id))
		cancel_in(redir, &redir->out, USB_ENDPOINT_OUT, id);
}

/* ---- endpoint 0 ---- */

static void
forget(struct redir *redir)
{
	while (!g_queue_is_empty(&redir->in))
		finish(redir, g_queue_pop_head(&redir->in), USB_ENDPOINT_IN, usb_redir_cancelled, (struct span){0});
	while (!g_queue_is_empty(&redir->out))
		finish(redir, g_queue_pop_head(&redir->out), USB_ENDPOINT_OUT, usb_redir_cancelled, (struct span){0});
	redir->answer_len = redir->answered = 0;
	redir->ends_empty = false;
	if (!redir->device->pulled)
		redir->device->unplugged(redir->device->context);
}

static bool
request(struct redir *redir, struct span *answer, const struct usb_redir_control_packet_header *h)
{
	const uint8_t setup[USB_SETUP] = {h->requesttype, h->request, (uint8_t)(h->value & 0xff), (uint8_t)(h->value >> 8), (uint8_t)(h->index & 0xff),
		(uint8_t)(h->index >> 8), (uint8_t)(h->length & 0xff), (uint8_t)(h->length >> 8)};

	return control_request(&redir->control, setup, answer);
}

static void
on_control(void *context, uint64_t id, struct usb_redir_control_packet_header *header, uint8_t *data, int len)
{
	struct usb_redir_control_packet_header h = *header;
	struct redir *redir = context;
	struct span answer = {0};

	(void)len;
	h.status = request(redir, &answer, header) ? usb_redir_success : usb_redir_stall;
	h.length = (uint16_t)answer.len;
	usbredirparser_send_control_packet(redir->parser, id, &h, (uint8_t *)(uintptr_t)answer.data, (int)answer.len);
	usbredirparser_free_packet_data(redir->parser, data);
}

static void
on_reset(void *context)
{
	struct redir *redir = context;

	control_reset(&redir->control);
	forget(redir);
}

static void
say_configuration(struct redir *redir, uint64_t id, uint8_t status)
{
	struct usb_redir_configuration_status_header h = {status, redir->control.configuration};

	usbredirparser_send_configuration_status(redir->parser, id, &h);
}

static void
on_set_configuration(void *context, uint64_t id, struct usb_redir_set_configuration_header *header)
{
	struct usb_redir_control_packet_header h = {.request = 9, .value = header->configuration};
	struct redir *redir = context;
	struct span none;
	bool done = request(redir, &none, &h);

	if (done)
		forget(redir);
	say_configuration(redir, id, done ? usb_redir_success : usb_redir_stall);
}

static void
on_get_configuration(void *context, uint64_t id)
{
	say_configuration(context, id, usb_redir_success);
}

static void
on_alternative(void *context, uint64_t id, uint8_t interface, uint8_t alternative)
{
	struct usb_redir_alt_setting_status_header h = {alternative == 0 && interface == USB_INTERFACE ? usb_redir_success : usb_redir_stall, interface, 0};
	struct redir *redir = context;

	usbredirparser_send_alt_setting_status(redir->parser, id, &h);
}

static void
on_set_alternative(void *context, uint64_t id, struct usb_redir_set_alt_setting_header *h)
{
	on_alternative(context, id, h->interface, h->alt);
}

static void
on_get_alternative(void *context, uint64_t id, struct usb_redir_get_alt_setting_header *h)
{
	on_alternative(context, id, h->interface, 0);
}

/* ---- the device, as usbredir describes it: interfaces and endpoints come before it is connected ---- */

static void
describe_endpoints(struct redir *redir)
{
	struct usb_redir_ep_info_header h = {0};

	memset(h.type, usb_redir_type_invalid, sizeof(h.type));
	h.type[0] = h.type[16] = usb_redir_type_control;
	h.max_packet_size[0] = h.max_packet_size[16] = USB_PACKET;
	h.type[USB_ENDPOINT_OUT] = h.type[16 + (USB_ENDPOINT_IN & 0x7f)] = usb_redir_type_bulk;
	h.max_packet_size[USB_ENDPOINT_OUT] = h.max_packet_size[16 + (USB_ENDPOINT_IN & 0x7f)] = USB_PACKET;
	usbredirparser_send_ep_info(redir->parser, &h);
}

static void
on_hello(void *context, struct usb_redir_hello_header *hello)
{
	struct usb_redir_device_connect_header connect = {.speed = usb_redir_speed_full, .device_class = USB_INTERFACE_CLASS, .vendor_id = USB_VENDOR,
		.product_id = USB_PRODUCT, .device_version_bcd = 0x0100};
	struct usb_redir_interface_info_header interface = {.interface_count = 1, .interface_class = {USB_INTERFACE_CLASS}};
	struct redir *redir = context;

	(void)hello;
	usbredirparser_send_interface_info(redir->parser, &interface);
	describe_endpoints(redir);
	usbredirparser_send_device_connect(redir->parser, &connect);
}

/* ---- the socket ---- */

static int
receive(void *context, uint8_t *data, int count)
{
	struct redir *redir = context;
	ssize_t n = recv(redir->plug.fd, data, (size_t)count, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	return n == 0 ? -1 : (int)n;
}

static int
transmit(void *context, uint8_t *data, int count)
{
	struct redir *redir = context;
	ssize_t n = send(redir->plug.fd, data, (size_t)count, MSG_NOSIGNAL);

	return n < 0 ? (errno == EINTR ? 0 : -1) : (int)n;
}

static void
complain(void *context, int level, const char *message)
{
	(void)context;
	if (level <= usbredirparser_warning)
		fprintf(stderr, "seal-sim: %s\n", message);
}

static bool
flush_out(struct redir *redir)
{
	return !usbredirparser_has_data_to_write(redir->parser) || usbredirparser_do_write(redir->parser) == 0;
}

static bool
on_readable(void *context)
{
	struct redir *redir = context;

	return usbredirparser_do_read(redir->parser) != usbredirparser_read_io_error && flush_out(redir);
}

static struct usbredirparser *
new_parser(struct redir *redir)
{
	struct usbredirparser *p = usbredirparser_create();
	uint32_t capabilities[USB_REDIR_CAPS_SIZE] = {0};

	p->priv = redir;
	p->log_func = complain;
	p->read_func = receive;
	p->write_func = transmit;
	p->hello_func = on_hello;
	p->reset_func = on_reset;
	p->set_configuration_func = on_set_configuration;
	p->get_configuration_func = on_get_configuration;
	p->set_alt_setting_func = on_set_alternative;
	p->get_alt_setting_func = on_get_alternative;
	p->cancel_data_packet_func = on_cancel;
	p->control_packet_func = on_control;
	p->bulk_packet_func = on_bulk;
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_connect_device_version);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_ep_info_max_packet_size);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_64bits_ids);
	usbredirparser_caps_set_cap(capabilities, usb_redir_cap_32bits_bulk_length);
	usbredirparser_init(p, "seal-sim", capabilities, USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
	return p;
}

static bool
on_connected(void *context)
{
	struct redir *redir = context;

	if (redir->device->pulled)
		return false;
	control_reset(&redir->control);
	redir->control.serial = redir->serial;
	redir->parser = new_parser(redir);
	flush_out(redir);
	return true;
}

static void
on_gone(void *context)
{
	struct redir *redir = context;

	forget(redir);
	usbredirparser_destroy(redir->parser);
}

void
redir_tick(struct redir *redir)
{
	redir->device->tick(redir->device->context);
}

bool
redir_plug(struct redir *redir, struct device *device, const char *serial, const char *path)
{
	*redir = (struct redir){.device = device,
				.serial = serial,
				.plug = {.context = redir, .connected = on_connected, .readable = on_readable, .gone = on_gone}};
	return plug_listen(&redir->plug, path);
}

void
redir_unplug(struct redir *redir)
{
	plug_close(&redir->plug);
}
