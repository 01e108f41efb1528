/* read-qr: what the QR codes say in a picture on standard input (PPM, P6), one per line; status 1 when there is none. */
#include <stdio.h>
#include <stdlib.h>

#include "match/qr.h"

int
main(void)
{
	size_t width, height;
	unsigned char rgb[3];
	struct ch_qr codes[8];
	uint8_t *grey;
	size_t found;
	int most;

	if (scanf("P6 %zu %zu %d", &width, &height, &most) != 3 || getchar() == EOF || most != 255 || width > 20000 || height > 20000)
		return 2;
	if ((grey = malloc(width * height + 1)) == NULL)
		return 2;
	for (size_t i = 0; i < width * height; i++) {
		if (fread(rgb, 1, 3, stdin) != 3)
			return 2;
		grey[i] = (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000);
	}
	found = ch_qr_read(codes, 8, grey, width, height);
	for (size_t i = 0; i < found; i++)
		printf("%s\n", codes[i].text);
	free(grey);
	return found ? 0 : 1;
}
