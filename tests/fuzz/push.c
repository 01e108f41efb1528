/*
 * What git is said to have written: every reference keeps within its line, and one of ours is put together again from its parts.
 *
 * libFuzzer: -max_len=1024
 */
#include "intake/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_arena arena = {0};
	struct ch_push push;

	if (ch_push_read(&push, span_of(data, size), &arena) == NULL)
		for (size_t i = 0; i < push.count; i++) {
			const struct ch_push_ref *ref = &push.refs[i];
			const char *whole = ch_arena_format(&arena, "refs/acts/%.*s/%.*s", (int)ref->client.len, (const char *)ref->client.data,
							    (int)ref->act_name.len, (const char *)ref->act_name.data);
			if (memchr(ref->name.data, '\n', ref->name.len) || (ref->client.len && !span_is(ref->name, whole)))
				__builtin_trap();
		}
	ch_arena_clear(&arena);
	return 0;
}
