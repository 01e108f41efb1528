/*
 * An image of the seal's firmware: a head of 512 bytes that says for what it is made and who vouches for it, then the code. An update is one or more of them, one
 * behind the other: the same release for each place in the board's memory where it can lie.
 *
 *	0	24	"chancery seal image 1\n", zeros: no signature over anything else is one over this
 *	24	32	board, an id, padded with zeros
 *	56	4	version, from 1
 *	60	4	address: where the head lies in the board's memory
 *	64	4	size of the code, a multiple of 8
 *	68	4	zero
 *	72	32	SHA-256 of the code
 *	104	192	Ed25519 signatures over the 104 bytes before, one for each update key in the order of the keys; zeros: has not signed
 *	296	216	zero
 */
#ifndef WIRE_IMAGE_H
#define WIRE_IMAGE_H

#include "code.h"
#include "text.h"

enum {
	IMAGE_HEAD = 512,
	IMAGE_SIGNED = 104,
	IMAGE_KEYS = 3,
	IMAGE_SIGNERS = 2, /* so many of them must have signed */
	IMAGE_UNIT = 8,	   /* of the size */
	IMAGE_SLOT = 128 * 1024,
	IMAGE_CODE_MAX = IMAGE_SLOT - IMAGE_HEAD,
};

struct image {
	char board[ID_MAX + 1];
	uint32_t version, address;
	uint8_t digest[SHA256_SIZE];
	struct span head; /* IMAGE_HEAD bytes */
	struct span code;
};

/* The three points that may vouch for an image. */
struct image_keys {
	uint8_t point[IMAGE_KEYS][ED25519_POINT_SIZE];
};

/* What the boot stage has behind its vectors, in bytes only: the keys are burnt there, zeros until then. An image that runs finds them there as well. */
enum { BOOT_KEYS_AT = 64 };
struct boot_keys {
	char magic[16]; /* "chancery keys 1\n", without a NUL */
	char board[ID_MAX]; /* padded with zeros */
	struct image_keys keys;
};
#define BOOT_KEYS_MAGIC "chancery keys 1\n"

/* Those of the boot stage that begins with these bytes; NULL: it is none. */
const struct boot_keys *boot_keys_in(struct span stage);

/*
 * Reads the image at the front of `bytes`, which may go on behind it. WIRE_MALFORMED_IMAGE otherwise, also when it is not whole. Spans point into `bytes`. What it
 * says is not verified by that.
 */
enum wire_code image_read(struct image *image, struct span bytes);

static inline size_t
image_size(const struct image *image)
{
	return image->head.len + image->code.len;
}

/* Fills a head for `code`, which nobody has signed. False when board, version, address or size are none. */
bool image_write_head(uint8_t head[IMAGE_HEAD], const struct image *image);

/* Three different keys, none of them zeros. */
bool image_keys_are_usable(const struct image_keys *keys);

/* Whether the update key with that number has signed; false also when its signature is a wrong one. */
bool image_has_signature(const struct image *image, unsigned key);
bool image_signed_by(const struct image *image, unsigned key, const struct image_keys *keys);
void image_sign(uint8_t head[IMAGE_HEAD], unsigned key, const uint8_t signature[ED25519_SIGNATURE_SIZE]);

/*
 * Two different keys have signed the head, whoever else has is right as well, and the code is what the head says: WIRE_FEW_SIGNATURES, WIRE_BAD_SIGNATURE,
 * WIRE_MALFORMED_IMAGE. Keys that are not usable vouch for nothing.
 */
enum wire_code image_verify(const struct image *image, const struct image_keys *keys);

#endif
