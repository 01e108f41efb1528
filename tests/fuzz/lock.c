/* Locks of git-lfs, as files that anybody may have written. */
#include "transfer/locks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_lock lock;
	int64_t time;

	if (ch_lock_read(&lock, span_of(data, size)) == NULL &&
	    (!text_is_value(lock.path) || !text_is_value(lock.owner) || !text_get_time(&time, lock.time)))
		__builtin_trap();
	return 0;
}
