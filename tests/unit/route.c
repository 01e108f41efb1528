/* Paths and ranges of git-lfs over HTTP: what is gone to, next to each that looks like it and goes nowhere. */
#include "transfer/route.h"

#include "unit/test.h"

#define X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
#define OBJECTS "/info/lfs/objects/"

static void
test_paths(void)
{
	static const char *const nothing[] = {
		"", "/", "/a", OBJECTS "batch", "a" OBJECTS "batch", "/a//b" OBJECTS "batch", "/a/../b" OBJECTS "batch", "/.git" OBJECTS "batch", "/a/./b" OBJECTS "batch",
		"/a/info/lfs", "/a/info/lf/objects/batch", "/a/" OBJECTS "batch", "/" OBJECTS "batch",
	};
	static const char *const nowhere[] = {
		"/a/info/lfs/locks", "/a/info/lfs/locks/verify", "/a" OBJECTS "verify", "/a" OBJECTS X "/verify", "/a" OBJECTS "A" X, "/a" OBJECTS "../" X, "/a/info/lfs/objects/",
		"/a/info/lfs/objects/batch/",
	};
	struct ch_route route;

	CHECK(ch_route_read(&route, SPAN_LITERAL("/a/b.git" OBJECTS "batch")) && route.kind == CH_TO_BATCH);
	CHECK_EQUAL_SPAN(route.archive, SPAN_LITERAL("/a/b.git"));
	CHECK(ch_route_read(&route, SPAN_LITERAL("/a" OBJECTS X)) && route.kind == CH_TO_OBJECT && route.digest[0] == 0x2d && route.digest[31] == 0x81);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		CHECK(!ch_route_read(&route, span_text(nothing[i])));
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
		CHECK(ch_route_read(&route, span_text(nowhere[i])) && route.kind == CH_TO_NOWHERE);
}

static void
check_range(const char *text, uint64_t size, bool is, bool is_whole, uint64_t begin, uint64_t count)
{
	uint64_t first, len;
	bool whole;

	CHECK_EQUAL(ch_route_range(&first, &len, &whole, span_text(text), size), is);
	CHECK_EQUAL(whole, is_whole);
	if (is) {
		CHECK_EQUAL(first, begin);
		CHECK_EQUAL(len, count);
	}
}

static void
test_ranges(void)
{
	check_range("bytes=0-", 10, true, false, 0, 10);
	check_range("bytes=3-", 10, true, false, 3, 7);
	check_range("bytes=3-4", 10, true, false, 3, 2);
	check_range("bytes=3-99", 10, true, false, 3, 7);
	check_range("bytes=9-9", 10, true, false, 9, 1);
	check_range("bytes=10-", 10, false, false, 0, 0);
	check_range("bytes=0-", 0, false, false, 0, 0);
	check_range("", 10, true, true, 0, 10);
	check_range("bytes=", 10, true, true, 0, 10);
	check_range("bytes=-3", 10, true, true, 0, 10);
	check_range("bytes=4-3", 10, true, true, 0, 10);
	check_range("bytes=1-2,4-5", 10, true, true, 0, 10);
	check_range("bytes=99999999999999999999-", 10, true, true, 0, 10);
	check_range("lines=0-3", 10, true, true, 0, 10);
}

static void
test_addresses(void)
{
	CHECK(ch_route_is_host(SPAN_LITERAL("office.example.org:8443")) && ch_route_is_host(SPAN_LITERAL("[::1]:80")));
	CHECK(!ch_route_is_host(SPAN_LITERAL("")) && !ch_route_is_host(SPAN_LITERAL("a/b")) && !ch_route_is_host(SPAN_LITERAL("a@b")) && !ch_route_is_host(SPAN_LITERAL("a\r\nb")));
	CHECK(ch_route_is_uri(SPAN_LITERAL("/a%20b/c?d=e")));
	CHECK(!ch_route_is_uri(SPAN_LITERAL("")) && !ch_route_is_uri(SPAN_LITERAL("a")) && !ch_route_is_uri(SPAN_LITERAL("/a b")) && !ch_route_is_uri(SPAN_LITERAL("/\"")));
}

int
main(void)
{
	test_paths();
	test_ranges();
	test_addresses();
	return test_result();
}
