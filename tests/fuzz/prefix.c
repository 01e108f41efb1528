/* The head of the memory of a verified register: what is read is written again as it was. */
#include "register/prefix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prefix_head head, again;
	uint8_t bytes[PREFIX_HEAD_SIZE];

	if (!prefix_head_read(&head, span_of(data, size)))
		return 0;
	prefix_head_write(bytes, &head);
	if (!prefix_head_read(&again, span_of(bytes, sizeof(bytes))) || memcmp(&head, &again, sizeof(head)) != 0)
		__builtin_trap();
	return 0;
}
