/* A clock that is behind the last page of the register: no page is written; within what clocks may differ the act is looked at. */
#include <stdlib.h>
#include <time.h>

#include "register/page.h"
#include "test.h"

static const struct ch_error *
register_at(int64_t behind)
{
	static const char commit[] = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\n";
	const char *temporary = getenv("TMPDIR");
	struct ch_state state = {.seq = 1, .whole = 1, .received = time(NULL) + behind};
	struct ch_oid act = {{1}};
	struct ch_secret registrar = {0};
	const struct ch_error *error;
	struct ch_store store;

	if (ch_store_temporary(&store, temporary ? temporary : "/tmp") || ch_store_write(&state.head, &store, CH_COMMIT, span_text(commit)) ||
	    ch_store_advance(&store, NULL, &state.head))
		abort();
	error = ch_register(&state, &store, &registrar, &act, 1, true);
	ch_state_clear(&state);
	ch_store_close(&store);
	return error;
}

int
main(void)
{
	const struct ch_error *error = register_at(7200);

	CHECK(error && error->class == CH_LATER);
	CHECK(error && strstr(error->message, "seconds behind the last page of the register; set it right"));
	error = register_at(200);
	CHECK(error && error->class == CH_IO); /* there is no such act */
	return test_result();
}
