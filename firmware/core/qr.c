/*
 * Map:
 *	qr_encode
 *	  put_digits		as bits, padded to 28 codewords			7.4
 *	  put_correction	16 codewords of Reed-Solomon			7.5
 *	  draw_patterns		finders, timing, alignment			6.3
 *	    draw_format		level and mask, twice				7.9
 *	  draw_codewords	in columns of two, from the lower right		7.7.3
 *	    is_masked		always by the same mask				7.8
 *
 * The numbers are the sections of ISO/IEC 18004. Of the eight masks it wants the one with the least penalty; here the text is random, and they are read alike
 * (docs/decisions/0048).
 */
#include "qr.h"

#include <string.h>

enum { DATA = 28, CORRECTION = 16, CODEWORDS = DATA + CORRECTION, TIMING = 6, FORMAT = 8, FORMAT_BITS = 0x4f97, ALIGNMENT = 18, FINDER = 7 };

struct drawing {
	struct qr qr;
	bool fixed[QR_SIDE][QR_SIDE]; /* function patterns: neither data nor masked */
};

/* ---- bits ---- */

struct bits {
	uint8_t byte[CODEWORDS];
	unsigned count;
};

static void
put_bits(struct bits *bits, unsigned value, unsigned count)
{
	while (count-- > 0) {
		bits->byte[bits->count / 8] |= (uint8_t)((value >> count & 1) << (7 - bits->count % 8));
		bits->count++;
	}
}

static void
put_digits(struct bits *bits, const uint8_t octets[QR_OCTETS])
{
	put_bits(bits, 2, 4); /* alphanumeric mode: its first sixteen characters are the digits, the upper-case ones; it has no others */
	put_bits(bits, 2 * QR_OCTETS, 9);
	for (unsigned i = 0; i < QR_OCTETS; i++)
		put_bits(bits, (octets[i] >> 4) * 45u + (octets[i] & 15), 11);
	bits->count = (bits->count + 4 + 7) / 8 * 8; /* terminator, then to the end of the codeword */
	for (unsigned pad = 0xec; bits->count < 8 * DATA; pad ^= 0xec ^ 0x11)
		put_bits(bits, pad, 8);
}

/* ---- Reed-Solomon over GF(256), x^8 + x^4 + x^3 + x^2 + 1 ---- */

static uint8_t
multiply(uint8_t a, uint8_t b)
{
	unsigned product = 0;

	for (int i = 7; i >= 0; i--) {
		product = product << 1 ^ (product >> 7) * 0x11d;
		product ^= (unsigned)(b >> i & 1) * a;
	}
	return (uint8_t)product;
}

static void
put_correction(struct bits *bits)
{
	/* The product of (x - 2^i) for i below CORRECTION, without its leading 1. */
	static const uint8_t generator[CORRECTION] = {0x3b, 0x0d, 0x68, 0xbd, 0x44, 0xd1, 0x1e, 0x08, 0xa3, 0x41, 0x29, 0xe5, 0x62, 0x32, 0x24, 0x3b};
	uint8_t *rest = bits->byte + DATA;

	for (int i = 0; i < DATA; i++) {
		uint8_t factor = bits->byte[i] ^ rest[0];

		memmove(rest, rest + 1, CORRECTION - 1);
		rest[CORRECTION - 1] = 0;
		for (int j = 0; j < CORRECTION; j++)
			rest[j] ^= multiply(generator[j], factor);
	}
}

/* ---- patterns ---- */

static void
fix(struct drawing *d, int row, int column, bool dark)
{
	if (row < 0 || row >= QR_SIDE || column < 0 || column >= QR_SIDE)
		return;
	d->qr.dark[row][column] = dark;
	d->fixed[row][column] = true;
}

static int
distance(int a, int b)
{
	return a < b ? b - a : a - b;
}

/* Rings around a centre: dark unless their distance is one of the two light ones; a finder's outermost ring is its separator. */
static void
draw_rings(struct drawing *d, int row, int column, int reach, int light, int outer)
{
	for (int r = row - reach; r <= row + reach; r++)
		for (int c = column - reach; c <= column + reach; c++) {
			int ring = distance(r, row) > distance(c, column) ? distance(r, row) : distance(c, column);

			fix(d, r, c, ring != light && ring != outer);
		}
}

/* The fifteen bits that say level, M, and mask, 6, with what corrects them; bit i stands in column FORMAT and in row FORMAT. */
static void
draw_format(struct drawing *d)
{
	for (int i = 0; i < 15; i++) {
		bool bit = FORMAT_BITS >> i & 1;

		fix(d, i < 6 ? i : i < 8 ? i + 1 : QR_SIDE - 15 + i, FORMAT, bit);
		fix(d, FORMAT, i < 8 ? QR_SIDE - 1 - i : i == 8 ? 7 : 14 - i, bit);
	}
	fix(d, QR_SIDE - 8, FORMAT, true);
}

static void
draw_patterns(struct drawing *d)
{
	for (int i = 0; i < QR_SIDE; i++) {
		fix(d, TIMING, i, i % 2 == 0);
		fix(d, i, TIMING, i % 2 == 0);
	}
	draw_rings(d, FINDER / 2, FINDER / 2, 4, 2, 4);
	draw_rings(d, FINDER / 2, QR_SIDE - 1 - FINDER / 2, 4, 2, 4);
	draw_rings(d, QR_SIDE - 1 - FINDER / 2, FINDER / 2, 4, 2, 4);
	draw_rings(d, ALIGNMENT, ALIGNMENT, 2, 1, 1);
	draw_format(d);
}

/* Mask 6. */
static bool
is_masked(int row, int column)
{
	int product = row * column;

	return (product % 2 + product % 3) % 2 == 0;
}

/* Upwards and downwards in turn, two columns at a time, from the right; the timing column is stepped over. What is left behind the last bit is light, and masked as well. */
static void
draw_codewords(struct drawing *d, const struct bits *bits)
{
	unsigned at = 0;
	bool up = true;

	for (int right = QR_SIDE - 1; right > 0; right -= 2, up = !up) {
		if (right == TIMING)
			right--;
		for (int i = 0; i < 2 * QR_SIDE; i++) {
			int row = up ? QR_SIDE - 1 - i / 2 : i / 2, column = right - i % 2;

			if (d->fixed[row][column])
				continue;
			d->qr.dark[row][column] = is_masked(row, column) ^ (at < 8 * CODEWORDS && bits->byte[at / 8] >> (7 - at % 8) & 1);
			at++;
		}
	}
}

void
qr_encode(struct qr *qr, const uint8_t octets[QR_OCTETS])
{
	struct bits bits = {0};
	struct drawing d = {0};

	put_digits(&bits, octets);
	put_correction(&bits);
	draw_patterns(&d);
	draw_codewords(&d, &bits);
	*qr = d.qr;
}
