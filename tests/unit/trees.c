/* Large trees that are kept: which, for how long, and that they are what was put there. */
#include <string.h>

#include "store/trees.h"
#include "test.h"

static uint8_t bytes[CH_TREE_TOO_LARGE + 1];

static struct ch_oid
number(size_t n)
{
	struct ch_oid id = {{0}};

	memcpy(id.id, &n, sizeof(n));
	return id;
}

static void
put(struct ch_trees *trees, size_t n, size_t len)
{
	struct ch_oid id = number(n);

	memset(bytes, (int)n, len);
	ch_trees_put(trees, &id, span_of(bytes, len));
}

static bool
has(struct ch_trees *trees, size_t n, size_t len)
{
	struct ch_oid id = number(n);
	struct ch_arena arena = {0};
	struct span raw = {0};
	bool found = ch_trees_get(&raw, trees, &id, &arena), same = raw.len == len;

	for (size_t i = 0; i < len && same; i++)
		same = raw.data[i] == (uint8_t)n;
	ch_arena_clear(&arena);
	return found && same;
}

static void
test_sizes(void)
{
	struct ch_trees *trees = ch_trees_new();

	put(trees, 1, CH_TREE_LARGE - 1);
	put(trees, 2, CH_TREE_LARGE);
	put(trees, 3, CH_TREE_TOO_LARGE);
	put(trees, 4, CH_TREE_TOO_LARGE + 1);
	CHECK(!has(trees, 1, CH_TREE_LARGE - 1));
	CHECK(has(trees, 2, CH_TREE_LARGE));
	CHECK(has(trees, 3, CH_TREE_TOO_LARGE));
	CHECK(!has(trees, 4, CH_TREE_TOO_LARGE + 1));
	ch_trees_free(trees);
}

static void
test_what_is_asked_for_stays(void)
{
	struct ch_trees *trees = ch_trees_new();

	for (size_t n = 1; n <= 3 * CH_TREES_MAX; n++) {
		put(trees, n, CH_TREE_LARGE + n);
		CHECK(has(trees, 1, CH_TREE_LARGE + 1));
	}
	CHECK(!has(trees, 2, CH_TREE_LARGE + 2));
	for (size_t n = 2 * CH_TREES_MAX + 2; n <= 3 * CH_TREES_MAX; n++)
		CHECK(has(trees, n, CH_TREE_LARGE + n));
	put(trees, 1, CH_TREE_LARGE + 1);
	CHECK(has(trees, 2 * CH_TREES_MAX + 2, CH_TREE_LARGE + 2 * CH_TREES_MAX + 2));
	ch_trees_free(trees);
}

int
main(void)
{
	test_sizes();
	test_what_is_asked_for_stays();
	return test_result();
}
