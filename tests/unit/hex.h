/* Vectors in hexadecimal, as the standards print them. */
#ifndef TESTS_UNIT_HEX_H
#define TESTS_UNIT_HEX_H

#include <stdlib.h>

#include "wire/span.h"

/* `out` has room for half of the digits. */
static inline struct span
hex(uint8_t *out, const char *digits)
{
	size_t len = strlen(digits) / 2;

	for (size_t i = 0; i < len; i++) {
		const char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};

		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return span_of(out, len);
}

#endif
