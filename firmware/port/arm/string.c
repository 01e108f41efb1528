/*
 * What the compiler and everybody else call of string.h: newlib has each of them unrolled and by words, 1.3 KiB together, of which only copying and filling are
 * ever asked for much (docs/decisions/0048).
 */
#include <stdint.h>
#include <string.h>

#define ONES UINT32_C(0x01010101)

typedef uint32_t __attribute__((may_alias, aligned(1))) word; /* a Cortex-M3 or M4 reads and writes words at any address */

void *
memcpy(void *restrict to, const void *restrict from, size_t len)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	for (; len >= sizeof(word); len -= sizeof(word), out += sizeof(word), in += sizeof(word))
		*(word *)out = *(const word *)in;
	while (len-- > 0)
		*out++ = *in++;
	return to;
}

void *
memmove(void *to, const void *from, size_t len)
{
	uint8_t *out = to;
	const uint8_t *in = from;

	if (out <= in)
		return memcpy(to, from, len);
	while (len-- > 0)
		out[len] = in[len];
	return to;
}

void *
memset(void *to, int octet, size_t len)
{
	const uint32_t four = (uint8_t)octet * ONES;
	uint8_t *out = to;

	for (; len >= 4 * sizeof(word); len -= 4 * sizeof(word), out += 4 * sizeof(word)) {
		word *at = (word *)out;

		at[0] = at[1] = at[2] = at[3] = four;
	}
	while (len-- > 0)
		*out++ = (uint8_t)octet;
	return to;
}

int
memcmp(const void *a, const void *b, size_t len)
{
	const uint8_t *left = a, *right = b;

	for (; len >= sizeof(word) && *(const word *)left == *(const word *)right; len -= sizeof(word))
		left += sizeof(word), right += sizeof(word);
	for (; len > 0 && *left == *right; len--)
		left++, right++;
	return len > 0 ? *left - *right : 0;
}

void *
memchr(const void *in, int octet, size_t len)
{
	const uint32_t four = (uint8_t)octet * ONES;
	const uint8_t *at = in;

	for (; len >= sizeof(word); len -= sizeof(word), at += sizeof(word)) {
		uint32_t zero = *(const word *)at ^ four; /* in the octet that is looked for */

		if ((zero - ONES) & ~zero & (ONES << 7))
			break;
	}
	for (; len > 0; len--, at++)
		if (*at == (uint8_t)octet)
			return (void *)(uintptr_t)at;
	return NULL;
}

size_t
strlen(const char *text)
{
	const char *end = text;

	while (*end != '\0')
		end++;
	return (size_t)(end - text);
}
