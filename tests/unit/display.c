/* What the display shows is what a camera's reader reads. */
#include "core/display.h"
#include "match/qr.h"

#include "test.h"

enum { SCALE = 4, SIDE = DISPLAY_SIDE * SCALE };

static void
check_reads_back(const uint8_t code[NONCE_SIZE])
{
	static uint8_t pixels[SIDE * SIDE];
	struct display display;
	struct ch_qr read[2];
	char expected[2 * NONCE_SIZE + 1];

	display_code(&display, code);
	CHECK(display.lit);
	for (int i = 0; i < SIDE * SIDE; i++)
		pixels[i] = display.dark[i / SIDE / SCALE][i % SIDE / SCALE] ? 0 : 255;
	for (int i = 0; i < NONCE_SIZE; i++)
		snprintf(expected + 2 * i, 3, "%02X", code[i]);
	CHECK_EQUAL(ch_qr_read(read, 2, pixels, SIDE, SIDE), 1);
	CHECK(strcmp(read[0].text, expected) == 0);
}

int
main(void)
{
	uint8_t code[SHA256_SIZE] = {0};
	struct display display;

	check_reads_back(code);
	memset(code, 0xff, sizeof(code));
	check_reads_back(code);
	for (int i = 0; i < 200; i++) { /* every mask is chosen for some of them */
		wire_sha256_of(code, span_of(code, sizeof(code)));
		check_reads_back(code);
	}
	display_clear(&display);
	CHECK(!display.lit && !display.dark[DISPLAY_QUIET][DISPLAY_QUIET]);
	return test_result();
}
