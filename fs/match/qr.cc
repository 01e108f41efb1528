// The one C++ file: zxing-cpp has no C interface.
#define ZX_USE_UTF8 1
#include "qr.h"

#include <climits>
#include <cstring>

#include <ReadBarcode.h>

extern "C" {
#include "zbar.h"
}

static size_t
take(ch_qr *codes, size_t most, const ZXing::Results &results)
{
	size_t count = 0;

	for (const ZXing::Result &result : results) {
		const ZXing::ByteArray &bytes = result.bytes();
		if (count == most || !result.isValid() || bytes.size() > QR_TEXT_MAX)
			continue;
		codes[count] = {};
		codes[count].len = bytes.size();
		std::memcpy(codes[count++].text, bytes.data(), bytes.size());
	}
	return count;
}

extern "C" size_t
ch_qr_read(ch_qr *codes, size_t most, const uint8_t *pixels, size_t width, size_t height)
{
	size_t count = 0;

	if (width == 0 || height == 0 || width > INT_MAX / height)
		return 0;
	try {
		ZXing::ImageView view(pixels, static_cast<int>(width), static_cast<int>(height), ZXing::ImageFormat::Lum);
		ZXing::DecodeHints hints;
		hints.setFormats(ZXing::BarcodeFormat::QRCode).setTryHarder(true).setTryRotate(true);
		count = take(codes, most, ZXing::ReadBarcodes(view, hints));
	} catch (...) {
		// no memory, or a picture that the library chokes on: nothing was read
	}
	return count ? count : ch_zbar_read(codes, most, pixels, width, height);
}
