/*
 * Frames between host and seal: 4-byte big-endian length of what follows, one type octet, payload. The same over two USB bulk
 * endpoints and over a UART. The host asks, the device answers each request with exactly one frame, in order.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "code.h"
#include "text.h"

enum {
	FRAME_PROTOCOL = 1,
	FRAME_HEAD = 5,
	FRAME_PAYLOAD_MAX = 2048,
	FRAME_MAX = FRAME_HEAD + FRAME_PAYLOAD_MAX,
	FRAME_TABLE_CHUNK = 1024,
	BUNDLE_ACTS_MAX = 12,
};

enum frame_type {
	/* requests */
	FRAME_HELLO = 0x01,	   /* -> IDENTITY. Always allowed; does not change the state */
	FRAME_CERTIFICATE = 0x02,  /* -> TEXT: the device's OpenPGP certificate, binary */
	FRAME_ENROL = 0x03,	   /* the administrator's point (32), the registrar's fingerprint and point (20 + 32), then the raw
				      seal-enrol act -> RESULT. Once. */
	FRAME_TABLE = 0x04,	   /* offset (4), chunk: the text of the seal-table act shown last, which is shown once more behind it -> RESULT */
	FRAME_BEGIN = 0x05,	   /* new bundle, new nonce -> IDENTITY */
	FRAME_ACT = 0x06,	   /* raw commit -> RESULT */
	FRAME_OPEN = 0x07,	   /* judge the bundle; armed when granted -> RESULT with the presses of this session (decimal) */
	FRAME_ECHO = 0x08,	   /* code read from the display (16) -> RESULT; TOO-LATE for the one just replaced, any other wrong one locks */
	FRAME_PRESS = 0x09,	   /* energise once; needs the last code echoed -> RESULT at once; the press follows in STATUS */
	FRAME_STATUS = 0x0a,	   /* -> STATUS */
	FRAME_CLOSE = 0x0b,	   /* lock -> RESULT */
	FRAME_RECEIPT = 0x0c,	   /* counter (8) -> RECEIPT, or RESULT when there is none */
	FRAME_PHOTO = 0x0d,	   /* counter of a press (8), SHA-256 of the photo (32) -> RECEIPT */
	FRAME_EVIDENCE = 0x0e,	   /* Bundle-SHA256 of a receipt (32), index (1) -> TEXT: the raw act, or RESULT when there is none */
	FRAME_IMAGE = 0x0f,	   /* -> IMAGE: what runs, and where the next one goes; RESULT NOT-ALLOWED of a seal without a boot stage */
	FRAME_UPDATE = 0x10,	   /* offset (4), chunk: of the image (wire/image.h) that INSTALL puts into force -> RESULT */
	FRAME_INSTALL = 0x11,	   /* -> RESULT; when OK the seal starts again, with the new image on trial */

	/* answers */
	FRAME_RESULT = 0x81,	   /* code (2), detail (rest: of OPEN the number of presses, decimal; else empty) */
	FRAME_IDENTITY = 0x82,	   /* struct frame_identity */
	FRAME_TEXT = 0x83,
	FRAME_STATUS_IS = 0x84,	   /* struct frame_status */
	FRAME_RECEIPT_IS = 0x85,   /* text length (2), text, signature packet */
	FRAME_IMAGE_IS = 0x86,	   /* struct frame_image */
};

enum device_state { DEVICE_LOCKED = 0, DEVICE_VERIFYING = 1, DEVICE_ARMED = 2, DEVICE_STAMPING = 3 };

/*
 * 16 archive, 20 device key, 8 epoch, 8 boot, 8 counter, 8 acknowledged, 8 table version, 8 state floor, 16 nonce, 32 point,
 * 1 state, 1 protocol, 2 reserved zero, then device id and seal id, each one length octet and that many bytes
 */
struct frame_identity {
	uint8_t archive[ARCHIVE_ID_SIZE]; /* zero before enrolment */
	uint8_t key[FINGERPRINT_SIZE];
	uint64_t epoch, boot, counter, acknowledged, table_version, state_floor;
	uint8_t nonce[NONCE_SIZE];
	uint8_t point[ED25519_POINT_SIZE];
	enum device_state state;
	uint8_t protocol;
	char device[ID_MAX + 1], seal[ID_MAX + 1]; /* empty before enrolment */
};

/*
 * 1 state, 1 echo wanted, 2 code of the last lock, 8 presses left in this session, 8 presses done, 8 counter of the last receipt,
 * 4 milliseconds to the deadline
 */
struct frame_status {
	enum device_state state;
	bool echo_wanted; /* a code must be echoed before the next press: this one was not yet, or it is still that of the last press */
	enum wire_code reason;
	uint64_t left, done, counter;
	uint32_t deadline;
};

/* 4 version, 4 counter, 4 address of the next image, 1 on trial, 3 reserved zero, 32 digest of the code, then the board: one length octet and that many bytes */
struct frame_image {
	uint32_t version;
	uint32_t counter; /* no image with a lower version is accepted */
	uint32_t next;	  /* an update must have an image for this address */
	bool trial;	  /* it has not confirmed itself yet: the seal would start the one before */
	uint8_t digest[SHA256_SIZE];
	char board[ID_MAX + 1];
};

struct frame {
	enum frame_type type;
	struct span payload;
};

/*
 * Reads one frame from the front of a buffer. Returns its length in all; 0 with *code WIRE_OK when more bytes are needed, 0 with
 * WIRE_MALFORMED_FRAME or WIRE_TOO_LONG for what can never become a frame.
 */
size_t frame_read(struct frame *frame, struct span buffer, enum wire_code *code);
size_t frame_write(uint8_t *out, size_t size, enum frame_type type, struct span payload);

/* What RESULT and RECEIPT carry: writers fill a payload and return its length, 0 when it does not fit. */
bool frame_read_result(enum wire_code *code, struct span *detail, struct span payload);
size_t frame_write_result(uint8_t *out, size_t size, enum wire_code code, struct span detail);
bool frame_read_receipt(struct span *text, struct span *packet, struct span payload);
size_t frame_write_receipt(uint8_t *out, size_t size, struct span text, struct span packet);

bool frame_read_identity(struct frame_identity *id, struct span payload);
size_t frame_write_identity(uint8_t *out, size_t size, const struct frame_identity *id);
bool frame_read_status(struct frame_status *status, struct span payload);
size_t frame_write_status(uint8_t *out, size_t size, const struct frame_status *status);
bool frame_read_image(struct frame_image *image, struct span payload);
size_t frame_write_image(uint8_t *out, size_t size, const struct frame_image *image);

#endif
