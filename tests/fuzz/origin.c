/* Where a clone comes from: a URL that is handed to git is no option and no command. */
#include <ctype.h>

#include "sync/origin.h"
#include "sync/wish.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* "::" behind what may be the name of a program is one for git to run. */
static bool
runs_program(struct span url)
{
	const uint8_t *colons = memmem(url.data, url.len, "::", 2), *c = url.data;

	while (colons && c < colons && (isalnum(*c) || *c == '+' || *c == '-' || *c == '.'))
		c++;
	return c == colons;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_origin origin;
	struct span wish;

	if (ch_origin_read(&origin, span_of(data, size)) == NULL &&
	    (origin.url.data[0] == '-' || runs_program(origin.url) || !text_is_word(origin.client)))
		__builtin_trap();
	if (ch_wish_read(&wish, span_of(data, size)) == NULL && (!text_is_value(wish) || ch_wish_covers(wish, SPAN_LITERAL("files/d1/a.jpg")) < span_is(wish, "all")))
		__builtin_trap();
	return 0;
}
