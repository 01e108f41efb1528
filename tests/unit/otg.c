/*
 * The USB driver of the STM32F405 against a controller of registers: what a host does on the bus on one side, the driver on the other. The fake refuses what the
 * real one would not forgive: a FIFO read too far, a packet into an endpoint that is not enabled, bytes that do not match the size announced.
 */
#include <stdlib.h>

#include "stm32f405/otg.h"
#include "stm32f405/registers.h"

#include "test.h"

/* ---- the controller ---- */

enum { BASE = 0x50000000, REGISTERS = 0x1000 / 4, QUEUE = 4096 };

enum { GRSTCTL = 0x10, GINTSTS = 0x14, GRXSTSP = 0x20, DCFG = 0x800, DCTL = 0x804, DIEPCTL = 0x900, DIEPINT = 0x908, DIEPTSIZ = 0x910, DTXFSTS = 0x918,
       DOEPCTL = 0xb00, DOEPTSIZ = 0xb10, DOEPINT = 0xb08, DATA = 0x20 };

#define ENABLED (1u << 31)

enum { RECEIVE_EVENT = 1 << 4, SUSPEND_EVENT = 1 << 11, RESET_EVENT = 1 << 12, ENUMERATED_EVENT = 1 << 13, STALLED = 1 << 21, DISABLE = 1 << 30, CLEAR_NAK = 1 << 26,
       PACKETS = 3 << 19 };

struct packet {
	uint8_t bytes[64];
	size_t len;
};

static struct {
	uint32_t value[REGISTERS];
	uint32_t status[QUEUE]; /* of received packets, still to be popped */
	unsigned first, last;
	uint8_t received[QUEUE]; /* their bytes */
	size_t read, filled, popped;

	struct packet sending[2]; /* by endpoint: on its way into the FIFO */
	size_t announced[2];
	bool waiting[2]; /* enabled; the host has not asked yet */
} chip;

static uint32_t *
at(uint32_t offset)
{
	return &chip.value[offset / 4];
}

static uint32_t
pop_status(void)
{
	uint32_t status = chip.status[chip.first % QUEUE];

	CHECK(chip.first < chip.last);
	CHECK_EQUAL(chip.read, chip.popped); /* every byte of the packet before was read */
	chip.first++;
	chip.popped += ((status >> 4 & 0x7ff) + 3) / 4 * 4;
	if (chip.first == chip.last)
		*at(GINTSTS) &= ~(uint32_t)RECEIVE_EVENT;
	return status;
}

static uint32_t
pop_word(void)
{
	uint32_t word;

	CHECK(chip.read < chip.popped);
	memcpy(&word, chip.received + chip.read % QUEUE, 4);
	chip.read += 4;
	return word;
}

uint32_t
register_get(uint32_t address)
{
	uint32_t offset = address - BASE;

	if (offset == GRXSTSP)
		return pop_status();
	if (offset >= 0x1000)
		return pop_word();
	if (offset == GRSTCTL)
		return ENABLED; /* idle, and each reset and flush is over at once */
	if (offset == DTXFSTS || offset == DTXFSTS + DATA)
		return 64;
	return *at(offset);
}

static void
push_word(unsigned endpoint, uint32_t word)
{
	struct packet *packet = &chip.sending[endpoint];

	CHECK(*at(DIEPCTL + endpoint * DATA) & ENABLED);
	CHECK(packet->len < chip.announced[endpoint]);
	memcpy(packet->bytes + packet->len, &word, 4);
	packet->len = packet->len + 4 < chip.announced[endpoint] ? packet->len + 4 : chip.announced[endpoint];
}

/* Enable and NAK bits command, others are kept. */
static void
control(uint32_t offset, uint32_t value)
{
	unsigned endpoint = (offset & DATA) / DATA;

	if (offset < DOEPCTL && value & ENABLED && !(*at(offset) & ENABLED)) {
		chip.announced[endpoint] = *at(DIEPTSIZ + endpoint * DATA) & 0x7f;
		chip.sending[endpoint].len = 0;
		chip.waiting[endpoint] = true;
	}
	if (offset >= DOEPCTL && value & ENABLED)
		CHECK((*at(DOEPTSIZ + endpoint * DATA) & 0x7f) == 64 && *at(DOEPTSIZ + endpoint * DATA) & PACKETS);
	*at(offset) = (value & ~(uint32_t)CLEAR_NAK & 0x803fffff) | (*at(offset) & ENABLED);
	if (value & DISABLE) {
		*at(offset) &= ~ENABLED;
		chip.waiting[endpoint] = false;
	}
}

void
register_set(uint32_t address, uint32_t value)
{
	uint32_t offset = address - BASE;

	if (offset >= 0x1000)
		push_word((offset - 0x1000) / 0x1000, value);
	else if (offset == GINTSTS || (offset & ~(uint32_t)DATA) == DIEPINT || (offset & ~(uint32_t)DATA) == DOEPINT)
		*at(offset) &= ~value;
	else if ((offset & ~(uint32_t)DATA) == DIEPCTL || (offset & ~(uint32_t)DATA) == DOEPCTL)
		control(offset, value);
	else
		*at(offset) = value;
}

const uint8_t *
memory_at(uint32_t address)
{
	(void)address;
	return NULL;
}

/* ---- the host ---- */

static struct otg otg;

static struct span
take(void)
{
	struct span bytes = otg_unread(&otg);

	otg_leave(&otg, (struct span){0});
	return bytes;
}

static void
receive(unsigned endpoint, unsigned kind, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < (len + 3) / 4 * 4; i++)
		chip.received[chip.filled++ % QUEUE] = i < len ? bytes[i] : 0xee;
	chip.status[chip.last++ % QUEUE] = endpoint | (uint32_t)len << 4 | kind << 17;
	*at(GINTSTS) |= RECEIVE_EVENT;
}

/* False: the device says wait (NAK), or stalls. */
static bool
host_out(unsigned endpoint, const uint8_t *bytes, size_t len)
{
	uint32_t *control_register = at(DOEPCTL + endpoint * DATA);

	if (!(*control_register & ENABLED) || *control_register & STALLED)
		return false;
	receive(endpoint, 2, bytes, len);
	receive(endpoint, 3, NULL, 0);
	*control_register &= ~ENABLED;
	otg_poll(&otg);
	return true;
}

static bool
host_in(struct packet *packet, unsigned endpoint)
{
	uint32_t *control_register = at(DIEPCTL + endpoint * DATA);

	if (!chip.waiting[endpoint] || *control_register & STALLED)
		return false;
	CHECK_EQUAL(chip.sending[endpoint].len, chip.announced[endpoint]);
	*packet = chip.sending[endpoint];
	chip.waiting[endpoint] = false;
	*control_register &= ~ENABLED;
	*at(DIEPINT + endpoint * DATA) |= 1;
	otg_poll(&otg);
	return true;
}

enum { REFUSED = -1 };

/* A control transfer in, with the host's acknowledgement: the length that came, or REFUSED. */
static int
host_asks(uint8_t out[512], const uint8_t setup[8])
{
	size_t asked = (size_t)setup[7] << 8 | setup[6], len = 0;
	struct packet packet;

	*at(DIEPCTL) &= ~(uint32_t)STALLED; /* a setup packet ends a stall of endpoint 0 */
	*at(DOEPCTL) &= ~(uint32_t)STALLED;
	receive(0, 6, setup, 8);
	receive(0, 4, NULL, 0);
	otg_poll(&otg);
	do {
		if (!host_in(&packet, 0))
			return REFUSED;
		memcpy(out + len, packet.bytes, packet.len);
		len += packet.len;
	} while (packet.len == 64 && len < asked);
	if (asked > 0)
		CHECK(host_out(0, NULL, 0));
	return (int)len;
}

#define ASK(out, ...) host_asks(out, (const uint8_t[8]){__VA_ARGS__})

static void
event(uint32_t bits)
{
	*at(GINTSTS) |= bits;
	otg_poll(&otg);
}

static void
plug(void)
{
	memset(&chip, 0, sizeof(chip));
	otg_start(&otg, "SEAL-0042");
	CHECK(!(*at(DCTL) & 1 << 1)); /* connected */
	event(RESET_EVENT);
	event(ENUMERATED_EVENT);
}

static void
configure(void)
{
	uint8_t out[512];

	plug();
	CHECK_EQUAL(ASK(out, 0x00, 5, 7, 0, 0, 0, 0, 0), 0);
	CHECK_EQUAL(ASK(out, 0x00, 9, 1, 0, 0, 0, 0, 0), 0);
	otg_was_lost(&otg);
}

/* ---- enumeration ---- */

static void
test_enumeration(void)
{
	uint8_t out[512];

	plug();
	CHECK_EQUAL(ASK(out, 0x80, 6, 0, 1, 0, 0, 64, 0), 18);
	CHECK(out[0] == 18 && out[7] == 64 && out[8] == 0x09 && out[9] == 0x12 && out[10] == 0xa1 && out[11] == 0x5e);
	event(RESET_EVENT);
	event(ENUMERATED_EVENT);
	CHECK_EQUAL(ASK(out, 0x00, 5, 42, 0, 0, 0, 0, 0), 0);
	CHECK_EQUAL(*at(DCFG) >> 4 & 0x7f, 42);
	CHECK_EQUAL(ASK(out, 0x80, 6, 0, 1, 0, 0, 8, 0), 8);
	CHECK_EQUAL(ASK(out, 0x80, 6, 0, 2, 0, 0, 255, 0), 32);
	CHECK(out[2] == 32 && out[14] == 0xff && out[20] == USB_ENDPOINT_OUT && out[27] == USB_ENDPOINT_IN);
	CHECK_EQUAL(ASK(out, 0x80, 6, 3, 3, 9, 4, 255, 0), 2 + 2 * 9);
	CHECK(memcmp(out + 2, "S\0E\0A\0L\0-\0", 10) == 0);
	CHECK_EQUAL(ASK(out, 0x80, 6, 0, 15, 0, 0, 5, 0), 5);
	CHECK_EQUAL(ASK(out, 0x80, 6, 0, 15, 0, 0, 255, 0), 33);
	CHECK_EQUAL(ASK(out, 0x80, 8, 0, 0, 0, 0, 1, 0), 1);
	CHECK_EQUAL(out[0], 0);
	CHECK(!(*at(DOEPCTL + DATA) & ENABLED)); /* no data before it is configured */
	CHECK_EQUAL(ASK(out, 0x00, 9, 1, 0, 0, 0, 0, 0), 0);
	CHECK_EQUAL(ASK(out, 0x80, 8, 0, 0, 0, 0, 1, 0), 1);
	CHECK_EQUAL(out[0], 1);
	CHECK(*at(DOEPCTL + DATA) & ENABLED);
}

/* Windows: the set has three packets; asked for as much as there is, and for more. */
static void
test_microsoft(void)
{
	uint8_t out[512];

	configure();
	CHECK_EQUAL(ASK(out, 0xc0, 1, 0, 0, 7, 0, 162, 0), 162);
	CHECK(memcmp(out + 14, "WINUSB", 6) == 0);
	CHECK_EQUAL(ASK(out, 0xc0, 1, 0, 0, 7, 0, 0, 1), 162);
	CHECK_EQUAL(ASK(out, 0xc0, 1, 0, 0, 8, 0, 162, 0), REFUSED);
}

static void
test_refusals(void)
{
	static const uint8_t refused[][8] = {
		{0x80, 6, 0, 6, 0, 0, 10, 0}, /* device qualifier: full speed only */
		{0x80, 6, 1, 2, 0, 0, 9, 0}, {0x80, 6, 9, 3, 0, 0, 9, 0}, {0x00, 9, 2, 0, 0, 0, 0, 0}, {0x00, 5, 200, 0, 0, 0, 0, 0}, {0x01, 11, 1, 0, 0, 0, 0, 0},
		{0x01, 11, 0, 0, 1, 0, 0, 0}, {0x02, 3, 0, 0, 0x82, 0, 0, 0}, {0x00, 3, 1, 0, 0, 0, 0, 0}, {0x40, 1, 0, 0, 7, 0, 0, 0}, {0x00, 7, 0, 1, 0, 0, 18, 0},
		{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	};
	uint8_t out[512];

	configure();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		CHECK_EQUAL(host_asks(out, refused[i]), REFUSED);
		CHECK_EQUAL(ASK(out, 0x80, 0, 0, 0, 0, 0, 2, 0), 2); /* the next request is heard */
	}
	CHECK_EQUAL(*at(DCFG) >> 4 & 0x7f, 7);
}

/* ---- bulk ---- */

static void
test_out(void)
{
	uint8_t sent[64];
	struct span bytes;

	configure();
	for (size_t len = 1; len <= 64; len++) {
		for (size_t i = 0; i < len; i++)
			sent[i] = (uint8_t)(len * 7 + i);
		CHECK(host_out(1, sent, len));
		CHECK(!host_out(1, sent, len)); /* it waits until the first is taken */
		bytes = take();
		CHECK_EQUAL_SPAN(bytes, span_of(sent, len));
		CHECK_EQUAL(take().len, 0);
	}
	CHECK(host_out(1, sent, 64));
	otg_leave(&otg, span_skip(otg_unread(&otg), 60)); /* what is left of a packet keeps the next one waiting */
	CHECK(!host_out(1, sent, 64));
	CHECK_EQUAL_SPAN(take(), span_of(sent + 60, 4));
	CHECK(host_out(1, NULL, 0)); /* an empty packet is no byte, and the next one is heard */
	CHECK_EQUAL(take().len, 0);
	CHECK(host_out(1, sent, 64));
	CHECK_EQUAL(take().len, 64);
}

/* What the host gets of an answer: whole packets, then one that is shorter, empty when there is nothing left. */
static void
test_in(void)
{
	static uint8_t answer[2053];
	struct packet packet;

	configure();
	for (size_t i = 0; i < sizeof(answer); i++)
		answer[i] = (uint8_t)(i * 31 + i / 256);
	for (size_t len = 1; len <= sizeof(answer); len += len < 200 || len > 1980 ? 1 : 61) {
		size_t got = 0;

		otg_send(&otg, span_of(answer, len));
		do {
			CHECK(otg_is_sending(&otg));
			CHECK(host_in(&packet, 1));
			CHECK(got + packet.len <= len && memcmp(packet.bytes, answer + got, packet.len) == 0);
			got += packet.len;
		} while (packet.len == 64);
		CHECK_EQUAL(got, len);
		CHECK(!otg_is_sending(&otg));
		CHECK(!host_in(&packet, 1));
	}
}

/* ---- what interrupts ---- */

static void
test_reset(void)
{
	static const uint8_t answer[100] = {1};
	struct packet packet;
	uint8_t out[512];

	configure();
	otg_send(&otg, span_of(answer, sizeof(answer)));
	CHECK(host_out(1, answer, 10));
	CHECK(!otg_was_lost(&otg));
	event(RESET_EVENT);
	CHECK(otg_was_lost(&otg));
	CHECK(!otg_was_lost(&otg));
	CHECK(!otg_is_sending(&otg));
	CHECK_EQUAL(take().len, 0);
	CHECK_EQUAL(*at(DCFG) >> 4 & 0x7f, 0);
	event(ENUMERATED_EVENT);
	CHECK_EQUAL(ASK(out, 0x00, 9, 1, 0, 0, 0, 0, 0), 0);
	CHECK(host_out(1, answer, 10));
	CHECK_EQUAL(take().len, 10);
	otg_send(&otg, span_of(answer, 3));
	CHECK(host_in(&packet, 1));
	CHECK_EQUAL(packet.len, 3);
}

static void
test_suspend(void)
{
	configure();
	CHECK(!otg_was_lost(&otg));
	event(SUSPEND_EVENT);
	CHECK(otg_was_lost(&otg));
}

/* Taken out of its configuration it has lost its host; no answer goes out any more. */
static void
test_deconfigured(void)
{
	static const uint8_t answer[3] = {1};
	uint8_t out[512];

	configure();
	CHECK_EQUAL(ASK(out, 0x00, 9, 0, 0, 0, 0, 0, 0), 0);
	CHECK(otg_was_lost(&otg));
	otg_send(&otg, span_of(answer, 3));
	CHECK(!otg_is_sending(&otg));
}

static void
test_halt(void)
{
	static const uint8_t bytes[8] = {9};
	struct packet packet;
	uint8_t out[512];

	configure();
	CHECK_EQUAL(ASK(out, 0x02, 3, 0, 0, 0x01, 0, 0, 0), 0);
	CHECK(!host_out(1, bytes, 8));
	CHECK_EQUAL(ASK(out, 0x82, 0, 0, 0, 0x01, 0, 2, 0), 2);
	CHECK_EQUAL(out[0], 1);
	CHECK_EQUAL(ASK(out, 0x02, 1, 0, 0, 0x01, 0, 0, 0), 0);
	CHECK(host_out(1, bytes, 8));
	CHECK_EQUAL(take().len, 8);
	CHECK_EQUAL(ASK(out, 0x02, 3, 0, 0, 0x81, 0, 0, 0), 0);
	otg_send(&otg, span_of(bytes, 8));
	CHECK(!host_in(&packet, 1));
	CHECK_EQUAL(ASK(out, 0x02, 1, 0, 0, 0x81, 0, 0, 0), 0);
	CHECK(host_in(&packet, 1));
	CHECK_EQUAL(packet.len, 8);
}

int
main(void)
{
	test_enumeration();
	test_microsoft();
	test_refusals();
	test_out();
	test_in();
	test_reset();
	test_suspend();
	test_deconfigured();
	test_halt();
	return test_result();
}
