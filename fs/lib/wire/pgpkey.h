/*
 * OpenPGP v4 public keys and certificates (RFC 4880 5.5, 11.1). Reads what gpg exports: a primary key, user ids, their
 * certifications, subkeys with their bindings; the primary key is RSA of 2048 bits or more, ECDSA or Ed25519. Which certifications hold is
 * gpg's concern, who a key belongs to the register's. Writes the minimal certificate of a key of our own: primary Ed25519 key, one user id, one
 * self-certification (0x13, key flags: certify and sign, no expiry), which stock gpg imports.
 */
#ifndef WIRE_PGPKEY_H
#define WIRE_PGPKEY_H

#include "code.h"
#include "pgpsig.h"
#include "text.h"

enum { PGPKEY_CERTIFICATE_MAX = 65536, PGPKEY_OWN_MAX = 512, PGPKEY_USER_ID_MAX = 128 };

struct pgpkey {
	uint8_t fingerprint[FINGERPRINT_SIZE];
	enum pgp_algorithm algorithm;
	int64_t created;
	uint8_t point[ED25519_POINT_SIZE]; /* EdDSA on Ed25519 only; all zero otherwise */
	struct span material;		   /* algorithm and numbers: what the secret belongs to, whenever the key says it was created */
	struct span user_id;		   /* the first; shown to people, decides nothing */
};

/*
 * Reads the primary key of a binary certificate and walks all its packets. WIRE_MALFORMED_KEY otherwise. Whether a subkey in it may sign is a question of
 * signatures by both: fs/lib/keys/subkey.h.
 */
enum wire_code pgpkey_read(struct pgpkey *key, struct span certificate);

/* The body of one packet, of a primary key or a subkey; it has no user id. WIRE_MALFORMED_KEY when it is of a kind that does not sign acts. */
enum wire_code pgpkey_read_body(struct pgpkey *key, struct span body);

/* The fingerprint of whatever v4 key has this packet's body, at most 65,535 bytes. */
void pgpkey_fingerprint_of(uint8_t fingerprint[FINGERPRINT_SIZE], struct span body);

/* The fingerprint of a v4 Ed25519 primary key: SHA-1 over 0x99, length, packet body. */
void pgpkey_fingerprint(uint8_t fingerprint[FINGERPRINT_SIZE], const uint8_t point[ED25519_POINT_SIZE], int64_t created);

/* Writes the certificate of our own key; user_id of 1 to PGPKEY_USER_ID_MAX bytes. Returns its length, 0 when it does not fit. */
size_t pgpkey_write(uint8_t *out, size_t size, const uint8_t seed[ED25519_SEED_SIZE], int64_t created, struct span user_id);

#endif
