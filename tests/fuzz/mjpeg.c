/* Pictures in a stream: each begins and ends as a picture does, nothing is used twice, and a stream that is cut anywhere gives the same pictures. */
#include "match/mjpeg.h"

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
		rest = span_skip(rest, done);
		done = ch_mjpeg_next(&picture, rest);
		demand(done <= rest.len);
	}
	return 0;
}
