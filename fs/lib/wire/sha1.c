#include "sha1.h"

enum { LENGTH_AT = 56 };

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static uint32_t
mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5a827999;
	case 1:
		return (b ^ c ^ d) + 0x6ed9eba1;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default:
		return (b ^ c ^ d) + 0xca62c1d6;
	}
}

static void
compress(uint32_t h[5], const uint8_t block[64])
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (unsigned i = 0; i < 16; i++)
		w[i] = get32(block + 4 * i);
	for (unsigned i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (unsigned i = 0; i < 80; i++) {
		uint32_t next = rotate(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
sha1_init(struct sha1 *s)
{
	*s = (struct sha1){.h = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void
sha1_update(struct sha1 *s, struct span bytes)
{
	while (bytes.len > 0) {
		size_t filled = s->bytes % sizeof(s->block);
		size_t n = sizeof(s->block) - filled;

		if (n > bytes.len)
			n = bytes.len;
		memcpy(s->block + filled, bytes.data, n);
		s->bytes += n;
		bytes = span_skip(bytes, n);
		if (filled + n == sizeof(s->block))
			compress(s->h, s->block);
	}
}

void
sha1_final(struct sha1 *s, uint8_t digest[SHA1_SIZE])
{
	size_t filled = s->bytes % sizeof(s->block);

	s->block[filled++] = 0x80;
	memset(s->block + filled, 0, sizeof(s->block) - filled);
	if (filled > LENGTH_AT) {
		compress(s->h, s->block);
		memset(s->block, 0, sizeof(s->block));
	}
	put64(s->block + LENGTH_AT, s->bytes * 8);
	compress(s->h, s->block);
	for (size_t i = 0; i < 5; i++)
		put32(digest + 4 * i, s->h[i]);
}
