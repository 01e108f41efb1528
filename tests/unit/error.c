/* Errors: the thread's one, what is in it, and one that is kept while others come. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static void
test_kinds(void)
{
	const struct ch_error *error = ch_fail(CH_LATER, "cannot reach '%s'", "there");

	CHECK(error->class == CH_LATER && error->code == WIRE_OK && error->errnum == 0 && strcmp(error->message, "cannot reach 'there'") == 0);
	error = ch_refuse(WIRE_SAME_PERSON, "'%s' again", "bob");
	CHECK(error->class == CH_REFUSED && error->code == WIRE_SAME_PERSON && strcmp(error->message, "SAME-PERSON: 'bob' again") == 0);
	errno = ENOSPC;
	error = ch_fail_errno("cannot write '%s'", "x");
	CHECK(error->class == CH_IO && error->errnum == ENOSPC && strcmp(error->message, "cannot write 'x': No space left on device") == 0);
}

/* Whatever is quoted: one line of what can be seen. */
static void
test_printable(void)
{
	CHECK(strcmp(ch_fail(CH_REFUSED, "'%s'", "a\nb\033[2J\xff\xe2\x80\xae")->message, "'a?b?[2J?\?\?\?'") == 0);
	CHECK(strcmp(ch_fail(CH_REFUSED, "'%s'", "\xe7\xab\xa0")->message, "'\xe7\xab\xa0'") == 0);
}

static void
test_kept(void)
{
	struct ch_error kept;
	const struct ch_error *first = ch_error_keep(&kept, ch_refuse(WIRE_EXPIRED, "first"));

	errno = EIO;
	ch_fail_errno("second");
	CHECK(first == &kept && kept.code == WIRE_EXPIRED && strcmp(kept.message, "EXPIRED: first") == 0);
	first = ch_error_again(first);
	CHECK(first != &kept && first->class == CH_REFUSED && first->code == WIRE_EXPIRED && first->errnum == 0 && strcmp(first->message, "EXPIRED: first") == 0);
	CHECK(ch_error_keep(&kept, NULL) == NULL && kept.code == WIRE_EXPIRED);
	CHECK(ch_error_again(NULL) == NULL && first->code == WIRE_EXPIRED);
}

int
main(void)
{
	test_kinds();
	test_printable();
	test_kept();
	return test_result();
}
