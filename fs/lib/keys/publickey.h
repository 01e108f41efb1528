/*
 * Whether a signature fits what it covers and a key: Ed25519 by wire's own code; RSA (PKCS #1, version 1.5) and ECDSA on the curves that gpg has, NIST's,
 * Brainpool's and secp256k1, by OpenSSL. In process, and without a clock: of who may sign when, the archive's own record speaks (decisions/0037).
 *
 * Where gpg is stricter, so are we: an ECDSA digest is as long as the numbers of its curve, or has 512 bits. Where we are stricter, gpg's word is not
 * asked for: a number that is not below the modulus or the order, or a point that is not written in full, is refused, and so is an exponent that is even or 1.
 */
#ifndef CH_PUBLICKEY_H
#define CH_PUBLICKEY_H

#include "wire/act.h"
#include "wire/pgpkey.h"

/* Of head + tail, as acts and proofs are signed. WIRE_BAD_SIGNATURE; of Ed25519 what pgpsig_verify() says. */
enum wire_code ch_publickey_verify_text(const struct pgpkey *key, const struct pgpsig *sig, struct span head, struct span tail);

/* Of an act that was read: the same, without reading its payload once more where act_read() has its digest. */
enum wire_code ch_publickey_verify_act(const struct pgpkey *key, const struct act *act);

/*
 * Of the signatures inside certificates, which hold keys together (subkey.h). `numbers`: as they stand at the end of a signature packet. `parts`: all that the hash covers, in this order. `left16` are the two bytes of the digest
 * that the packet repeats. False as well when the curve, or a number, is none that we know.
 */
bool ch_publickey_verify(const struct pgpkey *key, enum pgp_hash hash, const struct span *part, size_t parts, const uint8_t left16[2], struct span numbers);

#endif
