/*
 * A promise that is read has one form: written anew, from what was understood, its text is the same.
 *
 * libFuzzer: -max_len=512
 */
#include "intake/promise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ch_secret nobody;
	struct ch_arena arena = {0};
	struct ch_promise promise;
	struct span again;

	if (ch_promise_read(&promise, span_of(data, size), &arena) == NULL) {
		if (ch_promise_write(&again, &promise, &nobody, &arena) || !span_starts(again, promise.text))
			__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}
