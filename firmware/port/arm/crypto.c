/* wire/crypto.h bound to libsodium, built from its source: the same verifier as on the host (fs/lib/base/crypto.c), without its start-up. */
#include "wire/crypto.h"

#include <sodium/crypto_hash_sha256.h>
#include <sodium/crypto_hash_sha512.h>
#include <sodium/crypto_sign_ed25519.h>
#include <sodium/utils.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct wire_sha256), "room for libsodium's SHA-256 state");
_Static_assert(sizeof(crypto_hash_sha512_state) <= sizeof(struct wire_sha512), "room for libsodium's SHA-512 state");
_Static_assert((int)ED25519_SIGNATURE_SIZE == crypto_sign_ed25519_BYTES && (int)ED25519_POINT_SIZE == crypto_sign_ed25519_PUBLICKEYBYTES &&
	       (int)ED25519_SEED_SIZE == crypto_sign_ed25519_SEEDBYTES, "Ed25519 sizes");

void
wire_sha256_init(struct wire_sha256 *h)
{
	crypto_hash_sha256_init((void *)h->state);
}

void
wire_sha256_update(struct wire_sha256 *h, struct span bytes)
{
	crypto_hash_sha256_update((void *)h->state, bytes.data, bytes.len);
}

void
wire_sha256_final(struct wire_sha256 *h, uint8_t digest[SHA256_SIZE])
{
	crypto_hash_sha256_final((void *)h->state, digest);
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
	return crypto_sign_ed25519_verify_detached(signature, message.data, message.len, point) == 0;
}

void
wire_ed25519_sign(uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t point[crypto_sign_ed25519_PUBLICKEYBYTES], secret[crypto_sign_ed25519_SECRETKEYBYTES];

	crypto_sign_ed25519_seed_keypair(point, secret, seed);
	crypto_sign_ed25519_detached(signature, NULL, message.data, message.len, secret);
	sodium_memzero(secret, sizeof(secret));
}

void
wire_ed25519_point(uint8_t point[ED25519_POINT_SIZE], const uint8_t seed[ED25519_SEED_SIZE])
{
	uint8_t secret[crypto_sign_ed25519_SECRETKEYBYTES];

	crypto_sign_ed25519_seed_keypair(point, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

void
wire_wipe(void *secret, size_t len)
{
	sodium_memzero(secret, len);
}
