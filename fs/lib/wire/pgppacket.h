/*
 * What OpenPGP is made of (RFC 4880 3.2 and 4.2): packets, and numbers in the one canonical form, whose count of bits is exact, so
 * that there is no leading zero byte; zero itself does not occur. Takers advance *rest; when they return false all is unspecified.
 */
#ifndef WIRE_PGPPACKET_H
#define WIRE_PGPPACKET_H

#include "span.h"

enum pgp_tag {
	PGP_SIGNATURE = 2,
	PGP_PUBLIC_KEY = 6,
	PGP_USER_ID = 13,
	PGP_PUBLIC_SUBKEY = 14,
	PGP_USER_ATTRIBUTE = 17,
};

/* RFC 4880 5.2.3.1; those that somebody here asks for. */
enum pgp_subpacket_type {
	PGP_CREATED = 2,
	PGP_EXPIRES = 3, /* the signature */
	PGP_ISSUER = 16, /* key id */
	PGP_NOTATION = 20,
	PGP_KEY_FLAGS = 27,
	PGP_SIGNERS_USER_ID = 28,
	PGP_EMBEDDED_SIGNATURE = 32,
	PGP_ISSUER_FINGERPRINT = 33,
};

struct pgp_packet {
	enum pgp_tag tag; /* or a number that the list does not have */
	struct span body;
};

struct pgp_subpacket {
	enum pgp_subpacket_type type; /* or a number below 128 that the list does not have */
	bool critical;
	struct span body;
};

/* The next `len` bytes. */
bool pgp_take(struct span *part, struct span *rest, size_t len);

/* The next packet, of either format; no partial or indeterminate length. */
bool pgp_take_packet(struct pgp_packet *packet, struct span *rest);

/* The next subpacket of a signature, its length in any of the three forms. */
bool pgp_take_subpacket(struct pgp_subpacket *subpacket, struct span *rest);

/* The next number's bytes. */
bool pgp_take_number(struct span *number, struct span *rest);

/* Writes a big-endian number, less its leading zero bytes; `out` has room for 2 + number.len. Returns the length. */
size_t pgp_put_number(uint8_t *out, struct span number);

#endif
