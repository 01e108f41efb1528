/* The firmware's arithmetic modulo the order of the base point against libsodium's: values at every edge, and 20,000 by chance. */
#include <sodium.h>

#include "arm/scalar.h"

#include "test.h"

enum { RANDOM = 20000 };

static void
test_reduce(const uint8_t wide[64])
{
	uint8_t should[32], ours[64];

	memcpy(ours, wide, 64);
	crypto_core_ed25519_scalar_reduce(should, wide);
	__wrap_sc25519_reduce(ours);
	CHECK_EQUAL_SPAN(span_of(ours, 32), span_of(should, 32));
}

/* libsodium's sum wants what is reduced already; its product, and ours as signing calls it, take a clamped secret, which is not. */
static void
test_muladd(const uint8_t a[32], const uint8_t b[32], const uint8_t c[32])
{
	uint8_t should[32], ours[32], wide[64] = {0}, reduced[32];

	memcpy(wide, c, 32);
	crypto_core_ed25519_scalar_reduce(reduced, wide);
	crypto_core_ed25519_scalar_mul(should, a, b);
	crypto_core_ed25519_scalar_add(should, should, reduced);
	__wrap_sc25519_muladd(ours, a, b, c);
	CHECK_EQUAL_SPAN(span_of(ours, 32), span_of(should, 32));
}

/* k * order + delta, for what lies round the multiples of the order. */
static void
near_order(uint8_t wide[64], unsigned k, int delta)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	long carry = delta;

	memset(wide, 0, 64);
	for (int i = 0; i < 64; i++) {
		carry += i < 32 ? (long)order[i] * (long)k : 0;
		wide[i] = (uint8_t)(carry & 0xff);
		carry = (carry - wide[i]) / 256;
	}
}

int
main(void)
{
	uint8_t wide[64], zero[32] = {0}, ones[32];

	if (sodium_init() < 0)
		return 1;
	memset(ones, 0xff, sizeof(ones));
	for (unsigned k = 1; k < 16; k++)
		for (int delta = -2; delta <= 2; delta++) {
			near_order(wide, k, delta);
			test_reduce(wide);
			test_muladd(wide, ones, ones);
			test_muladd(ones, wide, zero);
		}
	memset(wide, 0xff, sizeof(wide));
	test_reduce(wide);
	memset(wide, 0, sizeof(wide));
	test_reduce(wide);
	test_muladd(ones, ones, ones);
	for (int i = 0; i < RANDOM; i++) {
		uint8_t value[3][32];

		randombytes_buf(wide, sizeof(wide));
		randombytes_buf(value, sizeof(value));
		test_reduce(wide);
		test_muladd(value[0], value[1], value[2]);
	}
	return test_result();
}
