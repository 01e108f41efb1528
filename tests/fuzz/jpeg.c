/*
 * Whatever is taken for a picture has all its pixels, within the bound, and looking for codes in it is safe.
 *
 * libFuzzer: -max_len=2048
 */
#include "match/jpeg.h"
#include "match/qr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The last one is read first: it is there, too. */
static bool
is_black(const uint8_t *pixels, size_t count)
{
	return pixels[count - 1] == 0 && memcmp(pixels, pixels + 1, count - 1) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_grey image;
	struct ch_qr codes[2];
	size_t pixels;

	if (ch_jpeg_read(&image, span_of(data, size)) == NULL) {
		if (image.width == 0 || image.height == 0 || image.width * image.height > JPEG_PIXELS_MAX)
			__builtin_trap();
		pixels = image.width * image.height;
		if (!is_black(image.pixels, pixels) && pixels < 65536 && ch_qr_read(codes, 2, image.pixels, image.width, image.height) > 2)
			__builtin_trap();
	}
	ch_grey_free(&image);
	return 0;
}
