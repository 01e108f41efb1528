/* A receipt that is read is written as the same bytes. */
#include "wire/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct receipt r;
	char out[RECEIPT_MAX];

	if (receipt_read(&r, span_of(data, size)) != WIRE_OK)
		return 0;
	if (!span_equal(span_of(out, receipt_write(out, sizeof(out), &r)), span_of(data, size)))
		__builtin_trap();
	return 0;
}
