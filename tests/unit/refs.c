/* References beside main: listed by name, set to where they are to point, removed only from where somebody has seen them. */
#include <stdlib.h>

#include "store/refs.h"
#include "test.h"

static void
expect_names(struct ch_store *store, struct ch_arena *arena, size_t wanted, const char *first)
{
	struct ch_ref *refs;
	size_t count;

	CHECK(ch_refs(&refs, &count, store, "refs/acts/", arena) == NULL);
	CHECK(count == wanted);
	CHECK(wanted == 0 || (strcmp(refs[0].name, first) == 0));
}

int
main(void)
{
	const char *temporary = getenv("TMPDIR");
	struct ch_arena arena = {0};
	struct ch_store store, other;
	struct ch_oid one, two, read;
	struct span raw;
	bool exists;

	CHECK(ch_store_temporary(&store, temporary ? temporary : "/tmp") == NULL);
	CHECK(ch_store_write(&one, &store, CH_BLOB, SPAN_LITERAL("one")) == NULL && ch_store_write(&two, &store, CH_BLOB, SPAN_LITERAL("two")) == NULL);
	expect_names(&store, &arena, 0, NULL);

	CHECK(ch_ref_set(&store, "refs/acts/b/1", &two) == NULL && ch_ref_set(&store, "refs/acts/a/2", &one) == NULL);
	CHECK(ch_ref_set(&store, "refs/actsa", &one) == NULL);
	expect_names(&store, &arena, 2, "refs/acts/a/2");
	CHECK(ch_ref_read(&read, &exists, &store, "refs/acts/b/1") == NULL && exists && ch_oid_equal(&read, &two));
	CHECK(ch_ref_read(&read, &exists, &store, "refs/acts/b/2") == NULL && !exists);

	/* Whoever sees the reference sees the object. */
	CHECK(ch_store_open(&other, store.path) == NULL);
	CHECK(ch_ref_read(&read, &exists, &other, "refs/acts/a/2") == NULL && exists);
	CHECK(ch_store_read(&raw, &other, CH_BLOB, &read, &arena) == NULL);
	ch_store_close(&other);

	/* Not from elsewhere; and again when it is gone. */
	CHECK(ch_ref_remove(&store, "refs/acts/a/2", &two)->class == CH_LATER);
	expect_names(&store, &arena, 2, "refs/acts/a/2");
	CHECK(ch_ref_remove(&store, "refs/acts/a/2", &one) == NULL && ch_ref_remove(&store, "refs/acts/a/2", &one) == NULL);
	expect_names(&store, &arena, 1, "refs/acts/b/1");
	CHECK(ch_ref_set(&store, "refs/acts/b/1", &one) == NULL && ch_ref_remove(&store, "refs/acts/b/1", &one) == NULL);
	expect_names(&store, &arena, 0, NULL);
	CHECK(ch_ref_set(&store, "refs/acts/..", &one)->class == CH_IO);

	ch_store_close(&store);
	ch_arena_clear(&arena);
	return test_result();
}
