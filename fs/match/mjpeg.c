#include "mjpeg.h"

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DHT = 0xc4, TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7, FILL = 0xff, STUFFED = 0x00 };

enum outcome { WHOLE, MORE, NONE };

static bool
stands_alone(uint8_t marker)
{
	return marker == TEM || (marker >= RST0 && marker <= RST7);
}

/* Behind a scan's header: up to the next marker that is none of the scan's own. */
static size_t
skip_scan(struct span b, size_t at)
{
	while (at + 1 < b.len && !(b.data[at] == 0xff && b.data[at + 1] != STUFFED && b.data[at + 1] != FILL && !stands_alone(b.data[at + 1])))
		at++;
	return at;
}

/* From its SOI on: where does the picture end? */
static enum outcome
measure(size_t *end, struct span b)
{
	size_t at = 2;

	while (at + 1 < b.len) {
		uint8_t marker = b.data[at + 1];
		if (b.data[at] != 0xff || marker == STUFFED || marker == SOI)
			return NONE;
		if (marker == FILL) {
			at++;
			continue;
		}
		at += 2;
		if (marker == EOI) {
			*end = at;
			return WHOLE;
		}
		if (stands_alone(marker))
			continue;
		if (at + 2 > b.len)
			return MORE;
		if (get16(b.data + at) < 2)
			return NONE;
		at += get16(b.data + at);
		if (marker == SOS && at < b.len)
			at = skip_scan(b, at);
	}
	return MORE;
}

static size_t
find_start(struct span b, size_t at)
{
	while (at + 1 < b.len && !(b.data[at] == 0xff && b.data[at + 1] == SOI))
		at++;
	return at;
}

size_t
ch_mjpeg_next(struct span *picture, struct span bytes)
{
	size_t at = find_start(bytes, 0), end = 0;

	*picture = span_of(NULL, 0);
	for (; at + 1 < bytes.len; at = find_start(bytes, at + 2)) {
		enum outcome outcome = measure(&end, span_skip(bytes, at));
		if (outcome == MORE)
			return at;
		if (outcome == NONE)
			continue;
		*picture = span_of(bytes.data + at, end);
		return at + end;
	}
	return at < bytes.len && bytes.data[at] == 0xff ? at : bytes.len;
}

bool
ch_mjpeg_has_tables(size_t *scan, struct span picture)
{
	size_t at = 2;

	while (at + 4 <= picture.len && picture.data[at] == 0xff) {
		uint8_t marker = picture.data[at + 1];
		*scan = at;
		if (marker == SOS || marker == DHT)
			return marker == DHT;
		at += marker == FILL ? 1 : stands_alone(marker) ? 2 : 2 + (size_t)get16(picture.data + at + 2);
	}
	return true;
}
