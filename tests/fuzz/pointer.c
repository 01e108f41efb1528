/* What is read as a pointer is what would be written for it, and git-lfs takes it for one, too. */
#include "large/pointer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	bool alike = ch_pointer_alike(text);
	char again[POINTER_MAX + 1];
	struct ch_pointer pointer;

	if (ch_pointer_read(&pointer, text) && (!alike || !span_equal(text, span_of(again, ch_pointer_write(again, &pointer)))))
		__builtin_trap();
	return 0;
}
