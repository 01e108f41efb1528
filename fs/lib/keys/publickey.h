/*
 * Whether a signature's numbers fit a digest and a key: Ed25519 by wire's own code, RSA (PKCS #1, version 1.5) and ECDSA on NIST's curves by OpenSSL. For
 * the signatures inside certificates, which hold keys together (subkey.h).
 */
#ifndef CH_PUBLICKEY_H
#define CH_PUBLICKEY_H

#include "wire/pgpkey.h"

/*
 * `numbers`: as they stand at the end of a signature packet. `parts`: all that the hash covers, in this order. `left16` are the two bytes of the digest
 * that the packet repeats. False as well when the curve, or a number, is none that we know.
 */
bool ch_publickey_verify(const struct pgpkey *key, enum pgp_hash hash, const struct span *part, size_t parts, const uint8_t left16[2], struct span numbers);

#endif
