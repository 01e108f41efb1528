#include "crc32c.h"

#include <isa-l/crc.h>

enum { PIECE = 1 << 30 }; /* the library counts in ints */

/* It neither begins nor ends with all bits turned, as the standard does. */
uint32_t
ch_crc32c(uint32_t crc, struct span bytes)
{
	crc = ~crc;
	while (bytes.len) {
		size_t len = bytes.len < PIECE ? bytes.len : PIECE;

		crc = crc32_iscsi((unsigned char *)(uintptr_t)bytes.data, (int)len, crc);
		bytes = span_skip(bytes, len);
	}
	return ~crc;
}
