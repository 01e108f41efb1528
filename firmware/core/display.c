#include "display.h"

void
display_clear(struct display *display)
{
	memset(display, 0, sizeof(*display));
}

void
display_code(struct display *display, const uint8_t code[NONCE_SIZE])
{
	struct qr qr;

	qr_encode(&qr, code);
	display_clear(display);
	display->lit = true;
	for (int row = 0; row < QR_SIDE; row++)
		memcpy(display->dark[row + DISPLAY_QUIET] + DISPLAY_QUIET, qr.dark[row], sizeof(qr.dark[row]));
}
