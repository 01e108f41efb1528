#include "code.h"

struct row {
	enum wire_code code;
	const char *name;
	const char *sentence;
};

static const struct row rows[] = {
#define X(identifier, number, name, sentence) {identifier, name, sentence},
	WIRE_CODES(X)
#undef X
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const char *
wire_code_name(enum wire_code code)
{
	return (size_t)code < ROWS ? rows[code].name : NULL;
}

const char *
wire_code_sentence(enum wire_code code)
{
	return (size_t)code < ROWS ? rows[code].sentence : NULL;
}

bool
wire_code_from_name(enum wire_code *code, struct span name)
{
	for (size_t i = 0; i < ROWS; i++)
		if (span_is(name, rows[i].name)) {
			*code = rows[i].code;
			return true;
		}
	return false;
}
