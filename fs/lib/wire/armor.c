#include "armor.h"

enum { LINE = 64, LINE_BYTES = LINE / 4 * 3, CRC_SIZE = 3, CRC_LINE = 6 };

struct frame {
	struct span head, tail;
};

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct frame
frame_of(enum armor_kind kind)
{
	if (kind == ARMOR_SIGNATURE)
		return (struct frame){SPAN_LITERAL("-----BEGIN PGP SIGNATURE-----\n\n"), SPAN_LITERAL("-----END PGP SIGNATURE-----\n")};
	return (struct frame){SPAN_LITERAL("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"),
			      SPAN_LITERAL("-----END PGP PUBLIC KEY BLOCK-----\n")};
}

/* RFC 4880 6.1, four bits at a time: what each of their values does to the remainder, the multiples of the polynomial 0x864cfb. */
static void
crc24(uint8_t crc[CRC_SIZE], struct span bytes)
{
	static const uint32_t of_bits[16] = {
		0x000000, 0x864cfb, 0x8ad50d, 0x0c99f6, 0x93e6e1, 0x15aa1a, 0x1933ec, 0x9f7f17,
		0xa18139, 0x27cdc2, 0x2b5434, 0xad18cf, 0x3267d8, 0xb42b23, 0xb8b2d5, 0x3efe2e,
	};
	uint32_t remainder = 0xb704ce;
	uint8_t word[4];

	for (size_t i = 0; i < bytes.len; i++) {
		remainder ^= (uint32_t)bytes.data[i] << 16;
		for (int half = 0; half < 2; half++)
			remainder = (remainder << 4 & 0xffffff) ^ of_bits[remainder >> 20];
	}
	put32(word, remainder);
	memcpy(crc, word + 1, CRC_SIZE);
}

/* -1 for what is no digit. */
static int
digit_value(uint8_t digit)
{
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Three bytes from four characters, fewer where '=' pads; 0 when another text would decode to the same bytes. */
static size_t
decode_quad(uint8_t out[3], const uint8_t in[4])
{
	size_t n = in[3] != '=' ? 3 : in[2] != '=' ? 2 : 1;
	uint32_t bits = 0;
	uint8_t word[4];

	for (size_t i = 0; i <= 3; i++) {
		int value = i > n ? 0 : digit_value(in[i]);

		if (value < 0)
			return 0;
		bits = bits << 6 | (uint32_t)value;
	}
	put32(word, bits << 8);
	for (size_t i = n; i < 3; i++)
		if (word[i] != 0)
			return 0;
	memcpy(out, word, n);
	return n;
}

static void
encode_quad(char out[4], struct span in)
{
	uint8_t word[4] = {0};

	memcpy(word, in.data, in.len);
	for (size_t i = 0; i < 4; i++)
		out[i] = i <= in.len ? alphabet[get32(word) >> (26 - 6 * i) & 63] : '=';
}

/* Only the last line may be short and only its last four characters may be padded. */
size_t
armor_decode(uint8_t *out, size_t size, struct span lines)
{
	size_t len = 0;

	while (lines.len > 0) {
		struct span line = span_cut(&lines, '\n');

		if (line.len == 0 || line.len % 4 != 0 || line.len > LINE || (line.len < LINE && lines.len > 0))
			return 0;
		for (; line.len > 0; line = span_skip(line, 4)) {
			uint8_t bytes[3];
			size_t n = decode_quad(bytes, line.data);

			if (n == 0 || n > size - len || (n < 3 && line.len + lines.len > 4))
				return 0;
			memcpy(out + len, bytes, n);
			len += n;
		}
	}
	return len;
}

static char *
encode_lines(char *out, struct span bytes)
{
	while (bytes.len > 0) {
		struct span line = span_of(bytes.data, bytes.len < LINE_BYTES ? bytes.len : LINE_BYTES);

		bytes = span_skip(bytes, line.len);
		while (line.len > 0) {
			struct span quad = span_of(line.data, line.len < 3 ? line.len : 3);

			encode_quad(out, quad);
			out += 4;
			line = span_skip(line, quad.len);
		}
		*out++ = '\n';
	}
	return out;
}

size_t
armor_read(uint8_t *out, size_t size, enum armor_kind kind, struct span text)
{
	struct frame frame = frame_of(kind);
	uint8_t crc[CRC_SIZE], found[CRC_SIZE];
	struct span lines;
	const uint8_t *check;
	size_t len;

	if (text.len < frame.head.len + CRC_LINE + frame.tail.len || !span_starts(text, frame.head) || !span_ends(text, frame.tail))
		return 0;
	lines = span_of(text.data + frame.head.len, text.len - frame.head.len - CRC_LINE - frame.tail.len);
	check = lines.data + lines.len;
	if (!span_ends(lines, SPAN_LITERAL("\n")) || check[0] != '=' || check[CRC_LINE - 1] != '\n')
		return 0;
	len = armor_decode(out, size, lines);
	if (len == 0 || decode_quad(found, check + 1) != CRC_SIZE)
		return 0;
	crc24(crc, span_of(out, len));
	return memcmp(crc, found, CRC_SIZE) == 0 ? len : 0;
}

size_t
armor_write(char *out, size_t size, enum armor_kind kind, struct span bytes)
{
	struct frame frame = frame_of(kind);
	size_t quads = bytes.len / 3 + (bytes.len % 3 != 0), lines = bytes.len / LINE_BYTES + (bytes.len % LINE_BYTES != 0);
	uint8_t crc[CRC_SIZE];
	char *at = out;

	if (bytes.len == 0 || bytes.len > size || frame.head.len + 4 * quads + lines + CRC_LINE + frame.tail.len > size)
		return 0;
	crc24(crc, bytes);
	memcpy(at, frame.head.data, frame.head.len);
	at = encode_lines(at + frame.head.len, bytes);
	*at++ = '=';
	at = encode_lines(at, span_of(crc, CRC_SIZE));
	memcpy(at, frame.tail.data, frame.tail.len);
	return (size_t)(at - out) + frame.tail.len;
}
