/*
 * Receipts: what a seal says it did. A text that only the device composes, in the record grammar, and an OpenPGP signature over
 * exactly that text by the key made on the device, so that stock gpg verifies it. Each names the digest of the one before.
 */
#ifndef WIRE_RECEIPT_H
#define WIRE_RECEIPT_H

#include "code.h"
#include "pgpsig.h"
#include "text.h"

enum { RECEIPT_MAX = 1024 };

enum receipt_kind {
	RECEIPT_BOOT,	/* Bundle-SHA256: the digest of the image that runs (wire/image.h), where there is one */
	RECEIPT_ARM,
	RECEIPT_PRESS,
	RECEIPT_ABORT,	/* a session that its user did not close, or a press that was not seen to be made */
	RECEIPT_TAMPER,
	RECEIPT_DIE,
	RECEIPT_TABLE,	/* Bundle-SHA256: the act id of the table */
	RECEIPT_PHOTO,
	RECEIPT_KINDS
};

/*
 * Keys in this order, each once: Format Device Epoch Boot Counter Kind Subject-SHA256 Bundle-SHA256 Code Watch Time Time-Quality
 * Previous-SHA256. Bundle-SHA256 is SHA-256 over the ids (32 bytes each) of the acts shown, in their order.
 */
struct receipt {
	struct span device;
	uint64_t epoch, boot, counter;
	enum receipt_kind kind;
	uint8_t subject[SHA256_SIZE], bundle[SHA256_SIZE]; /* zero: none */
	uint8_t code[NONCE_SIZE];			   /* what the display showed; zero: none */
	bool has_subject, has_bundle, has_code, has_photo;
	uint8_t photo[SHA256_SIZE];			   /* photo receipts only; the key is Watch: "photo <digest>" */
	bool watched;					   /* Watch: "seen" (code echoed in time) or "none" */
	int64_t time;
	bool time_trusted;				   /* Time-Quality: "trusted" or "floor" */
	uint8_t previous[SHA256_SIZE];			   /* digest of the previous receipt's text; zero at the first */
};

/* Strict. WIRE_MALFORMED_RECORD otherwise. */
enum wire_code receipt_read(struct receipt *r, struct span text);
size_t receipt_write(char *out, size_t size, const struct receipt *r);
const char *receipt_kind_name(enum receipt_kind kind);

#endif
