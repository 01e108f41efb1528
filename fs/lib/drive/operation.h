/*
 * Operations of the drive: what can be done to the free files of an archive, and the journal record that each of them is.
 * A change made through the drive, a record in the journal and a step of its replay are the same `struct ch_operation`.
 *
 * A record, integers big-endian (span.h), padded with zeros to a multiple of 8:
 *
 *	 0  4  length of path, target and data together
 *	 4  4  CRC-32C of the segment's header, of the length and of all that follows
 *	 8  8  sequence number, one higher than the record before
 *	16  8  durable: everything up to this sequence was on disk when the record was written
 *	24  8  time of the change, nanoseconds since 1970
 *	32  8  number: offset of a write, size of a truncate; of a base: everything up to here is committed
 *	40  2  length of path        42  2  length of target
 *	44  1  kind                  45  3  zero
 *	48     path, target, data
 *
 * See chancery-journal(5).
 */
#ifndef CH_OPERATION_H
#define CH_OPERATION_H

#include "wire/text.h"

enum {
	CH_JOURNAL_RECORD_HEADER = 48,
	CH_JOURNAL_RECORD_ALIGN = 8,
	CH_OPERATION_PATH_MAX = 4095,
	CH_OPERATION_DATA_MAX = 1024 * 1024,
	CH_JOURNAL_RECORD_MAX = CH_JOURNAL_RECORD_HEADER + 2 * CH_OPERATION_PATH_MAX + CH_OPERATION_DATA_MAX + CH_JOURNAL_RECORD_ALIGN,
};

enum ch_operation_kind {
	CH_OP_BASE = 1,   /* unchanged paths stand on the register commit in `data` now */
	CH_OP_CREATE = 2, /* an empty file */
	CH_OP_WRITE = 3,
	CH_OP_TRUNCATE = 4,
	CH_OP_RENAME = 5, /* replaces a file or an empty directory at `target` */
	CH_OP_UNLINK = 6,
	CH_OP_MKDIR = 7,
	CH_OP_RMDIR = 8,
	CH_OP_KEEP = 9, /* a directory that no commit holds is there still; not a change */
	CH_OP_EXCHANGE = 10, /* what is at `path` and at `target` change places */
	CH_OP_ASIDE = 11,    /* a temporary file is there still, its content is that put aside (aside.h) as `number`; 0: empty. Not a change */
	CH_OP_CREDIT = 12,   /* the person `target` has changed something in the space `path` since the last cut. Not a change */
	CH_OP_SET = 13,	     /* the time of the last change is `number`, whatever was said before, and the permissions are those in `data` */
};

struct ch_operation {
	enum ch_operation_kind kind;
	int64_t time;	  /* nanoseconds since 1970 */
	uint64_t number;  /* as above; 0 where the kind has none; of a set: nanoseconds since 1970, in two's complement */
	struct span path; /* below files/: "<space>/a/b"; empty for a base */
	struct span target;
	struct span data; /* of what is made, is there still or is set: what ch_operation_permissions() reads, or nothing */
};

struct ch_journal_record {
	uint64_t sequence, durable;
	struct ch_operation operation;
	size_t size; /* of the record, padding included */
};

enum ch_journal_read {
	CH_JOURNAL_WHOLE,
	CH_JOURNAL_NONE,      /* no record here: never written, torn, or of the segment's former life */
	CH_JOURNAL_MALFORMED, /* the check holds, the content makes no sense */
};

/* Reads the record at the beginning of `bytes`. Spans point into `bytes`. */
enum ch_journal_read ch_journal_record_read(struct ch_journal_record *record, struct span bytes, uint32_t salt);

/* The two sequences as they stand at the beginning of `bytes`, checked by nothing; false when there is no room for a record. */
bool ch_journal_record_peek(uint64_t *sequence, uint64_t *durable, struct span bytes);

/* Writes a record; returns its size, 0 when it does not fit or is not one. (record->size is not read.) */
size_t ch_journal_record_write(uint8_t *out, size_t size, const struct ch_journal_record *record, uint32_t salt);

/* Does it change what there is? The others say at a commit what there is, or what is committed. */
bool ch_operation_is_change(enum ch_operation_kind kind);

/* How a file may be used, and who has made it: shown, and decides nothing but what can be run. */
struct ch_permissions {
	uint16_t mode;	/* CH_MODE_SET and permissions; 0: the usual ones, or what the mount shows instead */
	uint32_t maker; /* of the users of this machine; 0: nobody in particular */
};

/*
 * As `data` has them, big-endian: nothing, when they are the usual ones and nobody's; two bytes, permissions of nobody in particular; or six, `mode` and `maker` as they
 * are here.
 */
enum { CH_MODE_SET = 1 << 15, CH_MODE_ALL = 07777, CH_OPERATION_MODE_SIZE = 2, CH_OPERATION_PERMISSIONS_SIZE = 6 };
struct ch_permissions ch_operation_permissions(const struct ch_operation *operation);
struct span ch_operation_put_permissions(uint8_t out[CH_OPERATION_PERMISSIONS_SIZE], struct ch_permissions permissions);
bool ch_permissions_equal(struct ch_permissions a, struct ch_permissions b);

/* What kind, path, target, number and data must be to each other. */
bool ch_operation_is_valid(const struct ch_operation *operation);

#endif
