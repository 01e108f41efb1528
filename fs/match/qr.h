/* QR codes in pictures (ISO/IEC 18004), read by zxing-cpp, and by zbar where that finds none. */
#ifndef CH_QR_H
#define CH_QR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { QR_TEXT_MAX = 300 };

struct ch_qr {
	char text[QR_TEXT_MAX + 1]; /* NUL-terminated; may hold others when the code is somebody else's */
	size_t len;
};

/*
 * Finds the codes in a picture of 8-bit brightness whose rows follow each other without gaps, turned, small or slanted as they may be. Returns how many
 * are in `codes`, at most `most`; a text of more than QR_TEXT_MAX bytes is left out. Never fails: where nothing can be read there is nothing.
 */
size_t ch_qr_read(struct ch_qr *codes, size_t most, const uint8_t *pixels, size_t width, size_t height);

#ifdef __cplusplus
}
#endif
#endif
