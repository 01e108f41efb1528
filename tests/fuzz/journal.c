/* Journal records: what reads back as whole is written again to the same bytes. */
#include "drive/operation.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t out[CH_JOURNAL_RECORD_MAX];
	struct ch_journal_record record;

	if (ch_journal_record_read(&record, span_of(data, size), 0) != CH_JOURNAL_WHOLE)
		return 0;
	if (ch_journal_record_write(out, sizeof(out), &record, 0) != record.size || memcmp(out, data, record.size) != 0)
		abort();
	return 0;
}
