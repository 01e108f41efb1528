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

enum { DATA = 28, CORRECTION = 16, CODEWORDS = DATA + CORRECTION, MASKS = 8, MASK_ROWS = 12, MASK_COLUMNS = 6, TIMING = 6, FORMAT = 8, FORMAT_BITS = 15, ALIGNMENT = 18, FINDER = 7 };

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

/* The fifteen bits that say level, M, which is 00, and mask. */
static unsigned
format_of(unsigned mask)
{
	unsigned rest = mask;

	for (int i = 0; i < 10; i++)
		rest = rest << 1 ^ (rest >> 9) * 0x537;
	return (mask << 10 | rest) ^ 0x5412;
}

/* Where bit i of them stands in column FORMAT, and where it stands in row FORMAT. */
static int
format_row(int i)
{
	return i < 6 ? i : i < 8 ? i + 1 : QR_SIDE - 15 + i;
}

static int
format_column(int i)
{
	return i < 8 ? QR_SIDE - 1 - i : i == 8 ? 7 : 14 - i;
}

static void
draw_format(struct drawing *d, unsigned mask)
{
	for (int i = 0; i < FORMAT_BITS; i++) {
		bool bit = format_of(mask) >> i & 1;

		fix(d, format_row(i), FORMAT, bit);
		fix(d, FORMAT, format_column(i), bit);
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
			d->qr.dark[row][column] ^= !d->fixed[row][column] && masked(mask, row, column);
	draw_format(d, mask);
}

/* ---- which mask: rows and columns as bits, since each of eight is tried ---- */

enum { PAIRS = (1 << (QR_SIDE - 1)) - 1, WINDOWS = QR_SIDE - 11 + 1 /* for what has eleven modules */ };

struct lines {
	uint32_t row[QR_SIDE], column[QR_SIDE];
};

static unsigned
count_bits(uint32_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

/* Bit i: modules i and i + 1 are the same. */
static uint32_t
equal_pairs(uint32_t line)
{
	return ~(line ^ line >> 1) & PAIRS;
}

/* 3 points for a run of five and one for each module more; 40 for each pattern that looks like a finder, 1011101 with four light ones before or behind it. */
static unsigned
line_penalty(uint32_t l)
{
	const uint32_t windows = (1 << WINDOWS) - 1;
	uint32_t same = equal_pairs(l), five = same & same >> 1 & same >> 2 & same >> 3; /* bit i: a run of five begins with it */
	uint32_t finder = l & ~(l >> 1) & l >> 2 & l >> 3 & l >> 4 & ~(l >> 5) & l >> 6; /* bit i: it begins with it */
	uint32_t before = finder >> 4 & ~(l | l >> 1 | l >> 2 | l >> 3), behind = finder & ~(l >> 7 | l >> 8 | l >> 9 | l >> 10);

	return count_bits(five) + 2 * count_bits(five & ~(five << 1)) + 40 * (count_bits(before & windows) + count_bits(behind & windows));
}

static unsigned
penalty(const struct lines *lines)
{
	unsigned sum = 0, dark = 0;

	for (int i = 0; i < QR_SIDE; i++) {
		sum += line_penalty(lines->row[i]) + line_penalty(lines->column[i]);
		dark += count_bits(lines->row[i]);
	}
	for (int i = 0; i + 1 < QR_SIDE; i++) /* 3 for each block of two by two */
		sum += 3 * count_bits(equal_pairs(lines->row[i]) & equal_pairs(lines->row[i + 1]) & ~(lines->row[i] ^ lines->row[i + 1]));
	return sum + (unsigned)(distance((int)dark * 20, QR_SIDE * QR_SIDE * 10) / (QR_SIDE * QR_SIDE)) * 10;
}

static void
put_module(struct lines *lines, int row, int column, uint32_t dark)
{
	lines->row[row] |= dark << column;
	lines->column[column] |= dark << row;
}

/* What is drawn but for the format, and which modules a mask changes. */
static void
draw_lines(struct lines *drawn, struct lines *open, const struct drawing *d)
{
	memset(drawn, 0, sizeof(*drawn));
	memset(open, 0, sizeof(*open));
	for (int row = 0; row < QR_SIDE; row++)
		for (int column = 0; column < QR_SIDE; column++) {
			put_module(drawn, row, column, d->qr.dark[row][column]);
			put_module(open, row, column, !d->fixed[row][column]);
		}
	for (int i = 0; i < FORMAT_BITS; i++) {
		drawn->row[format_row(i)] &= ~(1u << FORMAT), drawn->column[FORMAT] &= ~(1u << format_row(i));
		drawn->row[FORMAT] &= ~(1u << format_column(i)), drawn->column[format_column(i)] &= ~(1u << FORMAT);
	}
}

/* Masks repeat after twelve rows and six columns. */
static void
mask_lines(struct lines *lines, const struct lines *open, unsigned mask)
{
	uint32_t rows[MASK_ROWS] = {0}, columns[MASK_COLUMNS] = {0};

	for (int row = 0; row < MASK_ROWS; row++)
		for (int column = 0; column < MASK_COLUMNS; column++)
			if (masked(mask, row, column)) {
				rows[row] |= UINT32_C(0x01041041) << column;
				columns[column] |= UINT32_C(0x01001001) << row;
			}
	for (int i = 0, row = 0, column = 0; i < QR_SIDE; i++) {
		lines->row[i] ^= rows[row] & open->row[i];
		lines->column[i] ^= columns[column] & open->column[i];
		row = row + 1 < MASK_ROWS ? row + 1 : 0;
		column = column + 1 < MASK_COLUMNS ? column + 1 : 0;
	}
}

static unsigned
best_mask(const struct drawing *d)
{
	unsigned best = 0, least = UINT32_MAX;
	struct lines drawn, open;

	draw_lines(&drawn, &open, d);
	for (unsigned mask = 0; mask < MASKS; mask++) {
		struct lines lines = drawn;
		unsigned format = format_of(mask), now;

		mask_lines(&lines, &open, mask);
		for (int i = 0; i < FORMAT_BITS; i++) {
			put_module(&lines, format_row(i), FORMAT, format >> i & 1);
			put_module(&lines, FORMAT, format_column(i), format >> i & 1);
		}
		now = penalty(&lines);
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
