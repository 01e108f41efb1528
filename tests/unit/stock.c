/* What is inflated before it is asked for (mount/stock.h): each file's own content, in order or with gaps; what is not there is said to be so, and nothing is looked at twice. */
#include "mount/stock.h"

#include <stdio.h>
#include <stdlib.h>

#include "ok.h"
#include "test.h"
#include "wire/tree.h"

enum { FILES = 100, LARGE = 7, DIRECTORY = 11, TREE_SIZE = FILES * 40 };

static struct ch_store store;
static struct ch_oid blobs[FILES];
static size_t behind[FILES]; /* each, in the tree */

static struct span
content_of(char out[STOCK_SMALL + 1], unsigned i)
{
	size_t len = (size_t)snprintf(out, 32, "file %u\n", i);

	if (i != LARGE)
		return span_of(out, len);
	memset(out + len, 'x', STOCK_SMALL + 1 - len);
	return span_of(out, STOCK_SMALL + 1);
}

/* One of the files is too large, one a directory. */
static struct ch_oid
write_tree(void)
{
	static const char empty[] = "100644 f";
	static char content[STOCK_SMALL + 1];
	uint8_t raw[TREE_SIZE], below[sizeof(empty) + OBJECT_ID_SIZE];
	struct ch_oid tree;
	size_t len = 0;

	for (unsigned i = 0; i < FILES; i++) {
		char name[8];
		struct tree_entry entry = {.directory = i == DIRECTORY, .name = span_of(name, (size_t)snprintf(name, sizeof(name), "%03u", i)), .id = blobs[i].id};

		ok(ch_store_write(&blobs[i], &store, CH_BLOB, content_of(content, i)));
		if (i == DIRECTORY) {
			memcpy(below, empty, sizeof(empty));
			memcpy(below + sizeof(empty), blobs[0].id, OBJECT_ID_SIZE);
			ok(ch_store_write(&blobs[i], &store, CH_TREE, span_of(below, sizeof(below))));
		}
		CHECK(tree_put(raw, sizeof(raw), &len, &entry));
		behind[i] = len;
	}
	ok(ch_store_write(&tree, &store, CH_TREE, span_of(raw, len)));
	return tree;
}

static bool
takes(struct stock *stock, unsigned i)
{
	static char expected[STOCK_SMALL + 1];
	struct span content;

	return stock_take(&content, stock, &blobs[i], behind[i]) && span_equal(content, content_of(expected, i));
}

static void
go_on(struct stock *stock, unsigned files)
{
	for (unsigned i = 0; i < files; i++)
		CHECK(stock_go_on(stock, &store));
}

static void
test_taking(struct stock *stock, const struct ch_oid *tree)
{
	CHECK(stock_begin(stock, &store, tree).len == behind[FILES - 1]);
	go_on(stock, 20);
	CHECK(!stock_is_done(stock));
	CHECK(takes(stock, 0));
	CHECK(takes(stock, 3));
	CHECK(!takes(stock, 2)); /* it was passed */
	CHECK(!takes(stock, LARGE));
	CHECK(!takes(stock, DIRECTORY));
	CHECK(takes(stock, 19));
	CHECK(!takes(stock, 20)); /* that is not there yet, and will not be */
	CHECK(!takes(stock, 39));
	go_on(stock, 1);
	CHECK(takes(stock, 40));
	go_on(stock, FILES - 41);
	CHECK(stock_is_done(stock));
	CHECK(!stock_go_on(stock, &store));
	for (unsigned i = 41; i < FILES; i++)
		CHECK(takes(stock, i));
}

/* Another directory's are forgotten; what cannot be read is nothing. */
static void
test_beginning(struct stock *stock, const struct ch_oid *tree)
{
	const struct ch_oid none = {{1}};

	stock_begin(stock, &store, tree);
	go_on(stock, 5);
	CHECK(stock_begin(stock, &store, &none).len == 0);
	CHECK(stock_is_done(stock));
	CHECK(!takes(stock, 1));
	CHECK(stock_begin(stock, &store, &blobs[0]).len == 0);
	CHECK(!stock_go_on(stock, &store));
}

/* All that is taken makes room; before that there is an end to it. */
static void
test_room(struct stock *stock, const struct ch_oid *tree)
{
	stock_begin(stock, &store, tree);
	stock->count = STOCK_FILES;
	CHECK(stock_is_done(stock));
	stock_begin(stock, &store, tree);
	go_on(stock, 1);
	stock->used = STOCK_BYTES - STOCK_SMALL + 1;
	CHECK(stock_is_done(stock));
	CHECK(!stock_go_on(stock, &store));
	CHECK(takes(stock, 0));
	CHECK(!takes(stock, 1));
	CHECK(!stock_is_done(stock));
	go_on(stock, 1);
	CHECK(takes(stock, 2));
}

int
main(void)
{
	const char *place = getenv("TMPDIR");
	struct ch_oid tree;
	struct stock stock;

	ok(ch_store_temporary(&store, place ? place : "/tmp"));
	tree = write_tree();
	stock_start(&stock);
	test_taking(&stock, &tree);
	test_beginning(&stock, &tree);
	test_room(&stock, &tree);
	stock_stop(&stock);
	ch_store_close(&store);
	return test_result();
}
