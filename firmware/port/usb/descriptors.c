#include "descriptors.h"

#define PAIR(n) (uint8_t)((n) & 0xff), (uint8_t)((n) >> 8)
#define UTF16(c) (c), 0

enum { STRING_MANUFACTURER = 1, STRING_PRODUCT, STRING_SERIAL, CONFIGURATION_LENGTH = 9 + 9 + 7 + 7, BOS_LENGTH = 5 + 28, SET_LENGTH = 10 + 20 + 132 };

static const uint8_t device[18] = {
	18, USB_DESCRIPTOR_DEVICE, PAIR(0x0201), /* with a BOS descriptor */
	USB_INTERFACE_CLASS, 0, 0, USB_PACKET, PAIR(USB_VENDOR), PAIR(USB_PRODUCT), PAIR(0x0100), STRING_MANUFACTURER, STRING_PRODUCT, STRING_SERIAL, 1,
};

static const uint8_t configuration[CONFIGURATION_LENGTH] = {
	9, USB_DESCRIPTOR_CONFIGURATION, PAIR(CONFIGURATION_LENGTH), 1, USB_CONFIGURATION, 0, 0x80, 50, /* bus-powered, 100 mA */
	9, 4, USB_INTERFACE, 0, 2, USB_INTERFACE_CLASS, 0, 0, 0,
	7, 5, USB_ENDPOINT_OUT, 2, PAIR(USB_PACKET), 0, /* bulk */
	7, 5, USB_ENDPOINT_IN, 2, PAIR(USB_PACKET), 0,
};

/* Platform capability D8DD60DF-4589-4CC7-9CD2-659D9E648A9F: Windows 8.1 and later. */
static const uint8_t bos[BOS_LENGTH] = {
	5, USB_DESCRIPTOR_BOS, PAIR(BOS_LENGTH), 1,
	28, 16, 5, 0, 0xdf, 0x60, 0xdd, 0xd8, 0x89, 0x45, 0xc7, 0x4c, 0x9c, 0xd2, 0x65, 0x9d, 0x9e, 0x64, 0x8a, 0x9f,
	0, 0, 3, 6, PAIR(SET_LENGTH), USB_MICROSOFT_REQUEST, 0,
};

static const uint8_t set[SET_LENGTH] = {
	PAIR(10), PAIR(0), 0, 0, 3, 6, PAIR(SET_LENGTH),
	PAIR(20), PAIR(3), 'W', 'I', 'N', 'U', 'S', 'B', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	/* registry property, REG_MULTI_SZ: the class of interfaces by which a program finds it */
	PAIR(132), PAIR(4), PAIR(7), PAIR(42),
	UTF16('D'), UTF16('e'), UTF16('v'), UTF16('i'), UTF16('c'), UTF16('e'), UTF16('I'), UTF16('n'), UTF16('t'), UTF16('e'), UTF16('r'), UTF16('f'),
	UTF16('a'), UTF16('c'), UTF16('e'), UTF16('G'), UTF16('U'), UTF16('I'), UTF16('D'), UTF16('s'), UTF16(0), PAIR(80),
	UTF16('{'), UTF16('7'), UTF16('1'), UTF16('b'), UTF16('6'), UTF16('2'), UTF16('6'), UTF16('0'), UTF16('e'), UTF16('-'), UTF16('5'), UTF16('e'),
	UTF16('a'), UTF16('1'), UTF16('-'), UTF16('4'), UTF16('c'), UTF16('0'), UTF16('7'), UTF16('-'), UTF16('9'), UTF16('d'), UTF16('3'), UTF16('e'),
	UTF16('-'), UTF16('2'), UTF16('b'), UTF16('8'), UTF16('f'), UTF16('0'), UTF16('c'), UTF16('6'), UTF16('a'), UTF16('4'), UTF16('d'), UTF16('1'),
	UTF16('9'), UTF16('}'), UTF16(0), UTF16(0),
};

static struct span
string(const char *text, uint8_t room[USB_STRING_MAX])
{
	size_t len = 2;

	for (; *text != '\0' && len < USB_STRING_MAX; text++) {
		room[len++] = (uint8_t)*text;
		room[len++] = 0;
	}
	room[0] = (uint8_t)len;
	room[1] = USB_DESCRIPTOR_STRING;
	return span_of(room, len);
}

/* Index 0 is the list of languages: English (United States). */
static struct span
string_of(unsigned index, const char *serial, uint8_t room[USB_STRING_MAX])
{
	static const uint8_t languages[] = {4, USB_DESCRIPTOR_STRING, PAIR(0x0409)};

	switch (index) {
	case 0:
		return span_of(languages, sizeof(languages));
	case STRING_MANUFACTURER:
		return string("Chancery", room);
	case STRING_PRODUCT:
		return string("Chancery seal", room);
	case STRING_SERIAL:
		return string(serial, room);
	default:
		return (struct span){0};
	}
}

struct span
usb_descriptor(unsigned type, unsigned index, const char *serial, uint8_t room[USB_STRING_MAX])
{
	if (type == USB_DESCRIPTOR_STRING)
		return string_of(index, serial, room);
	if (index != 0)
		return (struct span){0};
	switch (type) {
	case USB_DESCRIPTOR_DEVICE:
		return span_of(device, sizeof(device));
	case USB_DESCRIPTOR_CONFIGURATION:
		return span_of(configuration, sizeof(configuration));
	case USB_DESCRIPTOR_BOS:
		return span_of(bos, sizeof(bos));
	default:
		return (struct span){0};
	}
}

struct span
usb_microsoft_set(void)
{
	return span_of(set, sizeof(set));
}
