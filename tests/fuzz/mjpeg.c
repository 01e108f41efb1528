/*
 * Pictures in a stream: each begins and ends as a picture does, nothing is used twice, and a stream that is cut anywhere gives the same pictures. With tables put into it,
 * it is one picture still, and has them.
 *
 * libFuzzer: -max_len=512
 */
#include "match/mjpeg.h"

#include <stdlib.h>

#include "match/huffman.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(bool holds)
{
	if (!holds)
		__builtin_trap();
}

/* The first picture of bytes that come in two pieces. */
static void
in_pieces(struct span all, size_t cut, struct span expected)
{
	struct span picture, early = span_of(all.data, cut);
	size_t done = ch_mjpeg_next(&picture, early);

	if (picture.len == 0)
		ch_mjpeg_next(&picture, span_skip(all, done));
	demand(span_equal(picture, expected));
}

static void
completed(struct span picture)
{
	struct span whole, again;
	size_t scan = 0;
	bool had = ch_mjpeg_has_tables(&scan, picture);

	demand(scan < picture.len && ch_huffman_complete(&whole, picture) == NULL);
	demand(had ? span_equal(whole, picture) : whole.len > picture.len && ch_mjpeg_has_tables(&scan, whole));
	demand(ch_mjpeg_next(&again, whole) == whole.len && span_equal(again, whole));
	free((void *)whole.data);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size), picture;
	size_t done = ch_mjpeg_next(&picture, rest);

	demand(done <= size);
	if (picture.len) {
		demand(picture.len >= 4 && picture.data + picture.len == data + done);
		demand(picture.data[0] == 0xff && picture.data[1] == 0xd8 && picture.data[picture.len - 1] == 0xd9);
	}
	if (size)
		in_pieces(rest, data[size - 1] % size, picture);
	while (picture.len) {
		completed(picture);
		rest = span_skip(rest, done);
		done = ch_mjpeg_next(&picture, rest);
		demand(done <= rest.len);
	}
	return 0;
}
