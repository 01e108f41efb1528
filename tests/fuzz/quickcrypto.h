/*
 * wire/crypto.h for targets in which a digest is but a name, and a key one that nobody has: a mixing of 64 bits takes the place of SHA-1 and SHA-2, no signature is good. What is
 * fuzzed is what stands before and behind the cryptography, some ten times as often. Included by the target itself, so that the real one is not linked.
 */
#ifndef QUICKCRYPTO_H
#define QUICKCRYPTO_H

#include "wire/crypto.h"
#include "wire/sha1.h"

static uint64_t
mixed(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static void
absorb(uint8_t *state, struct span bytes)
{
	uint64_t x, word;

	memcpy(&x, state, sizeof(x));
	for (; bytes.len > 0; bytes = span_skip(bytes, bytes.len < sizeof(word) ? bytes.len : sizeof(word))) {
		word = bytes.len;
		memcpy(&word, bytes.data, bytes.len < sizeof(word) ? bytes.len : sizeof(word));
		x = mixed(x + word);
	}
	memcpy(state, &x, sizeof(x));
}

static void
squeeze(uint8_t *out, size_t len, const uint8_t *state)
{
	uint64_t x;

	memcpy(&x, state, sizeof(x));
	for (size_t i = 0; i < len; i += sizeof(x)) {
		x = mixed(x + i + 1);
		memcpy(out + i, &x, len - i < sizeof(x) ? len - i : sizeof(x));
	}
}

void
wire_sha256_init(struct wire_sha256 *h)
{
	memset(h->state, 0, sizeof(uint64_t));
}

void
wire_sha256_update(struct wire_sha256 *h, struct span bytes)
{
	absorb((uint8_t *)h->state, bytes);
}

void
wire_sha256_final(struct wire_sha256 *h, uint8_t digest[SHA256_SIZE])
{
	squeeze(digest, SHA256_SIZE, (uint8_t *)h->state);
}

void
wire_sha512_init(struct wire_sha512 *h)
{
	memset(h->state, 0, sizeof(uint64_t));
}

void
wire_sha512_update(struct wire_sha512 *h, struct span bytes)
{
	absorb(h->state, bytes);
}

void
wire_sha512_final(struct wire_sha512 *h, uint8_t digest[SHA512_SIZE])
{
	squeeze(digest, SHA512_SIZE, h->state);
}

void
sha1_init(struct sha1 *s)
{
	memset(s->block, 0, sizeof(uint64_t));
}

void
sha1_update(struct sha1 *s, struct span bytes)
{
	absorb(s->block, bytes);
}

void
sha1_final(struct sha1 *s, uint8_t digest[SHA1_SIZE])
{
	squeeze(digest, SHA1_SIZE, s->block);
}

bool
wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE])
{
	(void)signature;
	(void)message;
	(void)point;
	return false;
}

void
wire_ed25519_sign(uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t state[8] = {0};

	absorb(state, span_of(seed, ED25519_SEED_SIZE));
	absorb(state, message);
	squeeze(signature, ED25519_SIGNATURE_SIZE, state);
}

void
wire_ed25519_point(uint8_t point[ED25519_POINT_SIZE], const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t state[8] = {0};

	absorb(state, span_of(seed, ED25519_SEED_SIZE));
	squeeze(point, ED25519_POINT_SIZE, state);
}

void
wire_random(uint8_t *out, size_t len)
{
	memset(out, 1, len);
}

void
wire_wipe(void *secret, size_t len)
{
	memset(secret, 0, len);
}

#endif
