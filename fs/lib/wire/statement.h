/*
 * Statements: the `Key: value` block that ends the message of every act (docs/formats/1, acts.md section 2), and the plain
 * records of the same grammar that lie in the tree. One reader and one writer for host and firmware.
 *
 * A statement is read into fixed slots: values are spans of the caller's buffer, which must outlive the statement.
 */
#ifndef WIRE_STATEMENT_H
#define WIRE_STATEMENT_H

#include "code.h"
#include "text.h"

enum {
	STATEMENT_MAX = 1536,
	STATEMENT_REGISTER_MAX = 8192,
	STATEMENT_KEYS_MAX = 24,
	RECORD_MAX = 65536,
	SUMMARY_MAX = 320, /* NUL included */
};

/* Those that a seal acts on, and all others. */
enum act_kind {
	ACT_DELEGATE,
	ACT_SEAL_ENROL,
	ACT_SEAL_TABLE,
	ACT_APPLY,
	ACT_APPROVE,
	ACT_REJECT,
	ACT_TRANSFER,
	ACT_WITHDRAW,
	ACT_CANCEL,
	ACT_SEAL_STATE,
	ACT_SEAL_SESSION,
	ACT_SEAL_SUSPEND,
	ACT_SEAL_RESUME,
	ACT_SEAL_RETIRE,
	ACT_SEAL_CLOCK,
	ACT_DIE_RELEASE,
	ACT_KINDS_OF_SEALS,

	ACT_FOUND = ACT_KINDS_OF_SEALS,
	ACT_POLICY,
	ACT_PERSON,
	ACT_KEY,
	ACT_KEY_END,
	ACT_REGISTRAR,
	ACT_ADMINISTRATORS,
	ACT_SAVE,
	ACT_DEPOSIT,
	ACT_SEAL_RECORD,
	ACT_SEAL_PHOTO,
	ACT_STAMP,
	ACT_REGISTER,
	ACT_KINDS
};

/* Keys of all kinds. The first ten are common to every act, in this order; then those that kinds of seals have, and all others. */
enum key {
	KEY_FORMAT,
	KEY_ACT,
	KEY_ARCHIVE,
	KEY_ACTOR,
	KEY_KEY,
	KEY_SUBJECT,
	KEY_SUBJECT_SHA256,
	KEY_PREVIOUS_SHA256,
	KEY_POLICY_SHA256,
	KEY_TIME,
	KEYS_COMMON,

	KEY_VERSION = KEYS_COMMON,
	KEY_TO,
	KEY_ROLES,
	KEY_FROM,
	KEY_UNTIL,
	KEY_SEAL,
	KEY_DEVICE,
	KEY_EPOCH,
	KEY_DEVICE_KEY,
	KEY_BOARD,
	KEY_IMAGE_SHA256,
	KEY_COUNTER,
	KEY_PREDECESSOR,
	KEY_TABLE_SHA256,
	KEY_ACCEPTS_POLICY,
	KEY_NOT_AFTER,
	KEY_NONCE,
	KEY_DOCUMENT_SHA256,
	KEY_PRESSES,
	KEY_PHOTOS,
	KEY_NOT_BEFORE,
	KEY_FRESH,
	KEY_APPROVERS,
	KEY_COPY,
	KEY_PLACE,
	KEY_RADIUS,
	KEY_LEVEL,
	KEY_ROLE,
	KEY_VIA,
	KEY_REASON,
	KEY_CAP,
	KEY_SEQ,
	KEY_STATUS,
	KEY_RECEIPT_ACKED,
	KEY_RECEIPT_HEAD,
	KEY_DEVICE_NONCE,
	KEY_POSITION,
	KEY_PHOTO_MODE,
	KEYS_OF_SEALS,

	KEY_REGISTER_KEY = KEYS_OF_SEALS,
	KEY_ADMINISTRATORS,
	KEY_THRESHOLD,
	KEY_CONTENT_SHA256,
	KEY_SCOPE,
	KEY_ENDED,
	KEY_EFFECTIVE_SEQ,
	KEY_GOOD_SEQ,
	KEY_GOOD_HEAD,
	KEY_JOURNAL,
	KEY_BASE,
	KEY_CHANGES_SHA256,
	KEY_FOR,
	KEY_SESSION,
	KEY_FIRST_COUNTER,
	KEY_LAST_COUNTER,
	KEY_RECEIPTS_SHA256,
	KEY_PHOTOS_SHA256,
	KEY_PRESS,
	KEY_PHOTO_SHA256,
	KEY_VOID,
	KEY_RECEIVED,
	KEY_HEAD,
	KEY_AUTHORITY,
	KEY_TOKEN_SHA256,
	KEYS
};

/* Lines "Accepted: <act id>" and "Refused: <act id> <code>" at the end of a register statement; nowhere else. */
struct statement {
	enum act_kind kind;
	struct span text;        /* the whole block, ending in its newline */
	struct span value[KEYS]; /* len 0 for a key that this kind does not have */
	struct span verdicts;    /* register: the Accepted and Refused lines, to be read with statement_verdict() */
};

struct verdict {
	uint8_t act[SHA256_SIZE];
	enum wire_code code; /* WIRE_OK for Accepted */
};

/*
 * Reads a whole statement: every key of its kind present once, in order, each value in the form its key demands.
 * Returns WIRE_MALFORMED_STATEMENT or WIRE_TOO_LONG; *st is then unspecified.
 */
enum wire_code statement_read(struct statement *st, struct span text);

/* Takes the next line off `*verdicts`; false at the end. (statement_read has checked them all.) */
bool statement_verdict(struct verdict *out, struct span *verdicts);

/*
 * Writes the block: values for every key of the kind, in order, from value[]; Format and Act are known and not taken from there,
 * an empty span is written as "none" where its key may be none. `verdicts` is appended as it stands.
 * Returns the length (no NUL), or 0 when it does not fit or would not read back.
 */
size_t statement_write(char *out, size_t size, enum act_kind kind, const struct span value[KEYS], struct span verdicts);

const char *act_kind_name(enum act_kind kind); /* "apply" */
bool act_kind_from_name(enum act_kind *kind, struct span name);

/* A save of a space: by whoever signs, or (deposit) by a drive for the people who have changed something there through it. */
static inline bool
act_saves(enum act_kind kind)
{
	return kind == ACT_SAVE || kind == ACT_DEPOSIT;
}
const char *key_name(enum key key); /* "Subject-SHA256" */

/*
 * The summary line that git log shows, fixed by format 1: "<actor> <what the kind does> <subject>", NUL-terminated.
 * Returns its length, 0 when it does not fit; SUMMARY_MAX bytes always do.
 */
size_t statement_summary(char *out, size_t size, const struct statement *st);

/* Typed access; statement_read has checked the form. False when there is no value: the kind lacks the key, or it says none. */
bool statement_has(const struct statement *st, enum key key);
bool statement_number(uint64_t *out, const struct statement *st, enum key key);
bool statement_time(int64_t *out, const struct statement *st, enum key key);
bool statement_bytes(uint8_t *out, size_t len, const struct statement *st, enum key key); /* hex values */

/*
 * Plain records (policy, person, table, manifest, receipt): lines `Key: value` of the same lexical grammar, keys free and
 * repeatable (1 to 32 of A-Z a-z 0-9 '-', the first a capital), at most RECORD_MAX bytes. Takes the next line off *rest; false at the
 * end with *code WIRE_OK, or with WIRE_MALFORMED_RECORD or WIRE_TOO_LONG and *rest as it was.
 */
bool record_next(struct span *key, struct span *value, struct span *rest, enum wire_code *code);

/* The next line's value when its key is this one; *rest is unspecified otherwise. */
bool record_take(struct span *value, struct span *rest, const char *key);

/* Appends "Key: value\n" at *at; false when it does not fit or the value is not one. */
bool record_put(char *out, size_t size, size_t *at, const char *key, struct span value);

#endif
