#include "scalar.h"

#include <stdint.h>
#include <string.h>

enum { WORDS = 8, DOUBLE_WORDS = 16 }; /* of 32 bits, the lowest first */
enum { TAKEN = 32 * DOUBLE_WORDS - 252 }; /* bits taken one by one: the 252 above them are less than the order */

static const uint32_t order[WORDS] = {0x5cf5d3ed, 0x5812631a, 0xa2f79cd6, 0x14def9de, 0, 0, 0, 0x10000000};

/* r is less than twice the order. */
static void
subtract_order(uint32_t r[WORDS])
{
	uint32_t less[WORDS], borrow = 0, keep;

	for (int i = 0; i < WORDS; i++) {
		uint64_t difference = (uint64_t)r[i] - order[i] - borrow;

		less[i] = (uint32_t)difference;
		borrow = (uint32_t)(difference >> 32) & 1;
	}
	keep = 0 - borrow;
	for (int i = 0; i < WORDS; i++)
		r[i] = (r[i] & keep) | (less[i] & ~keep);
}

static void
reduce(uint32_t r[WORDS], const uint32_t wide[DOUBLE_WORDS])
{
	for (int i = 0; i < WORDS; i++)
		r[i] = wide[i + WORDS] >> 4 | (i + 1 < WORDS ? wide[i + 1 + WORDS] << 28 : 0);
	for (int bit = TAKEN - 1; bit >= 0; bit--) {
		uint32_t carry = wide[bit / 32] >> bit % 32 & 1;

		for (int i = 0; i < WORDS; i++) {
			uint32_t next = r[i] >> 31;

			r[i] = r[i] << 1 | carry;
			carry = next;
		}
		subtract_order(r);
	}
}

void
__wrap_sc25519_reduce(unsigned char s[64])
{
	uint32_t wide[DOUBLE_WORDS], r[WORDS];

	memcpy(wide, s, sizeof(wide));
	reduce(r, wide);
	memcpy(s, r, sizeof(r));
}

void
__wrap_sc25519_muladd(unsigned char s[32], const unsigned char a[32], const unsigned char b[32], const unsigned char c[32])
{
	uint32_t x[WORDS], y[WORDS], wide[DOUBLE_WORDS] = {0}, r[WORDS];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	memcpy(wide, c, sizeof(x));
	for (int i = 0; i < WORDS; i++) {
		uint32_t carry = 0;

		for (int j = 0; j < WORDS; j++) {
			uint64_t sum = (uint64_t)x[i] * y[j] + wide[i + j] + carry;

			wide[i + j] = (uint32_t)sum;
			carry = (uint32_t)(sum >> 32);
		}
		for (int j = i + WORDS; j < DOUBLE_WORDS; j++) {
			uint64_t sum = (uint64_t)wide[j] + carry;

			wide[j] = (uint32_t)sum;
			carry = (uint32_t)(sum >> 32);
		}
	}
	reduce(r, wide);
	memcpy(s, r, sizeof(r));
}
