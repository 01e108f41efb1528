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
	FINGERPRINT_SIZE = 20, /* OpenPGP v4, RFC 4880 12.2 */
	OBJECT_ID_SIZE = 20,   /* git, SHA-1 */
	VALUE_MAX = 256,
	PATH_MAX_BYTES = 150, /* one component */
	ID_MAX = 32,
	TIME_TEXT = 20, /* 2026-11-22T07:00:00Z */
	HEX_DIGEST = 64,
};

#define TEXT_TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* Appends bytes to out at *at and moves *at behind them; false, and nothing is done, when they do not fit. No NUL. */
bool text_append(char *out, size_t size, size_t *at, struct span bytes);

/* Fills all of out with what fits of the text and zeros behind it, one at least. */
void text_copy(char *out, size_t size, struct span text);

/* Lower-case hexadecimal of exactly `len` bytes. */
bool text_get_hex(uint8_t *out, size_t len, struct span text);
void text_put_hex(char *out, const uint8_t *bytes, size_t len); /* writes 2 * len characters and a NUL */

/* Decimal without leading zeros or sign, at most UINT64_MAX. */
bool text_get_number(uint64_t *out, struct span text);
size_t text_put_number(char out[21], uint64_t n); /* returns the length; NUL-terminated */

/* *n becomes *n / by, the remainder is returned: by 32-bit steps, since a seal's processor has no others and its image no room for the library's (docs/decisions/0048). */
uint32_t divide(uint64_t *n, uint16_t by);

/* YYYY-MM-DDThh:mm:ssZ of the proleptic Gregorian calendar, 1970 to 9999; seconds since 1970 without leap seconds. */
bool text_get_time(int64_t *out, struct span text);
void text_put_time(char out[TIME_TEXT + 1], int64_t seconds); /* before or behind that range: its nearest end */

/* An id: 1 to 32 of a-z 0-9 '-', and A-Z (seals: S-0007); begins with a letter, does not end in '-', is not "none". */
bool text_is_id(struct span text);

/* A role, an act's name: an id of lower-case letters, digits and '-'. */
bool text_is_word(struct span text);

/*
 * A subject's path: components of A-Z a-z 0-9 '.' '_' '-', each 1 to 150 bytes, separated by single '/', at most 256 bytes;
 * no component is "." or "..", begins with '.' or '-', or ends in '.'; none is a device name of Windows or begins with ".git".
 * Spaces of free files hold other names; those are not subjects' paths (see wire/tree.h).
 */
bool text_is_path(struct span text);

/* Signed decimal degrees "LAT,LON" with up to six digits behind the point, within 90 and 180. (none is the statement's affair.) */
bool text_is_position(struct span text);

/*
 * A value: 1 to 256 bytes of valid UTF-8 without control, bidirectional, invisible or unassigned-plane characters, that
 * neither begins nor ends with a space. (NFC is checked on the host, where the tables are: fs/lib/base/nfc.h.)
 */
bool text_is_value(struct span text);

/*
 * A name in a tree: a value of at most 150 bytes that git and Windows can hold: none of / \ : * ? " < > |, not ending in '.', not a
 * device name of Windows (with or without extension), not beginning with ".git", "git~" or ".lfsconfig" in any case: nothing tells git or git-lfs
 * what to do.
 */
bool text_is_name(struct span text);

#endif
