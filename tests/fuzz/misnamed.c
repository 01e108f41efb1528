/* Names that a drive has refused: what is read is one of the pieces, the latest first. */
#include "drive/misnamed.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_misnamed list[CH_MISNAMED_MAX];
	size_t count = ch_misnamed_read(list, span_of(data, size));

	if (count > CH_MISNAMED_MAX || count > size / CH_MISNAMED_SIZE)
		abort();
	for (size_t i = 0; i < count; i++)
		if (list[i].time < 0 || list[i].reason.len == 0 || (i && list[i].time > list[i - 1].time))
			abort();
	return 0;
}
