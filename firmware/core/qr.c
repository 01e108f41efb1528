/*
 * Map:
 *	qr_encode
 *	  put_text		the text as bits, padded to 28 codewords	7.4
 *	  put_correction	16 codewords of Reed-Solomon			7.5
 *	  draw_patterns		finders, timing, alignment			6.3
 *	  draw_codewords	in columns of two, from the lower right		7.7.3
 *	  choose mask		the one of eight with the least penalty		7.8
 *	  draw_format		level and mask, twice				7.9
 *
 * The numbers are the sections of ISO/IEC 18004.
 */
#include "qr.h"

#include <string.h>

enum { DATA = 28, CORRECTION = 16, CODEWORDS = DATA + CORRECTION, MASKS = 8, TIMING = 6, ALIGNMENT = 18, FINDER = 7 };

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

static unsigned
alphanumeric(char c)
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

	return (unsigned)(strchr(set, c) - set);
}

static void
put_text(struct bits *bits, const char text[QR_TEXT])
{
	put_bits(bits, 2, 4); /* alphanumeric mode */
	put_bits(bits, QR_TEXT, 9);
	for (unsigned i = 0; i < QR_TEXT; i += 2)
		put_bits(bits, alphanumeric(text[i]) * 45 + alphanumeric(text[i + 1]), 11);
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

/* The product of (x - 2^i) for i below CORRECTION, without its leading 1. */
static void
generator_polynomial(uint8_t generator[CORRECTION])
{
	uint8_t root = 1;

	memset(generator, 0, CORRECTION);
	generator[CORRECTION - 1] = 1;
	for (int i = 0; i < CORRECTION; i++) {
		for (int j = 0; j < CORRECTION; j++) {
			generator[j] = multiply(generator[j], root);
			if (j + 1 < CORRECTION)
				generator[j] ^= generator[j + 1];
		}
		root = multiply(root, 2);
	}
}

static void
put_correction(struct bits *bits)
{
	uint8_t generator[CORRECTION];
	uint8_t *rest = bits->byte + DATA;

	generator_polynomial(generator);
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

static void
draw_format(struct drawing *d, unsigned mask)
{
	unsigned rest = mask, format; /* level M is 00 */

	for (int i = 0; i < 10; i++)
		rest = rest << 1 ^ (rest >> 9) * 0x537;
	format = (mask << 10 | rest) ^ 0x5412;
	for (int i = 0; i < 15; i++) {
		bool bit = format >> i & 1;

		fix(d, i < 6 ? i : i < 8 ? i + 1 : QR_SIDE - 15 + i, 8, bit);
		fix(d, 8, i < 8 ? QR_SIDE - 1 - i : i == 8 ? 7 : 14 - i, bit);
	}
	fix(d, QR_SIDE - 8, 8, true);
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
	draw_format(d, 0); /* keeps its place */
}

/* Upwards and downwards in turn, two columns at a time, from the right; the timing column is stepped over. */
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

			if (d->fixed[row][column] || at == 8 * CODEWORDS)
				continue;
			d->qr.dark[row][column] = bits->byte[at / 8] >> (7 - at % 8) & 1;
			at++;
		}
	}
}

/* ---- masks ---- */

static bool
masked(unsigned mask, int row, int column)
{
	switch (mask) {
	case 0:
		return (row + column) % 2 == 0;
	case 1:
		return row % 2 == 0;
	case 2:
		return column % 3 == 0;
	case 3:
		return (row + column) % 3 == 0;
	case 4:
		return (row / 2 + column / 3) % 2 == 0;
	case 5:
		return row * column % 2 + row * column % 3 == 0;
	case 6:
		return (row * column % 2 + row * column % 3) % 2 == 0;
	default:
		return ((row + column) % 2 + row * column % 3) % 2 == 0;
	}
}

static void
apply_mask(struct drawing *d, unsigned mask)
{
	for (int row = 0; row < QR_SIDE; row++)
		for (int column = 0; column < QR_SIDE; column++)
			if (!d->fixed[row][column])
				d->qr.dark[row][column] ^= masked(mask, row, column);
	draw_format(d, mask);
}

/* One line of modules: 3 points for a run of five and one for each module more; 40 for each pattern that looks like a finder. */
static unsigned
line_penalty(const bool line[QR_SIDE])
{
	unsigned penalty = 0, run = 0, window = 0;

	for (int i = 0; i < QR_SIDE; i++) {
		run = i > 0 && line[i] == line[i - 1] ? run + 1 : 1;
		penalty += run == 5 ? 3 : run > 5 ? 1 : 0;
		window = (window << 1 | line[i]) & 0x7ff;
		if (i >= 10 && (window == 0x5d0 || window == 0x05d))
			penalty += 40;
	}
	return penalty;
}

static unsigned
block_penalty(const struct qr *qr, int row, int column)
{
	const bool *upper = qr->dark[row] + column, *lower = qr->dark[row + 1] + column;

	return upper[0] == upper[1] && lower[0] == lower[1] && upper[0] == lower[0] ? 3 : 0;
}

static unsigned
balance_penalty(const struct qr *qr)
{
	int dark = 0;

	for (int i = 0; i < QR_SIDE * QR_SIDE; i++)
		dark += qr->dark[i / QR_SIDE][i % QR_SIDE];
	return (unsigned)(distance(dark * 20, QR_SIDE * QR_SIDE * 10) / (QR_SIDE * QR_SIDE)) * 10;
}

static unsigned
penalty(const struct qr *qr)
{
	unsigned sum = balance_penalty(qr);

	for (int i = 0; i < QR_SIDE; i++) {
		bool column[QR_SIDE];

		for (int j = 0; j < QR_SIDE; j++)
			column[j] = qr->dark[j][i];
		sum += line_penalty(qr->dark[i]) + line_penalty(column);
	}
	for (int i = 0; i < (QR_SIDE - 1) * (QR_SIDE - 1); i++)
		sum += block_penalty(qr, i / (QR_SIDE - 1), i % (QR_SIDE - 1));
	return sum;
}

static unsigned
best_mask(struct drawing *d)
{
	unsigned best = 0, least = UINT32_MAX;

	for (unsigned mask = 0; mask < MASKS; mask++) {
		unsigned now;

		apply_mask(d, mask);
		now = penalty(&d->qr);
		apply_mask(d, mask); /* its own inverse */
		if (now < least) {
			least = now;
			best = mask;
		}
	}
	return best;
}

void
qr_encode(struct qr *qr, const char text[QR_TEXT])
{
	struct bits bits = {0};
	struct drawing d = {0};

	put_text(&bits, text);
	put_correction(&bits);
	draw_patterns(&d);
	draw_codewords(&d, &bits);
	apply_mask(&d, best_mask(&d));
	*qr = d.qr;
}
