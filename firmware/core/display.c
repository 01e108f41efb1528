#include "display.h"

void
display_clear(struct display *display)
{
	memset(display, 0, sizeof(*display));
}

/* Upper-case hexadecimal: the alphanumeric mode of QR has no lower case, and its 32 characters fit version 2. */
static void
code_text(char text[QR_TEXT], const uint8_t code[NONCE_SIZE])
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < NONCE_SIZE; i++) {
		text[2 * i] = digits[code[i] >> 4];
		text[2 * i + 1] = digits[code[i] & 15];
	}
}

void
display_code(struct display *display, const uint8_t code[NONCE_SIZE])
{
	char text[QR_TEXT];
	struct qr qr;

	code_text(text, code);
	qr_encode(&qr, text);
	display_clear(display);
	display->lit = true;
	for (int row = 0; row < QR_SIDE; row++)
		memcpy(display->dark[row + DISPLAY_QUIET] + DISPLAY_QUIET, qr.dark[row], sizeof(qr.dark[row]));
}
