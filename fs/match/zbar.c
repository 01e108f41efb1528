#include "zbar.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zbar.h>

static size_t
take(struct ch_qr *codes, size_t most, const zbar_image_t *image)
{
	size_t count = 0;

	for (const zbar_symbol_t *s = zbar_image_first_symbol(image); s && count < most; s = zbar_symbol_next(s)) {
		unsigned len = zbar_symbol_get_data_length(s);
		if (zbar_symbol_get_type(s) != ZBAR_QRCODE || len > QR_TEXT_MAX)
			continue;
		codes[count] = (struct ch_qr){.len = len};
		memcpy(codes[count++].text, zbar_symbol_get_data(s), len);
	}
	return count;
}

size_t
ch_zbar_read(struct ch_qr *codes, size_t most, const uint8_t *pixels, size_t width, size_t height)
{
	zbar_image_scanner_t *scanner;
	zbar_image_t *image;
	size_t count = 0;

	if (width == 0 || height == 0 || width > UINT_MAX || height > UINT_MAX / width)
		return 0;
	scanner = zbar_image_scanner_create();
	image = zbar_image_create();
	if (scanner && image) {
		zbar_image_scanner_set_config(scanner, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
		zbar_image_scanner_set_config(scanner, ZBAR_QRCODE, ZBAR_CFG_ENABLE, 1);
		zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
		zbar_image_set_size(image, (unsigned)width, (unsigned)height);
		zbar_image_set_data(image, pixels, width * height, NULL);
		if (zbar_scan_image(scanner, image) > 0)
			count = take(codes, most, image);
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	return count;
}
