/*
 * QR codes (ISO/IEC 18004) of the one shape the seal shows: version 2, level M, 16 random octets as 32 upper-case hexadecimal digits.
 */
#ifndef SEAL_QR_H
#define SEAL_QR_H

#include <stdbool.h>
#include <stdint.h>

enum { QR_SIDE = 25, QR_OCTETS = 16 };

struct qr {
	bool dark[QR_SIDE][QR_SIDE]; /* by row and column */
};

void qr_encode(struct qr *qr, const uint8_t octets[QR_OCTETS]);

#endif
