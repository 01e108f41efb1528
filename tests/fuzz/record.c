/* The lines that read from the front of a record write back as the same bytes. */
#include "wire/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char out[RECORD_MAX];
	struct span rest = span_of(data, size), key, value;
	enum wire_code code;
	size_t at = 0;

	while (record_next(&key, &value, &rest, &code)) {
		char name[64] = {0};

		memcpy(name, key.data, key.len);
		if (!record_put(out, sizeof(out), &at, name, value))
			__builtin_trap();
	}
	if (at + rest.len != size || !span_starts(span_of(data, size), span_of(out, at)) ||
		(code == WIRE_OK) != (rest.len == 0))
		__builtin_trap();
	return 0;
}
