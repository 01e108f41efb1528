/* Apart from the names: the seal has no use for these, and its image no room for what nobody uses. */
#include "code.h"

static const char *const sentences[] = {
#define X(identifier, number, name, sentence) [number] = sentence,
	WIRE_CODES(X)
#undef X
};

const char *
wire_code_sentence(enum wire_code code)
{
	return (size_t)code < sizeof(sentences) / sizeof(sentences[0]) ? sentences[code] : NULL;
}
