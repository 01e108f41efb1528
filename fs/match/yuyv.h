/* Pictures as cameras on USB send them that do not compress: pairs of pixels, each of four bytes Y Cb Y Cr (YUY2, YUYV), in rows. Pure. */
#ifndef CH_YUYV_H
#define CH_YUYV_H

#include "base/error.h"
#include "wire/span.h"

/* `stride`: bytes from the beginning of one row to that of the next. */
struct ch_yuyv {
	struct span bytes;
	unsigned width, height;
	size_t stride;
};

/*
 * As a JPEG picture with the brightness of every pixel. CH_REFUSED when there are fewer bytes than that makes, the width is odd, or it has no pixels or more
 * than JPEG_PIXELS_MAX; CH_IO without memory. The caller must free jpeg->data with free(), also after an error.
 */
const struct ch_error *ch_yuyv_to_jpeg(struct span *jpeg, const struct ch_yuyv *picture);

#endif
