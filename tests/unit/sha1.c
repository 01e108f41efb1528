/* FIPS 180-4's examples, and every way of cutting a message into two updates around the block's edge. */
#include "test.h"
#include "wire/sha1.h"

static void
digest_of(uint8_t digest[SHA1_SIZE], struct span head, struct span tail)
{
	struct sha1 s;

	sha1_init(&s);
	sha1_update(&s, head);
	sha1_update(&s, tail);
	sha1_final(&s, digest);
}

static void
check_vector(struct span message, const char *should)
{
	uint8_t digest[SHA1_SIZE];
	char text[2 * SHA1_SIZE + 1];

	digest_of(digest, message, span_of(NULL, 0));
	for (size_t i = 0; i < SHA1_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	CHECK_EQUAL_SPAN(span_text(text), span_text(should));
}

static void
test_vectors(void)
{
	static uint8_t million[1000000];

	memset(million, 'a', sizeof(million));
	check_vector(SPAN_LITERAL(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	check_vector(SPAN_LITERAL("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
	check_vector(SPAN_LITERAL("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	check_vector(SPAN_LITERAL("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
		     "a49b2446a02c645bf419f995b67091253a04a259");
	check_vector(span_of(million, sizeof(million)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

static void
test_cuts(void)
{
	uint8_t message[130], whole[SHA1_SIZE], parts[SHA1_SIZE];

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 7);
	for (size_t len = 0; len <= sizeof(message); len++)
		for (size_t cut = 0; cut <= len; cut++) {
			digest_of(whole, span_of(message, len), span_of(NULL, 0));
			digest_of(parts, span_of(message, cut), span_of(message + cut, len - cut));
			CHECK_EQUAL_SPAN(span_of(parts, SHA1_SIZE), span_of(whole, SHA1_SIZE));
		}
}

int
main(void)
{
	test_vectors();
	test_cuts();
	return test_result();
}
