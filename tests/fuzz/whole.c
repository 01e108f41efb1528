/* Uploads: a name, NUL, and the file, of which head and tail overlap. */
#include "drive/whole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size), name = span_cut(&rest, '\0'), head = rest, tail = rest;

	head.len = head.len < CH_WHOLE_HEAD ? head.len : CH_WHOLE_HEAD;
	if (tail.len > CH_WHOLE_TAIL)
		tail = span_skip(tail, tail.len - CH_WHOLE_TAIL);
	ch_whole(name, head, tail);
	return 0;
}
