/*
 * wire/crypto.h bound to libsodium, whose Ed25519 verification is the strict one the header promises; SHA-256 to libcrypto, which lets the processor do
 * it and, in this interface of old, keeps its state where it is told to.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <assert.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "wire/crypto.h"

static_assert(sizeof(SHA256_CTX) <= sizeof(struct wire_sha256), "room for libcrypto's SHA-256 state");
static_assert(sizeof(crypto_hash_sha512_state) <= sizeof(struct wire_sha512), "room for libsodium's SHA-512 state");
static_assert(_Alignof(SHA256_CTX) <= _Alignof(struct wire_sha256), "alignment of libcrypto's SHA-256 state");
static_assert(_Alignof(crypto_hash_sha512_state) <= _Alignof(struct wire_sha512), "alignment of libsodium's SHA-512 state");
static_assert((int)SHA256_SIZE == SHA256_DIGEST_LENGTH && (int)SHA512_SIZE == crypto_hash_sha512_BYTES, "digest sizes");
static_assert((int)ED25519_SIGNATURE_SIZE == crypto_sign_BYTES && (int)ED25519_POINT_SIZE == crypto_sign_PUBLICKEYBYTES &&
	      (int)ED25519_SEED_SIZE == crypto_sign_SEEDBYTES, "Ed25519 sizes");

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
start(void)
{
	/* Without a working random source no key or nonce may ever be made. */
	if (sodium_init() < 0)
		abort();
}

void
wire_sha256_init(struct wire_sha256 *h)
{
	SHA256_Init((void *)h->state);
}

void
wire_sha256_update(struct wire_sha256 *h, struct span bytes)
{
	SHA256_Update((void *)h->state, bytes.data, bytes.len);
}

void
wire_sha256_final(struct wire_sha256 *h, uint8_t digest[SHA256_SIZE])
{
	SHA256_Final(digest, (void *)h->state);
}

void
wire_sha512_init(struct wire_sha512 *h)
{
	crypto_hash_sha512_init((void *)h->state);
}

void
wire_sha512_update(struct wire_sha512 *h, struct span bytes)
{
	crypto_hash_sha512_update((void *)h->state, bytes.data, bytes.len);
}

void
wire_sha512_final(struct wire_sha512 *h, uint8_t digest[SHA512_SIZE])
{
	crypto_hash_sha512_final((void *)h->state, digest);
}

bool
wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE])
{
	pthread_once(&once, start);
	return crypto_sign_verify_detached(signature, message.data, message.len, point) == 0;
}

void
wire_ed25519_sign(uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t point[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];

	pthread_once(&once, start);
	crypto_sign_seed_keypair(point, secret, seed);
	crypto_sign_detached(signature, NULL, message.data, message.len, secret);
	sodium_memzero(secret, sizeof(secret));
}

void
wire_ed25519_point(uint8_t point[ED25519_POINT_SIZE], const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	pthread_once(&once, start);
	crypto_sign_seed_keypair(point, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

void
wire_random(uint8_t *out, size_t len)
{
	pthread_once(&once, start);
	randombytes_buf(out, len);
}

void
wire_wipe(void *secret, size_t len)
{
	sodium_memzero(secret, len);
}
