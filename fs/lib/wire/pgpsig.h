/*
 * OpenPGP v4 signatures (RFC 4880 5.2; EdDSA: draft-ietf-openpgp-rfc4880bis, algorithm 22), read strictly: one packet in the old format with the
 * shortest length, version 4, hash SHA-256, SHA-384 or SHA-512; unhashed area: the issuer key id (16) that ends the fingerprint, nothing else;
 * canonical MPIs. Malleable bytes are thereby fixed: whoever does not hold the key cannot write a second form of an EdDSA signature. (ECDSA and RSA
 * have other forms by arithmetic, s and n - s; no identity may depend on their bytes.)
 *
 * The hashed area is signed, and so is as its maker's program wrote it. In it, in any order, each once at most, and nothing else:
 *
 *	issuer fingerprint (33), creation time (2)    both must be there
 *	issuer key id (16)      the one that ends the fingerprint                        written by sq
 *	expiration (3)          0: never                                                 written by rnp
 *	signer's user id (28)   in a text's signature                                    written by gpg when it was given a mail address
 *	notation (20)           a salt, `salt@notations.sequoia-pgp.org` or `...openpgpjs.org`: random bytes that mean nothing
 *	key flags (27)          in a certification
 *
 * Whatever would limit what is signed, or has to be understood, is not among them.
 */
#ifndef WIRE_PGPSIG_H
#define WIRE_PGPSIG_H

#include "code.h"
#include "text.h"

enum { PGPSIG_MAX = 1200, PGPSIG_ED25519_MAX = 160 };

enum pgpsig_type { PGPSIG_BINARY = 0x00, PGPSIG_POSITIVE_CERTIFICATION = 0x13 };
enum pgp_algorithm { PGP_RSA = 1, PGP_ECDSA = 19, PGP_EDDSA = 22 };
enum pgp_hash { PGP_SHA256 = 8, PGP_SHA384 = 9, PGP_SHA512 = 10 };

struct pgpsig {
	enum pgpsig_type type;
	enum pgp_algorithm algorithm;
	enum pgp_hash hash;
	uint8_t issuer[FINGERPRINT_SIZE];
	int64_t created;
	struct span hashed; /* version octet through the end of the hashed area: what the hash covers after the text */
	uint8_t left16[2];
	uint8_t rs[ED25519_SIGNATURE_SIZE]; /* EdDSA only: R and S, each padded to 32 */
	struct span numbers;		    /* as they stand at the end of the packet, each canonical */
};

/* Reads one binary signature packet. WIRE_MALFORMED_SIGNATURE otherwise. Spans point into `packet`. */
enum wire_code pgpsig_read(struct pgpsig *sig, struct span packet);

/*
 * Writes the packet with this body in the form above: its head, and in place of the unhashed area, which nothing protects, the key id. Returns its length,
 * 0 when it does not fit, or what is hashed is not as above. Whether the numbers are, pgpsig_read() says.
 */
size_t pgpsig_canonical(uint8_t *out, size_t size, struct span body);

/*
 * Verifies an EdDSA signature over text = head + tail by the given point; checks left16 first. WIRE_BAD_SIGNATURE when it
 * does not fit, WIRE_MALFORMED_SIGNATURE when the algorithm is not EdDSA or the hash not SHA-256/512 (for the others see fs/lib/keys/publickey.h).
 */
enum wire_code pgpsig_verify(const struct pgpsig *sig, struct span head, struct span tail, const uint8_t point[ED25519_POINT_SIZE]);

/* The same in two steps, for who needs a digest of the text as well: the one that is signed, from that of the text so far; and verifying that. */
void pgpsig_finish(uint8_t digest[SHA256_SIZE], const struct pgpsig *sig, struct wire_sha256 *text);
enum wire_code pgpsig_verify_digest(const struct pgpsig *sig, struct span digest, const uint8_t point[ED25519_POINT_SIZE]);

/*
 * Signs text = head + tail with our own key: type, SHA-256, the two hashed subpackets, the unhashed key id. For type 0x13 the text is
 * the certificate's own (pgpkey.c). `extra` is appended to the hashed area: a key flags subpacket; empty for type 0x00.
 * Returns the packet's length, 0 when it does not fit, `extra` would not be read back, or `created` is not a time of OpenPGP's 32 bits.
 */
size_t pgpsig_write(uint8_t *out, size_t size, enum pgpsig_type type, struct span head, struct span tail, const uint8_t seed[ED25519_SEED_SIZE],
		    const uint8_t fingerprint[FINGERPRINT_SIZE], int64_t created, struct span extra);

#endif
