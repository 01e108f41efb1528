/* A .gitattributes that is read is the one that would be written for its patterns. */
#include "large/patterns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	struct ch_patterns patterns;
	struct ch_arena arena = {0};

	if (ch_patterns_read(&patterns, text) == NULL && !span_equal(text, ch_patterns_write(&patterns, &arena)))
		__builtin_trap();
	ch_arena_clear(&arena);
	return 0;
}
