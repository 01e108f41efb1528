/*
 * The functions of libsodium that an image calls, done by the host's: for imageskip.c, which would wait for Ed25519 a million times. Verdicts on signatures are
 * remembered. What is asked of them with a length that nothing can have ends the run.
 */
#ifndef TESTS_HELPERS_IMAGELIBRARY_H
#define TESTS_HELPERS_IMAGELIBRARY_H

#include <sodium.h>

#include "cortex.h"
#include "imagereads.h"

enum { LIBRARY_LENGTH_MAX = CHIP_FLASH_SIZE, LIBRARY_MEMO = 256 };

static uint8_t library_seed[crypto_sign_SEEDBYTES]; /* the latest key was made of */

static inline bool
library_read(uc_engine *cpu, uint32_t address, void *out, uint64_t len)
{
	touch_memory(address, (uint32_t)len, READ_FIRST);
	return uc_mem_read(cpu, address, out, len) == UC_ERR_OK;
}

/* Into RAM: flash is not written to as memory is. */
static inline bool
library_write(uc_engine *cpu, uint32_t address, const void *bytes, uint64_t len)
{
	if (address - CHIP_RAM >= CHIP_RAM_SIZE)
		return false;
	touch_memory(address, (uint32_t)len, WRITTEN);
	return uc_mem_write(cpu, address, bytes, len) == UC_ERR_OK;
}

static inline uint32_t
library_argument(uc_engine *cpu, unsigned index)
{
	uint32_t value = 0;

	if (index < 4)
		return cortex_get(cpu, UC_ARM_REG_R0 + (int)index);
	library_read(cpu, cortex_get(cpu, UC_ARM_REG_SP) + 4 * (index - 4), &value, sizeof(value));
	return value;
}

/* The bytes that argument names; NULL: there are none. Good until the next call. */
static inline const uint8_t *
library_bytes(uc_engine *cpu, uint32_t address, uint64_t len)
{
	static uint8_t bytes[LIBRARY_LENGTH_MAX];

	return len <= LIBRARY_LENGTH_MAX && library_read(cpu, address, bytes, len) ? bytes : NULL;
}

static inline uint64_t
library_length(uc_engine *cpu, unsigned index)
{
	return library_argument(cpu, index) | (uint64_t)library_argument(cpu, index + 1) << 32;
}

/* ---- signatures ---- */

static inline bool
library_verdict(const uint8_t signature[crypto_sign_BYTES], const uint8_t *message, uint64_t len, const uint8_t point[crypto_sign_PUBLICKEYBYTES])
{
	static struct {
		uint8_t digest[crypto_generichash_BYTES];
		bool holds;
	} memo[LIBRARY_MEMO];
	static unsigned known;
	uint8_t digest[crypto_generichash_BYTES];
	crypto_generichash_state h;

	crypto_generichash_init(&h, NULL, 0, sizeof(digest));
	crypto_generichash_update(&h, signature, crypto_sign_BYTES);
	crypto_generichash_update(&h, point, crypto_sign_PUBLICKEYBYTES);
	crypto_generichash_update(&h, message, len);
	crypto_generichash_final(&h, digest, sizeof(digest));
	for (unsigned i = 0; i < known && i < LIBRARY_MEMO; i++)
		if (memcmp(memo[i].digest, digest, sizeof(digest)) == 0)
			return memo[i].holds;
	memcpy(memo[known % LIBRARY_MEMO].digest, digest, sizeof(digest));
	return memo[known++ % LIBRARY_MEMO].holds = crypto_sign_verify_detached(signature, message, len, point) == 0;
}

static inline bool
library_verify(uc_engine *cpu)
{
	uint8_t signature[crypto_sign_BYTES], point[crypto_sign_PUBLICKEYBYTES];
	uint64_t len = library_length(cpu, 2);
	const uint8_t *message = library_bytes(cpu, library_argument(cpu, 1), len);

	if (message == NULL || !library_read(cpu, library_argument(cpu, 0), signature, sizeof(signature)) ||
	    !library_read(cpu, library_argument(cpu, 4), point, sizeof(point)))
		return false;
	cortex_return(cpu, library_verdict(signature, message, len, point) ? 0 : UINT32_MAX);
	return true;
}

/* The first 64-bit argument lies on the stack: registers of one must be an even pair. */
static inline bool
library_sign(uc_engine *cpu)
{
	uint8_t signature[crypto_sign_BYTES], secret[crypto_sign_SECRETKEYBYTES];
	uint64_t len = library_length(cpu, 4);
	const uint8_t *message = library_bytes(cpu, library_argument(cpu, 2), len);

	if (message == NULL || !library_read(cpu, library_argument(cpu, 6), secret, sizeof(secret)))
		return false;
	crypto_sign_detached(signature, NULL, message, len, secret);
	if (!library_write(cpu, library_argument(cpu, 0), signature, sizeof(signature)))
		return false;
	cortex_return(cpu, 0);
	return true;
}

static inline bool
library_keypair(uc_engine *cpu)
{
	uint8_t point[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], seed[crypto_sign_SEEDBYTES];

	if (!library_read(cpu, library_argument(cpu, 2), seed, sizeof(seed)))
		return false;
	memcpy(library_seed, seed, sizeof(seed));
	crypto_sign_seed_keypair(point, secret, seed);
	if (!library_write(cpu, library_argument(cpu, 0), point, sizeof(point)) ||
	    !library_write(cpu, library_argument(cpu, 1), secret, sizeof(secret)))
		return false;
	cortex_return(cpu, 0);
	return true;
}

/* ---- digests ---- */

/* The state lies in the image's memory, and is only ever used by these. */
#define LIBRARY_HASH(name, size) \
	static inline bool library_##name##_init(uc_engine *cpu) \
	{ \
		crypto_hash_##name##_state h = {0}; \
\
		crypto_hash_##name##_init(&h); \
		if (!library_write(cpu, library_argument(cpu, 0), &h, sizeof(h))) \
			return false; \
		cortex_return(cpu, 0); \
		return true; \
	} \
	static inline bool library_##name##_update(uc_engine *cpu) \
	{ \
		uint64_t len = library_length(cpu, 2); \
		const uint8_t *bytes = library_bytes(cpu, library_argument(cpu, 1), len); \
		crypto_hash_##name##_state h; \
\
		if (bytes == NULL || !library_read(cpu, library_argument(cpu, 0), &h, sizeof(h))) \
			return false; \
		crypto_hash_##name##_update(&h, bytes, len); \
		library_write(cpu, library_argument(cpu, 0), &h, sizeof(h)); \
		cortex_return(cpu, 0); \
		return true; \
	} \
	static inline bool library_##name##_final(uc_engine *cpu) \
	{ \
		crypto_hash_##name##_state h; \
		uint8_t digest[size]; \
\
		if (!library_read(cpu, library_argument(cpu, 0), &h, sizeof(h))) \
			return false; \
		crypto_hash_##name##_final(&h, digest); \
		memset(&h, 0, sizeof(h)); \
		library_write(cpu, library_argument(cpu, 0), &h, sizeof(h)); \
		if (!library_write(cpu, library_argument(cpu, 1), digest, sizeof(digest))) \
			return false; \
		cortex_return(cpu, 0); \
		return true; \
	}
LIBRARY_HASH(sha256, crypto_hash_sha256_BYTES)
LIBRARY_HASH(sha512, crypto_hash_sha512_BYTES)

static const struct library {
	const char *name;
	bool (*function)(uc_engine *cpu); /* false: no such memory */
} library[] = {
	{"crypto_sign_ed25519_verify_detached", library_verify},
	{"crypto_sign_ed25519_detached", library_sign},
	{"crypto_sign_ed25519_seed_keypair", library_keypair},
	{"crypto_hash_sha256_init", library_sha256_init},
	{"crypto_hash_sha256_update", library_sha256_update},
	{"crypto_hash_sha256_final", library_sha256_final},
	{"__wrap_crypto_hash_sha512_init", library_sha512_init},
	{"__wrap_crypto_hash_sha512_update", library_sha512_update},
	{"__wrap_crypto_hash_sha512_final", library_sha512_final},
};

enum { LIBRARY_FUNCTIONS = sizeof(library) / sizeof(library[0]) };

#endif
