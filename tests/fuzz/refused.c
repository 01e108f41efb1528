/* Why an act was refused: every field is what a terminal can show. */
#include "sync/outbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_refused refused;

	if (ch_refused_read(&refused, span_of(data, size)) == NULL &&
	    (!text_is_value(refused.subject) || !text_is_value(refused.reason) || !text_is_id(refused.actor)))
		__builtin_trap();
	return 0;
}
