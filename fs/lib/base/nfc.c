#include "nfc.h"

#include <stdlib.h>
#include <uninorm.h>

bool
ch_nfc(struct span text)
{
	size_t ascii = 0, len = 0;
	uint8_t *normal;
	bool same;

	while (ascii < text.len && text.data[ascii] < 0x80)
		ascii++;
	if (ascii == text.len)
		return true;
	normal = u8_normalize(UNINORM_NFC, text.data, text.len, NULL, &len);
	same = normal && span_equal(span_of(normal, len), text);
	free(normal);
	return same;
}
