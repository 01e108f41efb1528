/*
 * The scalar forms of format 1: what a value may look like, and the only functions that read or write them.
 * Readers accept exactly the canonical form and leave `*out` alone otherwise. Writers fill a caller's buffer.
 */
#ifndef WIRE_TEXT_H
#define WIRE_TEXT_H

#include "crypto.h"
#include "span.h"

enum {
	ARCHIVE_ID_SIZE = 16,
	NONCE_SIZE = 16,
	FINGERPRINT_SIZE = 20,	  /* OpenPGP v4, RFC 4880 12.2 */
	OBJECT_ID_SIZE = 20,	  /* git, SHA-1 */
	VALUE_MAX = 256,
	PATH_MAX_BYTES = 150,	  /* one component */
	ID_MAX = 32,
	TIME_TEXT = 20,		  /* 2026-11-22T07:00:00Z */
	HEX_DIGEST = 64,
};

/* Lower-case hexadecimal of exactly `len` bytes. */
bool text_get_hex(uint8_t *out, size_t len, struct span text);
void text_put_hex(char *out, const uint8_t *bytes, size_t len); /* writes 2 * len characters and a NUL */

/* Decimal without leading zeros or sign, at most UINT64_MAX. */
bool text_get_number(uint64_t *out, struct span text);
size_t text_put_number(char out[21], uint64_t n); /* returns the length; NUL-terminated */

/* YYYY-MM-DDThh:mm:ssZ of the proleptic Gregorian calendar, 1970 to 9999; seconds since 1970 without leap seconds. */
bool text_get_time(int64_t *out, struct span text);
void text_put_time(char out[TIME_TEXT + 1], int64_t seconds);

/* An id: 1 to 32 of a-z 0-9 '-', and A-Z (seals: S-0007); begins with a letter, does not end in '-'. */
bool text_is_id(struct span text);

/* A role, an act's name: an id of lower-case letters, digits and '-'. */
bool text_is_word(struct span text);

/*
 * A subject's path: components of A-Z a-z 0-9 '.' '_' '-', each 1 to 150 bytes, separated by single '/', at most 256 bytes;
 * no component is "." or "..", begins with '.' or '-', or ends in '.'; none is a device name of Windows or begins with ".git".
 * Spaces of free files hold other names; those are not subjects' paths (see wire/tree.h).
 */
bool text_is_path(struct span text);

/* The position and radius forms: "none", or signed decimal degrees "LAT,LON" with up to six digits behind the point. */
bool text_is_position(struct span text);

/*
 * A value: 1 to 256 bytes of valid UTF-8 without control, bidirectional, invisible or unassigned-plane characters, that
 * neither begins nor ends with a space. (NFC is checked on the host, where the tables are: fs/lib/nfc.h.)
 */
bool text_is_value(struct span text);

/* The same for a name in a tree: as a value, and also safe on Windows and in git. At most 150 bytes. */
bool text_is_name(struct span text);

#endif
