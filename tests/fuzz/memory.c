/* What has been seen of a register: a page and an epoch have numbers, an archive its id. */
#include "sync/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_memory memory;

	if (ch_memory_read(&memory, span_of(data, size)) == NULL && (memory.seq == 0 || memory.epoch == 0 || memory.archive.len != 2 * ARCHIVE_ID_SIZE))
		__builtin_trap();
	return 0;
}
