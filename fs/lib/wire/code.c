#include "code.h"

static const char *const names[] = {
#define X(identifier, number, name, sentence) [number] = name,
	WIRE_CODES(X)
#undef X
};

enum { COUNT = sizeof(names) / sizeof(names[0]) };

const char *
wire_code_name(enum wire_code code)
{
	return (size_t)code < COUNT ? names[code] : NULL;
}

bool
wire_code_from_name(enum wire_code *code, struct span name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (span_is(name, names[i])) {
			*code = (enum wire_code)i;
			return true;
		}
	return false;
}
