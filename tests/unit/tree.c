/* Tree objects: git's order and one meaning for every name, whoever reads them. */
#include "wire/tree.h"
#include "test.h"

#define ID "aaaaaaaaaaaaaaaaaaaa"
#define PLAIN(name) "100644 " name "\0" ID
#define DIRECTORY(name) "40000 " name "\0" ID
#define CHECK_TREE(tree) tree_check(SPAN_LITERAL(tree))
#define ACCEPTED(tree) CHECK_EQUAL(CHECK_TREE(tree), WIRE_OK)
#define REFUSED(tree) CHECK_EQUAL(CHECK_TREE(tree), WIRE_MALFORMED_TREE)

static void
test_order(void)
{
	ACCEPTED("");
	ACCEPTED(PLAIN("a"));
	ACCEPTED(PLAIN("a") PLAIN("b"));
	REFUSED(PLAIN("b") PLAIN("a"));
	REFUSED(PLAIN("a") PLAIN("a"));
	REFUSED(DIRECTORY("a") DIRECTORY("a"));
	ACCEPTED(PLAIN("a") PLAIN("a.b"));
	ACCEPTED(PLAIN("a.b") DIRECTORY("a"));
	REFUSED(DIRECTORY("a") PLAIN("a.b"));
	ACCEPTED(DIRECTORY("a") PLAIN("a0"));
	REFUSED(PLAIN("a0") DIRECTORY("a"));
	ACCEPTED(PLAIN("a") PLAIN("ab") PLAIN("\xc3\xa9"));
}

static void
test_one_meaning(void)
{
	REFUSED(PLAIN("a") DIRECTORY("a"));
	REFUSED(PLAIN("a") PLAIN("a.b") DIRECTORY("a"));
	REFUSED(PLAIN("a") PLAIN("a-") PLAIN("a-b") PLAIN("a.b") DIRECTORY("a"));
	ACCEPTED(PLAIN("a") PLAIN("a-") PLAIN("a-b") PLAIN("a.b") DIRECTORY("a.c"));
	REFUSED(PLAIN("a") PLAIN("a-") PLAIN("a-b") DIRECTORY("a-") PLAIN("a.b"));
}

static void
test_modes(void)
{
	REFUSED("100755 a\0" ID);
	REFUSED("120000 a\0" ID);
	REFUSED("160000 a\0" ID);
	REFUSED("040000 a\0" ID);
	REFUSED("100664 a\0" ID);
	REFUSED("0100644 a\0" ID);
	REFUSED("100644  a\0" ID);
}

static void
test_names(void)
{
	ACCEPTED(PLAIN("合同.pdf"));
	REFUSED(PLAIN(""));
	REFUSED(PLAIN("."));
	REFUSED(DIRECTORY(".."));
	REFUSED(DIRECTORY(".git"));
	REFUSED(DIRECTORY(".GIT"));
	REFUSED(PLAIN("git~1"));
	REFUSED(PLAIN("a/b"));
	REFUSED(PLAIN("a\\b"));
	REFUSED(PLAIN("a:b"));
	REFUSED(PLAIN("nul.txt"));
	REFUSED(PLAIN("a\nb"));
	REFUSED(PLAIN("a\xff"));
	REFUSED(PLAIN(".g\xe2\x80\x8cit"));
}

/* The one name that git reads and the register puts into main. */
static void
test_root(void)
{
	REFUSED(PLAIN(".gitattributes") PLAIN("a"));
	CHECK_EQUAL(tree_check_root(SPAN_LITERAL(PLAIN(".gitattributes") PLAIN("a"))), WIRE_OK);
	CHECK_EQUAL(tree_check_root(SPAN_LITERAL(DIRECTORY(".gitattributes"))), WIRE_MALFORMED_TREE);
	CHECK_EQUAL(tree_check_root(SPAN_LITERAL(PLAIN(".gitAttributes"))), WIRE_MALFORMED_TREE);
	CHECK_EQUAL(tree_check_root(SPAN_LITERAL(PLAIN(".gitmodules"))), WIRE_MALFORMED_TREE);
	CHECK_EQUAL(tree_check_root(SPAN_LITERAL(PLAIN(".lfsconfig"))), WIRE_MALFORMED_TREE);
}

static void
test_truncated(void)
{
	static const char tree[] = PLAIN("a") DIRECTORY("b");
	size_t first = sizeof(PLAIN("a")) - 1;

	for (size_t len = 1; len < sizeof(tree) - 1; len++)
		CHECK_EQUAL(tree_check(span_of(tree, len)), len == first ? WIRE_OK : WIRE_MALFORMED_TREE);
	REFUSED(PLAIN("a") "x");
}

static void
test_round_trip(void)
{
	static const char tree[] = PLAIN("a") PLAIN("b.txt") DIRECTORY("b");
	uint8_t out[128];
	struct span rest = SPAN_LITERAL(tree);
	struct tree_entry entry;
	size_t at = 0, end;

	while (tree_next(&entry, &rest)) {
		CHECK(!tree_put(out, at + 20, &at, &entry));
		CHECK(tree_put(out, sizeof(out), &at, &entry));
	}
	CHECK_EQUAL_SPAN(span_of(out, at), SPAN_LITERAL(tree));
	end = at;
	entry.name = SPAN_LITERAL("..");
	CHECK(!tree_put(out, sizeof(out), &at, &entry) && at == end);
}

static void
test_find(void)
{
	struct tree_entry entry;
	struct span tree = SPAN_LITERAL(PLAIN("a") PLAIN("b.txt") DIRECTORY("b"));

	CHECK(tree_find(&entry, tree, SPAN_LITERAL("b")) && entry.directory);
	CHECK(tree_find(&entry, tree, SPAN_LITERAL("a")) && !entry.directory);
	CHECK_EQUAL_SPAN(span_of(entry.id, OBJECT_ID_SIZE), SPAN_LITERAL(ID));
	CHECK(!tree_find(&entry, tree, SPAN_LITERAL("c")));
	CHECK(!tree_find(&entry, tree, SPAN_LITERAL("")));
}

int
main(void)
{
	test_order();
	test_one_meaning();
	test_modes();
	test_names();
	test_root();
	test_truncated();
	test_round_trip();
	test_find();
	return test_result();
}
