/*
 * QR codes (ISO/IEC 18004) of the one shape the seal shows: version 2, level M, 32 characters in alphanumeric mode.
 */
#ifndef SEAL_QR_H
#define SEAL_QR_H

#include <stdbool.h>
#include <stdint.h>

enum { QR_SIDE = 25, QR_TEXT = 32 };

struct qr {
	bool dark[QR_SIDE][QR_SIDE]; /* by row and column */
};

/* `text`: 32 of 0-9 A-Z space $ % * + - . / : */
void qr_encode(struct qr *qr, const char text[QR_TEXT]);

#endif
