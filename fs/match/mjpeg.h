/*
 * Pictures in a stream: JPEG files one behind the other, as cameras send them ("motion JPEG"), whatever stands between them (the headers of an HTTP stream, padding).
 * Where a picture ends is told by its own markers (ISO/IEC 10918-1, B.1.1), so that one embedded in another, as EXIF does with thumbnails, is none. What is in
 * a picture is for jpeg.h to judge. Pure.
 */
#ifndef CH_MJPEG_H
#define CH_MJPEG_H

#include "wire/span.h"

/*
 * The first whole picture in these bytes. Returns how many of them are done with: up to the end of the picture, or, with an empty picture, what can never be one; the
 * rest may become one when more has come.
 */
size_t ch_mjpeg_next(struct span *picture, struct span bytes);

#endif
