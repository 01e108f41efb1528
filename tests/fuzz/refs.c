/*
 * packed-refs of any repository: each reference that is read stands in it, id and name.
 *
 * libFuzzer: -max_len=1024
 */
#include "foreign/refs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_arena arena = {0};
	struct ch_refs refs = {0};

	if (ch_refs_packed(&refs, span_of(data, size), &arena))
		for (size_t i = 0; i < refs.count; i++) {
			struct span hex = ch_arena_hex(&arena, refs.list[i].id.id, OBJECT_ID_SIZE);
			struct span line = span_text(ch_arena_format(&arena, "%s %s\n", (const char *)hex.data, refs.list[i].name));

			if (memmem(data, size, line.data, line.len) == NULL)
				__builtin_trap();
		}
	ch_arena_clear(&arena);
	return 0;
}
