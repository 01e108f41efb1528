/* What reads as a statement writes back as the same bytes, and has a summary. */
#include "wire/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char out[STATEMENT_REGISTER_MAX];
	char summary[SUMMARY_MAX];
	struct span text = span_of(data, size);
	struct statement st;

	if (statement_read(&st, text) != WIRE_OK)
		return 0;
	if (!span_equal(span_of(out, statement_write(out, sizeof(out), st.kind, st.value, st.verdicts)), text))
		__builtin_trap();
	if (statement_summary(summary, sizeof(summary), &st) == 0)
		__builtin_trap();
	return 0;
}
