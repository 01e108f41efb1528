/*
 * Pointers in a tree with long directories: by two threads (where much is read of the store) the same are told of in the same order, up to the same error, whether that is of
 * the tree or of whoever is told.
 */
#include <stdlib.h>

#include "large/walk.h"
#include "store/livetree.h"
#include "ok.h"
#include "test.h"

enum { FILES = 1200, TOLD_MAX = FILES };

struct told {
	char path[TOLD_MAX][64];
	size_t count, most;
};

static const struct ch_error *
tell(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct told *told = context;

	(void)blob;
	if (told->count == told->most)
		return ch_fail(CH_UNKNOWN, "told enough");
	snprintf(told->path[told->count++], sizeof(told->path[0]), "%.*s %u", (int)path.len, (const char *)path.data, (unsigned)pointer->size);
	return NULL;
}

/* Files and directories, each third with a pointer; one that is missing when asked for. */
static struct ch_oid
make_tree(struct ch_store *store, int missing)
{
	struct ch_change *changes = calloc(FILES, sizeof(*changes));
	char (*paths)[64] = calloc(FILES, sizeof(*paths));
	struct ch_oid tree;
	bool empty;

	for (unsigned i = 0; i < FILES; i++) {
		struct ch_pointer pointer = {.digest = {(uint8_t)i, (uint8_t)(i >> 8)}, .size = i};
		char text[POINTER_MAX + 1];
		struct span content = i % 3 ? span_text("no pointer") : span_of(text, ch_pointer_write(text, &pointer));

		snprintf(paths[i], sizeof(paths[i]), i % 4 ? "long/%04u" : "long/%04u/below/f", i);
		changes[i] = (struct ch_change){.path = span_text(paths[i]), .has = true};
		ok(ch_store_write(&changes[i].new, store, CH_BLOB, content));
		if ((int)i == missing)
			changes[i].new.id[0] ^= 1;
	}
	ok(ch_tree_apply(&tree, &empty, store, NULL, changes, FILES));
	ok(ch_store_flush(store));
	free(changes);
	free(paths);
	return tree;
}

static enum ch_class
walk(struct told *told, char message[256], struct ch_store *store, const struct ch_oid *tree, size_t most, bool much)
{
	const struct ch_error *error;
	enum ch_class class;

	told->count = 0;
	told->most = most;
	if (much)
		ch_store_read_much(store);
	CHECK_EQUAL(store->shelf != NULL, much);
	error = ch_large_walk(store, tree, NULL, tell, told);
	class = error ? error->class : 0;
	snprintf(message, 256, "%s", error ? error->message : "");
	if (much)
		ch_store_read_little(store);
	return class;
}

/* Returns how many were told of. */
static size_t
check_same(struct ch_store *store, int missing, size_t most)
{
	static struct told alone, beside;
	struct ch_oid tree = make_tree(store, missing);
	char message[256], again[256];
	enum ch_class class = walk(&alone, message, store, &tree, most, false);

	CHECK_EQUAL(walk(&beside, again, store, &tree, most, true), class);
	CHECK(strcmp(message, again) == 0);
	CHECK_EQUAL(beside.count, alone.count);
	for (size_t i = 0; i < alone.count; i++)
		CHECK(strcmp(alone.path[i], beside.path[i]) == 0);
	CHECK_EQUAL(class != 0, missing >= 0 || most < FILES / 3);
	return alone.count;
}

int
main(void)
{
	struct ch_store store;

	ok(ch_store_temporary(&store, getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp"));
	CHECK_EQUAL(check_same(&store, -1, FILES), FILES / 3);
	CHECK_EQUAL(check_same(&store, -1, 10), 10);
	CHECK_EQUAL(check_same(&store, -1, FILES / 3 - 10), FILES / 3 - 10);
	check_same(&store, 30, FILES);
	check_same(&store, FILES - 31, FILES);
	ch_store_close(&store);
	return test_result();
}
