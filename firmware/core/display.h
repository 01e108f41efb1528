/*
 * What the display shows: the session's code as a QR code in its quiet zone, or nothing. One bit per module; the board scales.
 */
#ifndef SEAL_DISPLAY_H
#define SEAL_DISPLAY_H

#include "qr.h"
#include "wire/text.h"

enum { DISPLAY_QUIET = 4, DISPLAY_SIDE = QR_SIDE + 2 * DISPLAY_QUIET };

struct display {
	bool lit;			       /* false: off */
	bool dark[DISPLAY_SIDE][DISPLAY_SIDE]; /* by row and column */
};

void display_clear(struct display *display);
void display_code(struct display *display, const uint8_t code[NONCE_SIZE]);

#endif
