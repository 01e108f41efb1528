/* The list of pages that is kept beside the register. */
#include "register/past.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	size_t count;

	if (!ch_past_read(&count, bytes))
		return 0;
	if (count * CH_PAST_RECORD + CH_PAST_HEADER != size)
		__builtin_trap();
	for (size_t i = 0; i < count; i++)
		if (memcmp(ch_past_record(bytes, i).commit.id, data + CH_PAST_HEADER + i * CH_PAST_RECORD, OBJECT_ID_SIZE) != 0)
			__builtin_trap();
	return 0;
}
