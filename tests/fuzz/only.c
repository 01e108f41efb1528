/* Which applications a view is of: patterns that name nothing but applications, and match nothing else. */
#include "register/partial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size), only = span_cut(&rest, '\0');
	struct ch_subject_name name;

	ch_partial_only(only);
	if (ch_partial_wants(only, rest) && (!ch_subject_parse(&name, rest) || name.kind == CH_SPACE))
		__builtin_trap();
	if (!ch_partial_wants(span_of(NULL, 0), SPAN_LITERAL("policy")))
		__builtin_trap();
	return 0;
}
