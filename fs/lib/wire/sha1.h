/*
 * SHA-1 (FIPS 180-4), for OpenPGP v4 fingerprints and git object ids only: names, never evidence. In wire/ because the firmware
 * composes its own certificate and libsodium has no SHA-1.
 */
#ifndef WIRE_SHA1_H
#define WIRE_SHA1_H

#include "span.h"

enum { SHA1_SIZE = 20 };

struct sha1 {
	uint32_t h[5];
	uint64_t bytes;
	uint8_t block[64];
};

void sha1_init(struct sha1 *s);
void sha1_update(struct sha1 *s, struct span bytes);
void sha1_final(struct sha1 *s, uint8_t digest[SHA1_SIZE]);

#endif
