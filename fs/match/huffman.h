/* The Huffman tables that cameras leave out of the pictures of a stream (mjpeg.h), since everybody knows them: those of ISO/IEC 10918-1, Annex K.3. */
#ifndef CH_HUFFMAN_H
#define CH_HUFFMAN_H

#include "base/error.h"
#include "wire/span.h"

/*
 * A copy of a whole picture, with these tables put into it if it has none, so that any program reads it that reads JPEG files; nothing else is touched. CH_IO without memory. The
 * caller must free out->data with free(), also after an error.
 */
const struct ch_error *ch_huffman_complete(struct span *out, struct span picture);

#endif
