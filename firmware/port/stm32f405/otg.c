/*
 * Map:
 *	otg_poll
 *	  on_reset, on_enumerated, on_suspend
 *	  on_receive	the one FIFO in: packets from the host, and word that one was taken
 *	  on_setup	control.c judges; answer_setup sends, acknowledges or stalls
 *	  on_sent	endpoint 0 and the bulk endpoint go on with what is left
 */
#include "otg.h"

#include "registers.h"

enum {
	OTG = 0x50000000,
	GOTGCTL = OTG + 0x000,
	GAHBCFG = OTG + 0x008,
	GUSBCFG = OTG + 0x00c,
	GRSTCTL = OTG + 0x010,
	GINTSTS = OTG + 0x014,
	GRXSTSP = OTG + 0x020,
	GRXFSIZ = OTG + 0x024,
	DIEPTXF0 = OTG + 0x028,
	GCCFG = OTG + 0x038,
	DIEPTXF1 = OTG + 0x104,
	DCFG = OTG + 0x800,
	DCTL = OTG + 0x804,
	DIEPMSK = OTG + 0x810,
	DOEPMSK = OTG + 0x814,
	DAINTMSK = OTG + 0x81c,
	PCGCCTL = OTG + 0xe00,
};

/* The same for each endpoint, 0x20 apart. */
enum {
	DIEPCTL = OTG + 0x900,
	DIEPINT = OTG + 0x908,
	DIEPTSIZ = OTG + 0x910,
	DTXFSTS = OTG + 0x918,
	DOEPCTL = OTG + 0xb00,
	DOEPINT = OTG + 0xb08,
	DOEPTSIZ = OTG + 0xb10,
	FIFO = OTG + 0x1000,
	APART = 0x20,
	FIFO_APART = 0x1000,
};

#define AHB_IDLE (1u << 31) /* GRSTCTL */
#define ENDPOINT_ENABLE (1u << 31)

enum {
	CORE_RESET = 1 << 0, FLUSH_IN = 1 << 4, FLUSH_OUT = 1 << 5, FLUSH_ALL = 0x10 << 6, /* GRSTCTL */
	FORCE_DEVICE = 1 << 30, INTERNAL_PHY = 1 << 6, TURNAROUND = 6 << 10, TURNAROUND_MASK = 0xf << 10, /* GUSBCFG */
	POWER_UP = 1 << 16, SENSE_BUS = 1 << 19, /* GCCFG */
	FULL_SPEED = 3, ADDRESS_SHIFT = 4, ADDRESS_MASK = 0x7f << 4, /* DCFG */
	DISCONNECT = 1 << 1, CLEAR_GLOBAL_NAK = 1 << 10, /* DCTL */
	ON_RECEIVE = 1 << 4, ON_SUSPEND = 1 << 11, ON_RESET = 1 << 12, ON_ENUMERATED = 1 << 13, ON_SESSION_END = 1 << 2, /* GINTSTS */
	ACTIVE = 1 << 15, BULK = 2 << 18, STALL = 1 << 21, FIFO_SHIFT = 22, CLEAR_NAK = 1 << 26, SET_NAK = 1 << 27, EVEN_DATA = 1 << 28,
	DISABLE = 1 << 30, /* DIEPCTL, DOEPCTL */
	COMPLETE = 1 << 0, ONE_PACKET = 1 << 19, THREE_SETUPS = 3 << 29, /* DIEPINT; DIEPTSIZ, DOEPTSIZ */
};

enum received { OUT_DATA = 2, OUT_DONE = 3, SETUP_DONE = 4, SETUP_DATA = 6 }; /* GRXSTSP, PKTSTS */

/* Words of the 320 that the FIFOs share: one in, one for each endpoint out of us (34.11). */
enum { ROOM_RECEIVE = 128, ROOM_CONTROL = 32, ROOM_BULK = 64, PACKET_WORDS = USB_PACKET / 4 };
enum { CONTROL, DATA };

/* ---- packets ---- */

static void
read_packet(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i += 4) {
		uint32_t word = register_get(FIFO);

		memcpy(out + i, &word, len - i < 4 ? len - i : 4);
	}
}

static void
send_packet(unsigned endpoint, struct span bytes)
{
	register_set(DIEPTSIZ + endpoint * APART, ONE_PACKET | (uint32_t)bytes.len);
	register_change(DIEPCTL + endpoint * APART, 0, ENDPOINT_ENABLE | CLEAR_NAK);
	while ((register_get(DTXFSTS + endpoint * APART) & 0xffff) < PACKET_WORDS)
		;
	for (size_t i = 0; i < bytes.len; i += 4) {
		uint32_t word = 0;

		memcpy(&word, bytes.data + i, bytes.len - i < 4 ? bytes.len - i : 4);
		register_set(FIFO + endpoint * FIFO_APART, word);
	}
}

/* The next packet of what is left, which may be an empty one. */
static void
send_next(unsigned endpoint, struct span *left, bool *ends_empty)
{
	struct span packet = span_of(left->data, left->len < USB_PACKET ? left->len : USB_PACKET);

	if (packet.len == 0)
		*ends_empty = false;
	*left = span_skip(*left, packet.len);
	send_packet(endpoint, packet);
}

static void
receive_next(unsigned endpoint)
{
	register_set(DOEPTSIZ + endpoint * APART, ONE_PACKET | USB_PACKET | (endpoint == CONTROL ? THREE_SETUPS : 0));
	register_change(DOEPCTL + endpoint * APART, 0, ENDPOINT_ENABLE | CLEAR_NAK);
}

static void
flush_in(void)
{
	register_set(GRSTCTL, FLUSH_IN | FLUSH_ALL);
	while (register_has(GRSTCTL, FLUSH_IN))
		;
}

static void
flush(void)
{
	flush_in();
	register_set(GRSTCTL, FLUSH_OUT);
	while (register_has(GRSTCTL, FLUSH_OUT))
		;
}

/* A packet that the host never fetched is given up. */
static void
give_up(unsigned endpoint)
{
	if (!register_has(DIEPCTL + endpoint * APART, ENDPOINT_ENABLE))
		return;
	register_change(DIEPCTL + endpoint * APART, 0, SET_NAK | DISABLE);
	while (register_has(DIEPCTL + endpoint * APART, ENDPOINT_ENABLE))
		;
}

/* ---- the bus ---- */

static void
forget(struct otg *otg)
{
	otg->reply = otg->answer = otg->unread = (struct span){0};
	otg->reply_ends_empty = otg->answer_ends_empty = otg->sending = otg->setup_pending = false;
	otg->lost = true;
}

static void
on_reset(struct otg *otg)
{
	control_reset(&otg->control);
	forget(otg);
	for (unsigned endpoint = 0; endpoint <= DATA; endpoint++) {
		give_up(endpoint);
		register_change(DOEPCTL + endpoint * APART, 0, SET_NAK);
		register_set(DIEPINT + endpoint * APART, 0xff);
		register_set(DOEPINT + endpoint * APART, 0xff);
	}
	flush();
	register_change(DCFG, ADDRESS_MASK, 0);
	receive_next(CONTROL);
}

/* Endpoint 0 takes 64 bytes, which is what 0 means in its control register. */
static void
on_enumerated(void)
{
	register_change(GUSBCFG, TURNAROUND_MASK, TURNAROUND);
	register_change(DIEPCTL, 0x3, 0);
	register_change(DCTL, 0, CLEAR_GLOBAL_NAK);
}

static void
open_data(struct otg *otg)
{
	forget(otg);
	give_up(DATA);
	flush_in();
	register_set(DIEPCTL + APART, USB_PACKET | ACTIVE | BULK | DATA << FIFO_SHIFT | EVEN_DATA | SET_NAK);
	register_set(DOEPCTL + APART, USB_PACKET | ACTIVE | BULK | EVEN_DATA | SET_NAK);
	receive_next(DATA);
}

static void
close_data(struct otg *otg)
{
	forget(otg);
	give_up(DATA);
	register_set(DIEPCTL + APART, SET_NAK);
	register_set(DOEPCTL + APART, SET_NAK);
}

/* ---- requests at endpoint 0 ---- */

/* A halt that ends begins with even data again (USB 2.0, 9.4.5). */
static void
set_halt(uint32_t endpoint_control, bool halted)
{
	if (halted == register_has(endpoint_control, STALL))
		return;
	register_change(endpoint_control, halted ? 0 : STALL, halted ? STALL : EVEN_DATA);
}

static void
follow(struct otg *otg, uint8_t configuration_before, bool configured)
{
	register_change(DCFG, ADDRESS_MASK, (uint32_t)otg->control.address << ADDRESS_SHIFT);
	if (configured && otg->control.configuration != 0)
		open_data(otg);
	else if (configured && configuration_before != 0)
		close_data(otg);
	if (otg->control.configuration == 0)
		return;
	set_halt(DIEPCTL + APART, otg->control.halted_in);
	set_halt(DOEPCTL + APART, otg->control.halted_out);
}

static void
stall_control(void)
{
	register_change(DIEPCTL, 0, STALL);
	register_change(DOEPCTL, 0, STALL);
	receive_next(CONTROL);
}

static void
on_setup(struct otg *otg)
{
	enum { SET_CONFIGURATION = 9, LENGTH_LOW = 6, LENGTH_HIGH = 7 };
	uint8_t before = otg->control.configuration;
	size_t asked = (size_t)otg->setup[LENGTH_HIGH] << 8 | otg->setup[LENGTH_LOW];

	otg->setup_pending = false;
	if (!control_request(&otg->control, otg->setup, &otg->reply)) {
		stall_control();
		return;
	}
	follow(otg, before, otg->setup[0] == 0 && otg->setup[1] == SET_CONFIGURATION);
	otg->reply_ends_empty = otg->reply.len > 0 && otg->reply.len % USB_PACKET == 0 && otg->reply.len < asked;
	receive_next(CONTROL); /* the host's acknowledgement, or its next request */
	send_next(CONTROL, &otg->reply, &otg->reply_ends_empty);
}

/* ---- events ---- */

static void
take_packet(struct otg *otg, unsigned endpoint, size_t len)
{
	uint8_t unused[USB_PACKET];

	if (endpoint == DATA && otg->unread.len == 0 && len <= USB_PACKET) {
		read_packet(otg->packet, len);
		otg->unread = span_of(otg->packet, len);
		if (len == 0)
			receive_next(DATA);
		return;
	}
	for (; len > 0; len -= len < USB_PACKET ? len : USB_PACKET)
		read_packet(unused, len < USB_PACKET ? len : USB_PACKET);
}

static void
on_receive(struct otg *otg)
{
	uint32_t status = register_get(GRXSTSP);
	unsigned endpoint = status & 0xf;
	size_t len = status >> 4 & 0x7ff;

	switch (status >> 17 & 0xf) {
	case SETUP_DATA:
		read_packet(otg->setup, len < USB_SETUP ? len : USB_SETUP);
		break;
	case SETUP_DONE:
		otg->setup_pending = true;
		break;
	case OUT_DATA:
		take_packet(otg, endpoint, len);
		break;
	case OUT_DONE:
		if (endpoint == CONTROL)
			receive_next(CONTROL);
		break;
	default:
		break;
	}
}

static void
on_sent(struct otg *otg)
{
	if (register_has(DIEPINT, COMPLETE)) {
		register_set(DIEPINT, COMPLETE);
		if (otg->reply.len > 0 || otg->reply_ends_empty)
			send_next(CONTROL, &otg->reply, &otg->reply_ends_empty);
	}
	if (register_has(DIEPINT + APART, COMPLETE)) {
		register_set(DIEPINT + APART, COMPLETE);
		if (otg->answer.len > 0 || otg->answer_ends_empty)
			send_next(DATA, &otg->answer, &otg->answer_ends_empty);
		else
			otg->sending = false;
	}
}

void
otg_poll(struct otg *otg)
{
	uint32_t events = register_get(GINTSTS);

	register_set(GINTSTS, events & (ON_RESET | ON_ENUMERATED | ON_SUSPEND));
	if (events & ON_RESET)
		on_reset(otg);
	if (events & ON_ENUMERATED)
		on_enumerated();
	if (events & ON_SUSPEND)
		otg->lost = true;
	while (register_has(GINTSTS, ON_RECEIVE))
		on_receive(otg);
	if (otg->setup_pending)
		on_setup(otg);
	on_sent(otg);
}

/* ---- what the main loop calls ---- */

struct span
otg_unread(const struct otg *otg)
{
	return otg->unread;
}

void
otg_leave(struct otg *otg, struct span rest)
{
	if (otg->unread.len > 0 && rest.len == 0)
		receive_next(DATA);
	otg->unread = rest;
}

void
otg_send(struct otg *otg, struct span bytes)
{
	if (bytes.len == 0 || otg->control.configuration == 0)
		return;
	otg->answer = bytes;
	otg->answer_ends_empty = bytes.len % USB_PACKET == 0;
	otg->sending = true;
	send_next(DATA, &otg->answer, &otg->answer_ends_empty);
}

bool
otg_is_sending(const struct otg *otg)
{
	return otg->sending;
}

bool
otg_was_lost(struct otg *otg)
{
	bool lost = otg->lost;

	otg->lost = false;
	return lost;
}

/* Disconnected until all is set, so that the host sees a device that answers. */
void
otg_start(struct otg *otg, const char *serial)
{
	*otg = (struct otg){.control.serial = serial};
	while (!register_has(GRSTCTL, AHB_IDLE))
		;
	register_change(GUSBCFG, 0, INTERNAL_PHY);
	register_change(GRSTCTL, 0, CORE_RESET);
	while (register_has(GRSTCTL, CORE_RESET))
		;
	register_change(GUSBCFG, TURNAROUND_MASK, FORCE_DEVICE | TURNAROUND);
	register_set(GCCFG, POWER_UP | SENSE_BUS);
	register_set(PCGCCTL, 0);
	register_change(DCTL, 0, DISCONNECT);
	register_change(DCFG, ADDRESS_MASK, FULL_SPEED);
	register_set(GRXFSIZ, ROOM_RECEIVE);
	register_set(DIEPTXF0, (uint32_t)ROOM_CONTROL << 16 | ROOM_RECEIVE);
	register_set(DIEPTXF1, (uint32_t)ROOM_BULK << 16 | (ROOM_RECEIVE + ROOM_CONTROL));
	flush();
	register_set(GAHBCFG, 0); /* polled: no interrupt */
	register_set(DIEPMSK, COMPLETE);
	register_set(DOEPMSK, 0);
	register_set(DAINTMSK, 0);
	register_set(GINTSTS, 0xffffffff);
	register_change(DCTL, DISCONNECT, 0);
}
