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

/*
 * Whether a whole picture defines a Huffman table of its own (DHT). Cameras leave them out, since everybody knows those of Annex K; *scan is where they belong then, before
 * its first scan. True also of what has no scan.
 */
bool ch_mjpeg_has_tables(size_t *scan, struct span picture);

#endif
