/*
 * Records in flash that survive a cut of the power at any moment: appended to one of two areas, each ending in whole words and
 * carrying a CRC over its place, so that nothing old or moved is taken for new. When an area is full, what still counts is
 * written to the other one, whose mark is programmed last and thereby makes it the valid one; the old one's mark is erased before
 * anything is appended. Both areas are worn alike.
 *
 *	area	pages of 4 KiB
 *	page	head: "J", version, generation modulo 2^16 (2), a CRC-32 of these (4); the first page then has the mark: generation (4), a
 *		CRC-32 of it (4); then records, none across the end of a page
 *	record	type (1), length (2), their complements (3), zero (2); payload, padded with 0; CRC-32 (4) over generation, offset, type, length,
 *		payload; zero (4)
 *
 * The complements tell how far a record was meant to reach even when it was cut short: flash loses ones only, so a
 * half-written pair does not agree. Pages are given their heads when the area is begun.
 */
#ifndef SEAL_JOURNAL_H
#define SEAL_JOURNAL_H

#include "port.h"

enum {
	JOURNAL_VERSION = 1,
	JOURNAL_PAGE = 4096,
	JOURNAL_FRAME = 2 * FLASH_WORD, /* of a record around its payload */
	JOURNAL_PAYLOAD_MAX = 2048 + 64,
};

struct journal {
	const struct port *port;
	uint32_t base;	     /* of the area in use */
	uint32_t at;	     /* where its next record goes */
	uint32_t generation;
};

enum journal_end {
	JOURNAL_BLANK,	 /* no area is valid: nothing was ever written, or all is lost */
	JOURNAL_WHOLE,
	JOURNAL_TORN,	 /* the power went while the last record was written: to be rewritten before the next append */
	JOURNAL_BROKEN,	 /* damage that no cut explains, or a record the visitor refused */
	JOURNAL_UNKNOWN, /* pages of another version; nothing is touched */
};

enum journal_result { JOURNAL_DONE, JOURNAL_FULL, JOURNAL_FAILED };

struct record {
	uint8_t type;	     /* 1 to 255 */
	struct span payload; /* in flash */
	uint32_t at;	     /* of the record, for journal_at() until the next rewriting */
};

typedef bool journal_visit(void *context, const struct record *record);
typedef bool journal_snapshot(void *context, struct journal *to);

/* Finds the valid area and hands each of its records to visit(). *torn is the type of a torn record, 0 when that is not known. */
enum journal_end journal_open(struct journal *journal, const struct port *port, journal_visit *visit, void *context, uint8_t *torn);

/* Programs a record and reads it back; *at is where it is. Its payload is `head`, whole words of it, and what follows. */
enum journal_result journal_append(uint32_t *at, struct journal *journal, uint8_t type, struct span head, struct span rest);

/* The payload of a record that is known to be there. */
struct span journal_at(const struct port *port, uint32_t at);

/* Whether `count` records of at most `len` octets of payload can certainly be appended. */
bool journal_has_room(const struct journal *journal, unsigned count, size_t len);

/* Moves to the other area, which snapshot() fills by journal_append(). False when the flash failed; the old area is valid then. */
bool journal_rewrite(struct journal *journal, journal_snapshot *snapshot, void *context);

#endif
