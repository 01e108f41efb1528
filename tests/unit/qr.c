/* Codes that qrencode draws are read: upright, turned, two in one picture; where there is none nothing is read. */
#include "match/qr.h"

#include <math.h>
#include <stdlib.h>

#include "unit/test.h"

enum { SIDE = 400, MODULES_MAX = 80 };

static uint8_t canvas[SIDE * SIDE];

static const char first[] = "0123456789ABCDEF0123456789ABCDEF", second[] = "FEDCBA98765432100123456789ABCDEF";

/* The modules of a code with its quiet zone; returns its side. */
static int
draw(bool dark[MODULES_MAX][MODULES_MAX], const char *text)
{
	char command[512], line[4 * MODULES_MAX];
	int side = 0;
	FILE *pipe;

	snprintf(command, sizeof(command), "qrencode -l M -t ASCII -o - '%s'", text);
	if ((pipe = popen(command, "r")) == NULL)
		abort();
	for (; side < MODULES_MAX && fgets(line, sizeof(line), pipe); side++)
		for (int x = 0; x < MODULES_MAX && (size_t)(2 * x) < strlen(line); x++)
			dark[side][x] = line[2 * x] == '#';
	return pclose(pipe) == 0 ? side : 0;
}

static void
place(const char *text, double left, double top, double scale, double degrees)
{
	static bool dark[MODULES_MAX][MODULES_MAX];
	double angle = degrees * 3.14159265358979 / 180, half;
	int side = draw(dark, text);

	CHECK(side > 20);
	half = side / 2.0;
	for (int y = 0; y < SIDE; y++)
		for (int x = 0; x < SIDE; x++) {
			double dx = (x - left) / scale - half, dy = (y - top) / scale - half;
			double u = cos(angle) * dx + sin(angle) * dy + half, v = cos(angle) * dy - sin(angle) * dx + half;
			if (u >= 0 && v >= 0 && u < side && v < side)
				canvas[y * SIDE + x] = dark[(int)v][(int)u] ? 30 : 220;
		}
}

static size_t
read_canvas(struct ch_qr codes[4])
{
	return ch_qr_read(codes, 4, canvas, SIDE, SIDE);
}

static void
check_one(const char *text, double left, double top, double scale, double degrees)
{
	struct ch_qr codes[4];

	memset(canvas, 140, sizeof(canvas));
	place(text, left, top, scale, degrees);
	CHECK_EQUAL(read_canvas(codes), 1);
	CHECK_EQUAL_SPAN(span_of(codes[0].text, codes[0].len), span_text(text));
}

int
main(void)
{
	char text[QR_TEXT_MAX + 2] = {0};
	struct ch_qr codes[4];

	check_one(first, 100, 100, 4, 0);
	check_one(first, 60, 60, 6, 4);
	check_one(first, 80, 60, 5, 93);
	check_one(second, 80, 60, 5, 180);

	memset(canvas, 140, sizeof(canvas));
	CHECK_EQUAL(read_canvas(codes), 0);
	place(first, 5, 5, 4, 0);
	place(second, 220, 220, 4, 3);
	CHECK_EQUAL(read_canvas(codes), 2);
	CHECK_EQUAL(ch_qr_read(codes, 1, canvas, SIDE, SIDE), 1);
	CHECK_EQUAL(ch_qr_read(codes, 4, canvas, 0, SIDE), 0);
	CHECK_EQUAL(ch_qr_read(codes, 4, canvas, SIZE_MAX / 2, 4), 0);

	memset(text, 'a', QR_TEXT_MAX);
	check_one(text, 5, 5, 5, 0);
	text[QR_TEXT_MAX] = 'a';
	memset(canvas, 140, sizeof(canvas));
	place(text, 5, 5, 5, 0);
	CHECK_EQUAL(read_canvas(codes), 0);
	return test_result();
}
