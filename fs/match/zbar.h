/* QR codes that zxing does not find (read by zbar): qr.h asks here when there is nothing. */
#ifndef CH_ZBAR_H
#define CH_ZBAR_H

#include "qr.h"

/* As ch_qr_read(). */
size_t ch_zbar_read(struct ch_qr *codes, size_t most, const uint8_t *pixels, size_t width, size_t height);

#endif
