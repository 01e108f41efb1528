/* What is read as armor is, byte for byte, what the writer makes of the same bytes. */
#include "wire/armor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[4096];
	static char text[8192];

	for (enum armor_kind kind = ARMOR_SIGNATURE; kind <= ARMOR_PUBLIC_KEY; kind++) {
		size_t len = armor_read(bytes, sizeof(bytes), kind, span_of(data, size));

		if (len > 0 && !span_equal(span_of(text, armor_write(text, sizeof(text), kind, span_of(bytes, len))), span_of(data, size)))
			__builtin_trap();
	}
	return 0;
}
