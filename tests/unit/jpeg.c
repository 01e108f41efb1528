/* Pictures: one that was written is read; cut short, too large, with too many scans or none at all it is refused; without Huffman tables it is given some. */
#include "match/jpeg.h"

#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "match/huffman.h"
#include "unit/test.h"

enum { WIDTH = 48, HEIGHT = 32 };

/* A ramp from black to white, in three equal channels. */
static struct span
picture(J_COLOR_SPACE space, int channels, bool progressive)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char *out = NULL, row[WIDTH * 4];
	unsigned long len = 0;
	JSAMPROW rows = row;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &out, &len);
	jpeg.image_width = WIDTH;
	jpeg.image_height = HEIGHT;
	jpeg.input_components = channels;
	jpeg.in_color_space = space;
	jpeg_set_defaults(&jpeg);
	if (progressive)
		jpeg_simple_progression(&jpeg);
	jpeg_start_compress(&jpeg, TRUE);
	for (size_t i = 0; i < sizeof(row); i++)
		row[i] = (unsigned char)(i / (size_t)channels * 5);
	while (jpeg.next_scanline < HEIGHT)
		jpeg_write_scanlines(&jpeg, &rows, 1);
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	return span_of(out, len);
}

static void
check_read(struct span jpeg)
{
	struct ch_grey image;

	CHECK(ch_jpeg_read(&image, jpeg) == NULL);
	CHECK_EQUAL(image.width, WIDTH);
	CHECK_EQUAL(image.height, HEIGHT);
	CHECK(image.pixels && image.pixels[0] < 16 && image.pixels[WIDTH - 1] > 220);
	ch_grey_free(&image);
}

static void
check_refused(struct span jpeg, const char *says)
{
	struct ch_grey image;
	const struct ch_error *error = ch_jpeg_read(&image, jpeg);

	CHECK(error && error->class == CH_REFUSED && strstr(error->message, says));
	ch_grey_free(&image);
}

/* The same picture whose frame header claims another size. */
static struct span
resized(struct span jpeg, uint16_t width, uint16_t height)
{
	uint8_t *copy = malloc(jpeg.len), *frame;

	if (copy == NULL)
		abort();
	memcpy(copy, jpeg.data, jpeg.len);
	frame = memmem(copy, jpeg.len, "\xff\xc0", 2);
	put16(frame + 5, height);
	put16(frame + 7, width);
	return span_of(copy, jpeg.len);
}

/* The last scan of a progressive picture, over and over. */
static struct span
with_scans(struct span jpeg, size_t times)
{
	const uint8_t *scan = jpeg.data, *next;
	uint8_t *out;
	size_t head, len;

	while ((next = memmem(scan + 1, jpeg.len - (size_t)(scan + 1 - jpeg.data), "\xff\xda", 2)))
		scan = next;
	head = (size_t)(scan - jpeg.data);
	len = jpeg.len - 2 - head;
	if ((out = malloc(jpeg.len + times * len)) == NULL)
		abort();
	memcpy(out, jpeg.data, head);
	for (size_t i = 0; i < times; i++)
		memcpy(out + head + i * len, scan, len);
	memcpy(out + head + times * len, "\xff\xd9", 2);
	return span_of(out, head + times * len + 2);
}

static void
test_bounds(struct span plain, struct span progressive)
{
	struct span gigapixels = resized(plain, 65500, 65500), taller = resized(plain, WIDTH, 8 * HEIGHT), same = resized(plain, WIDTH, HEIGHT);
	struct span once = with_scans(progressive, 1), often = with_scans(progressive, 2 * JPEG_SCANS_MAX);

	check_read(same);
	check_refused(gigapixels, "65500 x 65500");
	check_refused(taller, "not a whole JPEG picture");
	check_read(once);
	check_refused(often, "not a whole JPEG picture");
	free((void *)gigapixels.data);
	free((void *)taller.data);
	free((void *)same.data);
	free((void *)once.data);
	free((void *)often.data);
}

/* Its segments of Huffman tables left out, as cameras do. */
static struct span
without_tables(struct span jpeg)
{
	uint8_t *copy = malloc(jpeg.len), *table;
	size_t len = jpeg.len, segment;

	if (copy == NULL)
		abort();
	memcpy(copy, jpeg.data, jpeg.len);
	while ((table = memmem(copy, len, "\xff\xc4", 2))) {
		segment = 2 + (size_t)get16(table + 2);
		len -= segment;
		memmove(table, table + segment, len - (size_t)(table - copy));
	}
	return span_of(copy, len);
}

/* Put into it they stand where they belong, and a picture that has some keeps its own. */
static void
test_tables(struct span jpeg)
{
	struct span bare = without_tables(jpeg), whole = {0}, again = {0};

	CHECK(bare.len < jpeg.len);
	CHECK(ch_huffman_complete(&whole, bare) == NULL && ch_huffman_complete(&again, whole) == NULL);
	CHECK_EQUAL(whole.len, bare.len + 420);
	CHECK(memmem(whole.data, whole.len, "\xff\xc4", 2));
	CHECK(span_equal(whole, again));
	check_read(whole);
	free((void *)again.data);
	CHECK(ch_huffman_complete(&again, jpeg) == NULL && span_equal(again, jpeg));
	free((void *)again.data);
	free((void *)whole.data);
	free((void *)bare.data);
}

int
main(void)
{
	struct span colour = picture(JCS_RGB, 3, false), grey = picture(JCS_GRAYSCALE, 1, false), inks = picture(JCS_CMYK, 4, false);
	struct span progressive = picture(JCS_GRAYSCALE, 1, true);

	check_read(colour);
	check_read(grey);
	check_read(progressive);
	check_refused(inks, "not a whole JPEG picture");
	check_refused(span_of("", 0), "not a whole JPEG picture");
	check_refused(SPAN_LITERAL("P5\n1 1\n255\n0"), "not a whole JPEG picture");
	for (size_t len = 2; len < grey.len - 2; len += 7)
		check_refused(span_of(grey.data, len), "not a whole JPEG picture");
	test_bounds(grey, progressive);
	test_tables(colour);
	test_tables(grey);
	free((void *)colour.data);
	free((void *)grey.data);
	free((void *)inks.data);
	free((void *)progressive.data);
	return test_result();
}
