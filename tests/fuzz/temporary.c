/*
 * Patterns that were read are some for each line at most, and can be asked about any name.
 *
 * libFuzzer: -max_len=1024
 */
#include "drive/temporary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_temporary temporary = {0};
	struct span text = span_of(data, size), name = span_cut(&text, '\n');
	size_t lines = 1;

	for (size_t i = 0; i < text.len; i++)
		lines += text.data[i] == '\n';
	if (ch_temporary_read(&temporary, text) == NULL && temporary.count > lines)
		__builtin_trap();
	if (name.len < 256 && memchr(name.data, '\0', name.len) == NULL)
		ch_temporary_matches(&temporary, name);
	ch_temporary_release(&temporary);
	return 0;
}
