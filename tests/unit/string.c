/* The functions of string.h: on a processor of the seal they are port/arm/string.c, elsewhere the library's. Every length and place beside the borders of words. */
#include "test.h"
#include "wire/span.h"

enum { ROOM = 64, LENGTHS = 24, PLACES = 5 };

static uint8_t from[ROOM], to[ROOM], expected[ROOM];

static void
fill(void)
{
	for (unsigned i = 0; i < ROOM; i++) {
		from[i] = (uint8_t)(i * 37 + 1);
		to[i] = expected[i] = (uint8_t)(0xf0 ^ i);
	}
}

static void
check_as_expected(void)
{
	for (unsigned i = 0; i < ROOM; i++)
		CHECK_EQUAL(to[i], expected[i]);
}

static void
copy(unsigned at, unsigned source, size_t len)
{
	fill();
	for (unsigned i = 0; i < len; i++)
		expected[at + i] = from[source + i];
	CHECK(memcpy(to + at, from + source, len) == to + at);
	check_as_expected();
}

static void
move(unsigned at, unsigned source, size_t len)
{
	uint8_t kept[ROOM];

	fill();
	for (unsigned i = 0; i < len; i++)
		kept[i] = to[source + i];
	for (unsigned i = 0; i < len; i++)
		expected[at + i] = kept[i];
	CHECK(memmove(to + at, to + source, len) == to + at);
	check_as_expected();
}

static void
set(unsigned at, size_t len)
{
	fill();
	for (unsigned i = 0; i < len; i++)
		expected[at + i] = 0xa5;
	CHECK(memset(to + at, 0x1a5, len) == to + at); /* the lowest octet of it */
	check_as_expected();
}

/* What is looked for is found first where it is, and not behind the end. */
static void
search(unsigned at, size_t len)
{
	for (unsigned i = 0; i <= len; i++) {
		memset(to, 0x80, ROOM); /* neighbours of what is looked for that borrow and carry */
		to[at + i] = 0x81;
		if (i + 1 < len)
			to[at + i + 1] = 0x81;
		CHECK(memchr(to + at, 0x181, len) == (i < len ? to + at + i : NULL));
	}
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
compare(unsigned at, size_t len)
{
	fill();
	memcpy(to + at, from, len);
	CHECK_EQUAL(memcmp(to + at, from, len), 0);
	for (unsigned i = 0; i < len; i++) {
		to[at + i] ^= 0x80;
		if (i + 1 < len)
			to[at + i + 1] ^= 0xff; /* the first difference counts, as an octet without a sign */
		CHECK_EQUAL(sign(memcmp(to + at, from, len)), to[at + i] > from[i] ? 1 : -1);
		CHECK_EQUAL(sign(memcmp(from, to + at, len)), to[at + i] > from[i] ? -1 : 1);
		memcpy(to + at, from, len);
	}
}

static void
measure(unsigned at, size_t len)
{
	fill();
	memset(to + at, 'x', len);
	to[at + len] = '\0';
	CHECK_EQUAL(strlen((char *)to + at), len);
}

int
main(void)
{
	for (size_t len = 0; len < LENGTHS; len++)
		for (unsigned at = 0; at < PLACES; at++) {
			for (unsigned source = 0; source < PLACES; source++)
				copy(at, source, len);
			for (unsigned source = 0; source < 2 * PLACES; source++)
				move(at, source, len);
			set(at, len);
			search(at, len);
			compare(at, len);
			measure(at, len);
		}
	return test_result();
}
