/* JPEG photos (ISO/IEC 10918-1, read by libjpeg) as brightness. What comes from a camera is checked before memory is spent on it. */
#ifndef CH_JPEG_H
#define CH_JPEG_H

#include "base/error.h"

enum { JPEG_PIXELS_MAX = 64 * 1024 * 1024, JPEG_SCANS_MAX = 100 };

struct ch_grey {
	uint8_t *pixels; /* rows from the top, without gaps; 0 is black */
	size_t width, height;
};

/*
 * Decodes one picture. CH_REFUSED when it is none, is cut short, or has more than JPEG_PIXELS_MAX pixels or JPEG_SCANS_MAX scans; CH_IO without
 * memory. The caller must free it with ch_grey_free(), also after an error.
 */
const struct ch_error *ch_jpeg_read(struct ch_grey *image, struct span jpeg);

void ch_grey_free(struct ch_grey *image);

/*
 * The picture made smaller by two, four or eight, whose longer side is at least `side` unless it was less before; nothing of the rest of the file goes with it. Errors as
 * ch_jpeg_read(). The caller must free out->data with free(), also after an error.
 */
const struct ch_error *ch_jpeg_reduce(struct span *out, struct span jpeg, unsigned side);

#endif
