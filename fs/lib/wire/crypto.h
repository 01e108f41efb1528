/*
 * The cryptography that wire/ needs and does not contain. The host binds it to libsodium (fs/lib/base/crypto.c), the firmware to
 * the same functions built from libsodium's source (firmware/port). Nothing here allocates or fails, but for verification.
 */
#ifndef WIRE_CRYPTO_H
#define WIRE_CRYPTO_H

#include "span.h"

enum { SHA256_SIZE = 32, SHA512_SIZE = 64, ED25519_POINT_SIZE = 32, ED25519_SEED_SIZE = 32, ED25519_SIGNATURE_SIZE = 64 };

/* Room for the library's state; the binding asserts at compile time that it fits. */
struct wire_sha256 {
	_Alignas(8) uint8_t state[112];
};
struct wire_sha512 {
	_Alignas(8) uint8_t state[216];
};

void wire_sha256_init(struct wire_sha256 *h);
void wire_sha256_update(struct wire_sha256 *h, struct span bytes);
void wire_sha256_final(struct wire_sha256 *h, uint8_t digest[SHA256_SIZE]);

void wire_sha512_init(struct wire_sha512 *h);
void wire_sha512_update(struct wire_sha512 *h, struct span bytes);
void wire_sha512_final(struct wire_sha512 *h, uint8_t digest[SHA512_SIZE]);

/* RFC 8032 Ed25519 over `message`. Refuses S >= L, non-canonical R and points of small order: the strictest verifier wins. */
bool wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE]);

void wire_ed25519_sign(uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t seed[ED25519_SEED_SIZE]);
void wire_ed25519_point(uint8_t point[ED25519_POINT_SIZE], const uint8_t seed[ED25519_SEED_SIZE]);

/* Unpredictable bytes. The firmware's port halts in LOCKED when it has none. */
void wire_random(uint8_t *out, size_t len);

/* Overwrites a secret in a way the compiler does not remove. */
void wire_wipe(void *secret, size_t len);

static inline void
wire_sha256_of(uint8_t digest[SHA256_SIZE], struct span bytes)
{
	struct wire_sha256 h;

	wire_sha256_init(&h);
	wire_sha256_update(&h, bytes);
	wire_sha256_final(&h, digest);
}

#endif
