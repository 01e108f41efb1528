/* The firmware's SHA-512 against libsodium's: every length round one and two blocks, in every two pieces, and a long text in pieces by chance. */
#include <sodium.h>

#include "arm/sha512.h"

#include "test.h"

enum { LONGEST = 270, LONG = 100000 };

static void
test_pieces(const uint8_t *bytes, size_t len, size_t first)
{
	uint8_t should[crypto_hash_sha512_BYTES], ours[crypto_hash_sha512_BYTES];
	crypto_hash_sha512_state h;

	crypto_hash_sha512(should, bytes, len);
	__wrap_crypto_hash_sha512_init(&h);
	__wrap_crypto_hash_sha512_update(&h, bytes, first);
	__wrap_crypto_hash_sha512_update(&h, bytes + first, len - first);
	__wrap_crypto_hash_sha512_final(&h, ours);
	CHECK_EQUAL_SPAN(span_of(ours, sizeof(ours)), span_of(should, sizeof(should)));
}

static void
test_long(const uint8_t *bytes)
{
	uint8_t should[crypto_hash_sha512_BYTES], ours[crypto_hash_sha512_BYTES];
	crypto_hash_sha512_state h;

	crypto_hash_sha512(should, bytes, LONG);
	__wrap_crypto_hash_sha512_init(&h);
	for (size_t at = 0; at < LONG;) {
		size_t len = bytes[at] + (size_t)1, left = LONG - at;

		len = len < left ? len : left;
		__wrap_crypto_hash_sha512_update(&h, bytes + at, len);
		at += len;
	}
	__wrap_crypto_hash_sha512_final(&h, ours);
	CHECK_EQUAL_SPAN(span_of(ours, sizeof(ours)), span_of(should, sizeof(should)));
	__wrap_crypto_hash_sha512(ours, bytes, LONG);
	CHECK_EQUAL_SPAN(span_of(ours, sizeof(ours)), span_of(should, sizeof(should)));
}

int
main(void)
{
	static uint8_t bytes[LONG];

	if (sodium_init() < 0)
		return 1;
	randombytes_buf(bytes, sizeof(bytes));
	for (size_t len = 0; len <= LONGEST; len++)
		for (size_t first = 0; first <= len; first += len < 130 ? 1 : 13)
			test_pieces(bytes, len, first);
	test_long(bytes);
	return test_result();
}
