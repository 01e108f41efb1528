/* Scalars: each refused form stands beside the nearest accepted one. */
#include <time.h>

#include "test.h"
#include "wire/text.h"

static void
test_hex(void)
{
	uint8_t bytes[2] = {1, 2};
	char text[5];

	CHECK(text_get_hex(bytes, 2, span_text("0aff")) && bytes[0] == 0x0a && bytes[1] == 0xff);
	text_put_hex(text, bytes, 2);
	CHECK(span_is(span_text(text), "0aff"));
	CHECK(!text_get_hex(bytes, 2, span_text("1bFf")));
	CHECK(!text_get_hex(bytes, 2, span_text("0af")));
	CHECK(!text_get_hex(bytes, 2, span_text("0aff0")));
	CHECK(!text_get_hex(bytes, 2, span_text("0a g")));
	CHECK(bytes[0] == 0x0a && bytes[1] == 0xff);
}

static bool
is_number(const char *text, uint64_t should)
{
	uint64_t n;
	char back[21];

	return text_get_number(&n, span_text(text)) && n == should && text_put_number(back, n) == strlen(text) &&
	       span_is(span_text(back), text);
}

static void
test_number(void)
{
	uint64_t n = 7;

	CHECK(is_number("0", 0));
	CHECK(is_number("9", 9));
	CHECK(is_number("10", 10));
	CHECK(is_number("18446744073709551615", UINT64_MAX));
	CHECK(!text_get_number(&n, span_text("18446744073709551616")));
	CHECK(!text_get_number(&n, span_text("99999999999999999999")));
	CHECK(!text_get_number(&n, span_text("184467440737095516150")));
	CHECK(!text_get_number(&n, span_text("00")));
	CHECK(!text_get_number(&n, span_text("01")));
	CHECK(!text_get_number(&n, span_text("")));
	CHECK(!text_get_number(&n, span_text("+1")));
	CHECK(!text_get_number(&n, span_text("-1")));
	CHECK(!text_get_number(&n, span_text("1 ")));
	CHECK_EQUAL(n, 7);
}

static bool
agrees_with_libc(int64_t seconds)
{
	char ours[TIME_TEXT + 1], theirs[32];
	time_t t = (time_t)seconds;
	struct tm tm;
	int64_t back = -1;

	text_put_time(ours, seconds);
	strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	return span_is(span_text(ours), theirs) && text_get_time(&back, span_text(ours)) && back == seconds;
}

static void
test_time(void)
{
	int64_t t = 7;
	char text[TIME_TEXT + 1];

	for (int64_t seconds = 0; seconds <= TEXT_TIME_MAX; seconds += 86399 * 5)
		if (!agrees_with_libc(seconds)) {
			CHECK(agrees_with_libc(seconds));
			break;
		}
	CHECK(agrees_with_libc(TEXT_TIME_MAX));
	CHECK(text_get_time(&t, span_text("2028-02-29T23:59:59Z")));
	CHECK(text_get_time(&t, span_text("2000-02-29T00:00:00Z")));
	CHECK(text_get_time(&t, span_text("1970-01-01T00:00:00Z")) && t == 0);
	CHECK(!text_get_time(&t, span_text("2027-02-29T23:59:59Z")));
	CHECK(!text_get_time(&t, span_text("2100-02-29T00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("1969-12-31T23:59:59Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-22T23:59:60Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-22T24:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-31T00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-00-22T00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-13-22T00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-00T00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-22 00:00:00Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-22T00:00:0 Z")));
	CHECK(!text_get_time(&t, span_text("2026-11-22T00:00:00")));
	CHECK_EQUAL(t, 0);
	text_put_time(text, -1);
	CHECK(span_is(span_text(text), "1970-01-01T00:00:00Z"));
	text_put_time(text, INT64_MAX);
	CHECK(span_is(span_text(text), "9999-12-31T23:59:59Z"));
}

static void
test_id(void)
{
	CHECK(text_is_id(span_text("S-0007")));
	CHECK(text_is_id(span_text("a")));
	CHECK(text_is_id(span_text("abcdefghijklmnopqrstuvwxyz012345")));
	CHECK(!text_is_id(span_text("abcdefghijklmnopqrstuvwxyz0123456")));
	CHECK(!text_is_id(span_text("")));
	CHECK(!text_is_id(span_text("0a")));
	CHECK(!text_is_id(span_text("-a")));
	CHECK(!text_is_id(span_text("a-")));
	CHECK(!text_is_id(span_text("a_b")));
	CHECK(!text_is_id(span_text("none")));
	CHECK(text_is_id(span_text("nonesuch")));
	CHECK(text_is_word(span_text("seal-state")));
	CHECK(!text_is_word(span_text("Seal-state")));
}

static bool
is_component_of_length(size_t len)
{
	char text[300];

	memset(text, 'a', sizeof(text));
	return text_is_path(span_of(text, len));
}

static void
test_path(void)
{
	CHECK(text_is_path(span_text("seals/S-0007/applications/2026/0/d3-000123")));
	CHECK(text_is_path(span_text("a.b_c/d")));
	CHECK(!text_is_path(span_text("")));
	CHECK(!text_is_path(span_text("/a")));
	CHECK(!text_is_path(span_text("a/")));
	CHECK(!text_is_path(span_text("a//b")));
	CHECK(!text_is_path(span_text("a/./b")));
	CHECK(!text_is_path(span_text("a/../b")));
	CHECK(!text_is_path(span_text("a/.b")));
	CHECK(!text_is_path(span_text("a/-b")));
	CHECK(!text_is_path(span_text("a/b.")));
	CHECK(!text_is_path(span_text("a/.git")));
	CHECK(!text_is_path(span_text("a/b c")));
	CHECK(!text_is_path(span_text("a/con")));
	CHECK(!text_is_path(span_text("a/Nul.txt")));
	CHECK(!text_is_path(span_text("lpt9/b")));
	CHECK(text_is_path(span_text("lpt0/b")));
	CHECK(text_is_path(span_text("console")));
	CHECK(is_component_of_length(PATH_MAX_BYTES));
	CHECK(!is_component_of_length(PATH_MAX_BYTES + 1));
}

static void
test_position(void)
{
	CHECK(text_is_position(span_text("31.230416,121.473701")));
	CHECK(text_is_position(span_text("-90,-180")));
	CHECK(text_is_position(span_text("90.000000,180.0")));
	CHECK(text_is_position(span_text("0,-0.5")));
	CHECK(!text_is_position(span_text("90.000001,0")));
	CHECK(!text_is_position(span_text("0,180.1")));
	CHECK(!text_is_position(span_text("91,0")));
	CHECK(!text_is_position(span_text("1.2304161,0")));
	CHECK(!text_is_position(span_text("1.,0")));
	CHECK(!text_is_position(span_text(".5,0")));
	CHECK(!text_is_position(span_text("01,0")));
	CHECK(!text_is_position(span_text("+1,0")));
	CHECK(!text_is_position(span_text("1, 0")));
	CHECK(!text_is_position(span_text("1,0,0")));
	CHECK(!text_is_position(span_text("1")));
	CHECK(!text_is_position(span_text("1,")));
	CHECK(!text_is_position(span_text("none")));
}

static size_t
encode(uint8_t out[4], uint32_t c)
{
	if (c < 0x80)
		return out[0] = (uint8_t)c, 1;
	if (c < 0x800)
		return out[0] = (uint8_t)(0xc0 | c >> 6), out[1] = (uint8_t)(0x80 | (c & 0x3f)), 2;
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12), out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f)),
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18), out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f)), out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

static bool
is_character(uint32_t c)
{
	uint8_t bytes[4];
	size_t len = encode(bytes, c);

	return text_is_value(span_of(bytes, len));
}

/* The first and last of each refused range, and the accepted characters on both sides of it. */
static void
test_characters(void)
{
	static const uint32_t refused[] = {0x00, 0x0a, 0x1f, 0x7f, 0x80, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4,
		0x17b5, 0x180b, 0x180f, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0x3164, 0xd800, 0xdfff, 0xe000, 0xf8ff,
		0xfdd0, 0xfdef, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff0, 0xfffd, 0xffff, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a,
		0x1fffe, 0x2ffff, 0x3fffe, 0x40000, 0xe0001, 0xe0100, 0xe0fff, 0xf0000, 0x10ffff, 0x110000, 0x1fffff};
	static const uint32_t accepted[] = {0x21, 0x7e, 0xa0, 0xac, 0xae, 0x34e, 0x350, 0x61b, 0x61d, 0x115e, 0x1161, 0x17b3,
		0x17b6, 0x180a, 0x1810, 0x200a, 0x2010, 0x2027, 0x202f, 0x205f, 0x2070, 0x3163, 0x3165, 0x4e2d, 0xd7ff, 0xf900,
		0xfdcf, 0xfdf0, 0xfe10, 0xfefe, 0xff00, 0xff9f, 0xffa1, 0xffef, 0x10000, 0x1bc9f, 0x1bca4, 0x1d172, 0x1d17b,
		0x1fffd, 0x20000, 0x3fffd};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (is_character(refused[i])) {
			fprintf(stderr, "U+%04X accepted\n", (unsigned)refused[i]);
			test_failures++;
		}
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		if (!is_character(accepted[i])) {
			fprintf(stderr, "U+%04X refused\n", (unsigned)accepted[i]);
			test_failures++;
		}
}

static void
test_value(void)
{
	char text[VALUE_MAX + 1];

	memset(text, 'a', sizeof(text));
	CHECK(text_is_value(span_of(text, VALUE_MAX)));
	CHECK(!text_is_value(span_of(text, VALUE_MAX + 1)));
	CHECK(text_is_value(span_text("合同 (第 2 版): 张三")));
	CHECK(!text_is_value(span_text("")));
	CHECK(!text_is_value(span_text(" a")));
	CHECK(!text_is_value(span_text("a ")));
	CHECK(text_is_value(span_text("\xc3\xa9")));
	CHECK(!text_is_value(span_text("\xc3")));
	CHECK(!text_is_value(span_text("\xe4\xb8")));
	CHECK(!text_is_value(span_text("\xa9")));
	CHECK(!text_is_value(span_text("\xc3\x29")));
	CHECK(!text_is_value(span_text("\xc1\xa1")));
	CHECK(!text_is_value(span_text("\xe0\x83\xa9")));
	CHECK(!text_is_value(span_text("\xf0\x80\x83\xa9")));
	CHECK(!text_is_value(span_text("\xf8\x88\x80\x80\x80")));
	CHECK(!text_is_value(span_text("\xff")));
}

static void
test_name(void)
{
	char text[PATH_MAX_BYTES + 1];

	memset(text, 'a', sizeof(text));
	CHECK(text_is_name(span_of(text, PATH_MAX_BYTES)));
	CHECK(!text_is_name(span_of(text, PATH_MAX_BYTES + 1)));
	CHECK(text_is_name(span_text("合同 v2.pdf")));
	CHECK(text_is_name(span_text(".hidden")));
	CHECK(text_is_name(span_text("a..b")));
	for (const char *c = "/\\:*?\"<>|"; *c != '\0'; c++) {
		text[1] = *c;
		CHECK(!text_is_name(span_of(text, 3)));
	}
	CHECK(!text_is_name(span_text(".")));
	CHECK(!text_is_name(span_text("..")));
	CHECK(!text_is_name(span_text("a.")));
	CHECK(!text_is_name(span_text("a ")));
	CHECK(!text_is_name(span_text("a\xe2\x80\xae"
				      "fdp.exe")));
	CHECK(!text_is_name(span_text(".git")));
	CHECK(!text_is_name(span_text(".GiT")));
	CHECK(!text_is_name(span_text(".gitmodules")));
	CHECK(!text_is_name(span_text(".lfsConfig")) && text_is_name(span_text("lfsconfig")) && text_is_name(span_text(".lfs")));
	CHECK(!text_is_name(span_text("GIT~1")));
	CHECK(text_is_name(span_text("git")));
	CHECK(!text_is_name(span_text("NUL")));
	CHECK(!text_is_name(span_text("Con.tar.gz")));
	CHECK(!text_is_name(span_text("aux .txt")));
	CHECK(!text_is_name(span_text("com7.log")));
	CHECK(!text_is_name(span_text("LPT\u00b2")));
	CHECK(!text_is_name(span_text("conin$")));
	CHECK(text_is_name(span_text("com")));
	CHECK(text_is_name(span_text("com10")));
	CHECK(text_is_name(span_text("auxiliary")));
}

static void
test_order(void)
{
	static const char *const ascending[] = {"", "Z", "a", "a b", "ab", "b", "\xc3\xa4"};

	for (size_t i = 0; i < sizeof(ascending) / sizeof(ascending[0]); i++)
		for (size_t k = 0; k < sizeof(ascending) / sizeof(ascending[0]); k++) {
			int order = span_compare(span_text(ascending[i]), span_text(ascending[k]));
			CHECK((order < 0) == (i < k) && (order > 0) == (i > k));
		}
	CHECK(span_compare(span_of(NULL, 0), span_of(NULL, 0)) == 0);
	CHECK(span_compare(span_of(NULL, 0), SPAN_LITERAL("a")) < 0);
}

static void
test_divide(void)
{
	static const uint16_t by[] = {1, 2, 10, 24, 60, 1000, 0x7fff, 0x8000, UINT16_MAX};
	uint64_t n = UINT64_MAX;

	for (unsigned i = 0; i < 2000; i++) { /* of every size, the ends included */
		for (unsigned j = 0; j < sizeof(by) / sizeof(by[0]); j++) {
			uint64_t quotient = n;

			CHECK_EQUAL(divide(&quotient, by[j]), n % by[j]);
			CHECK_EQUAL(quotient, n / by[j]);
		}
		n = i % 64 == 63 ? ~n : n - n / 32 - i % 3;
	}
	n = 0;
	CHECK_EQUAL(divide(&n, 10), 0);
	CHECK_EQUAL(n, 0);
}

static void
test_copy(void)
{
	char out[4] = "xxx";

	text_copy(out, sizeof(out), span_text("ab"));
	CHECK(memcmp(out, "ab\0\0", 4) == 0);
	text_copy(out, sizeof(out), span_text("abcd"));
	CHECK(memcmp(out, "abc\0", 4) == 0);
	text_copy(out, sizeof(out), (struct span){0});
	CHECK(memcmp(out, "\0\0\0\0", 4) == 0);
}

int
main(void)
{
	test_divide();
	test_copy();
	test_hex();
	test_number();
	test_time();
	test_id();
	test_path();
	test_position();
	test_characters();
	test_value();
	test_name();
	test_order();
	return test_result();
}
