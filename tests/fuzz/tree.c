/* A tree that passes writes back as the same bytes, and each of its names is found once. */
#include <stdlib.h>

#include "wire/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span raw = span_of(data, size), rest = raw;
	struct tree_entry entry, found;
	uint8_t *out;
	size_t at = 0;

	if (tree_check(raw) != WIRE_OK)
		return 0;
	out = malloc(size + 1);
	while (tree_next(&entry, &rest)) {
		if (!tree_put(out, size, &at, &entry))
			__builtin_trap();
		if (!tree_find(&found, raw, entry.name) || found.id != entry.id)
			__builtin_trap();
	}
	if (!span_equal(span_of(out, at), raw))
		__builtin_trap();
	free(out);
	return 0;
}
