/*
 * SHA-512 (FIPS 180-4), which libsodium has unrolled to 7 KiB: here in one. The linker puts these in the place of libsodium's (--wrap), whose state they keep;
 * tests/unit/sha512.c compares them with the originals.
 */
#ifndef ARM_SHA512_H
#define ARM_SHA512_H

#include <sodium/crypto_hash_sha512.h>

int __wrap_crypto_hash_sha512_init(crypto_hash_sha512_state *h);
int __wrap_crypto_hash_sha512_update(crypto_hash_sha512_state *h, const unsigned char *bytes, unsigned long long len);
int __wrap_crypto_hash_sha512_final(crypto_hash_sha512_state *h, unsigned char *digest);
int __wrap_crypto_hash_sha512(unsigned char *digest, const unsigned char *bytes, unsigned long long len);

#endif
