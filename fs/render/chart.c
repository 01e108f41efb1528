#include "chart.h"

#include <inttypes.h>

#include "html.h"

enum { WIDTH = 720, NARROW = 440, LEFT = 130, RIGHT = 50, ROW = 26, BAR = 16, HEIGHT = 200, BASE = 160, TOP = 20, AXIS = 40, LETTER = 7, IDEOGRAPH = 12 };

static uint64_t
highest(const struct ch_bar *bars, size_t count)
{
	uint64_t most = 1;

	for (size_t i = 0; i < count; i++)
		if (bars[i].whole > most)
			most = bars[i].whole;
	return most;
}

static double
scaled(uint64_t n, uint64_t most, double length)
{
	return (double)n * length / (double)most;
}

static void
begin(FILE *out, int width, int height, const char *label)
{
	fprintf(out, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height);
	ch_html_text(out, span_text(label));
	fputs("\">\n", out);
}

static void
text(FILE *out, double x, double y, const char *anchor, struct span words)
{
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	ch_html_text(out, words);
	fputs("</text>\n", out);
}

/* About how wide it is drawn, in these units. */
static double
width_of(struct span words)
{
	double width = 0;

	for (size_t i = 0; i < words.len; i++)
		if ((words.data[i] & 0xc0) != 0x80)
			width += words.data[i] < 0xe0 ? LETTER : IDEOGRAPH;
	return width;
}

/* Before a bar: what is too long for the room there is drawn narrower. */
static void
name(FILE *out, double y, struct span words)
{
	if (width_of(words) <= LEFT - 10) {
		text(out, LEFT - 10, y, "end", words);
		return;
	}
	fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">", (double)LEFT - 10, y, LEFT - 10);
	ch_html_text(out, words);
	fputs("</text>\n", out);
}

static void
number(FILE *out, double x, double y, const char *anchor, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	text(out, x, y, anchor, span_text(digits));
}

static void
box(FILE *out, const char *class, double x, double y, double width, double height)
{
	if (width > 0 && height > 0)
		fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", class, x, y, width, height);
}

static void
line(FILE *out, double x1, double y1, double x2, double y2)
{
	fprintf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", x1, y1, x2, y2);
}

/* Every name when there is room for it, else every second, fifth ... */
static size_t
step_of(size_t count)
{
	static const size_t steps[] = {1, 2, 5, 10, 20, 50};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (count / steps[i] <= 14)
			return steps[i];
	return 100;
}

void
ch_chart_columns(FILE *out, const struct ch_bar *bars, size_t count, const char *label)
{
	double room = count ? (double)(WIDTH - 2 * AXIS) / (double)count : 0, width = room * 0.7;
	uint64_t most = highest(bars, count);

	begin(out, WIDTH, HEIGHT, label);
	line(out, AXIS, BASE, WIDTH - AXIS, BASE);
	line(out, AXIS, TOP, WIDTH - AXIS, TOP);
	number(out, AXIS - 6, TOP + 4, "end", most);
	number(out, AXIS - 6, BASE + 4, "end", 0);
	for (size_t i = 0; i < count; i++) {
		double x = AXIS + room * (double)i + (room - width) / 2, whole = scaled(bars[i].whole, most, BASE - TOP);
		double part = scaled(bars[i].part, most, BASE - TOP);
		box(out, "whole", x, BASE - whole, width, whole - part);
		box(out, "part", x, BASE - part, width, part);
		if (i % step_of(count) == 0)
			text(out, x + width / 2, BASE + 20, "middle", bars[i].name);
	}
	fputs("</svg>\n", out);
}

void
ch_chart_bars(FILE *out, const struct ch_bar *bars, size_t count, const char *label)
{
	uint64_t most = highest(bars, count);

	begin(out, NARROW, (int)count * ROW + 10, label);
	for (size_t i = 0; i < count; i++) {
		double y = 5 + (double)i * ROW, whole = scaled(bars[i].whole, most, NARROW - LEFT - RIGHT);
		double part = scaled(bars[i].part, most, NARROW - LEFT - RIGHT);
		name(out, y + BAR - 3, bars[i].name);
		box(out, "part", LEFT, y, part, BAR);
		box(out, "whole", LEFT + part, y, whole - part, BAR);
		number(out, LEFT + whole + 8, y + BAR - 3, "start", bars[i].whole);
	}
	fputs("</svg>\n", out);
}
