/*
 * Whatever is taken for a picture has all its pixels, within the bound, and looking for codes in it is safe.
 *
 * libFuzzer: -max_len=2048
 */
#include "match/jpeg.h"
#include "match/qr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_grey image;
	struct ch_qr codes[2];
	size_t sum = 0;

	if (ch_jpeg_read(&image, span_of(data, size)) == NULL) {
		if (image.width == 0 || image.height == 0 || image.width * image.height > JPEG_PIXELS_MAX)
			__builtin_trap();
		for (size_t i = 0; i < image.width * image.height; i++)
			sum += image.pixels[i];
		if (sum > 0 && image.width * image.height < 65536 && ch_qr_read(codes, 2, image.pixels, image.width, image.height) > 2)
			__builtin_trap();
	}
	ch_grey_free(&image);
	return 0;
}
