/*
 * Records in flash that survive a cut of the power at any moment: appended to one of two areas, each ending in whole words and
 * carrying a CRC over its place, so that nothing old or moved is taken for new. When an area is full, what still counts is
 * written to the other one, whose head is programmed last and thereby makes it the valid one; the old head is erased before
 * anything is appended.
 *
 *	area	head: generation (4), a CRC-32 of it (4); then records to the end
 *	record	type (1), length (2), their complements (3), zero (2); payload, padded with 0; CRC-32 (4) over generation, offset, type, length,
 *		payload; zero (4)
 *
 * The complements tell how far a record was meant to reach even when it was cut short: flash loses ones only, so a
 * half-written pair does not agree.
 */
#ifndef SEAL_JOURNAL_H
#define SEAL_JOURNAL_H

#include "port.h"
#include "wire/span.h"

struct journal {
	const struct port *port;
	uint32_t base;	     /* of the area in use */
	uint32_t at;	     /* where its next record goes */
	uint32_t generation;
};

enum journal_end {
	JOURNAL_BLANK,	/* no area is valid: nothing was ever written, or all is lost */
	JOURNAL_WHOLE,
	JOURNAL_TORN,	/* the power went while the last record was written: to be rewritten before the next append */
	JOURNAL_BROKEN, /* damage that no cut explains, or a record the visitor refused */
};

enum journal_result { JOURNAL_DONE, JOURNAL_FULL, JOURNAL_FAILED };

typedef bool journal_visit(void *context, uint8_t type, struct span payload);
typedef bool journal_snapshot(void *context, struct journal *to);

/*
 * Finds the valid area and hands each of its records to visit(), read into `scratch` (which must hold the longest). *torn is
 * the type of a torn record, 0 when that is not known.
 */
enum journal_end journal_open(struct journal *journal, const struct port *port, uint8_t *scratch, size_t size, journal_visit *visit,
	void *context, uint8_t *torn);

/* Programs a record and reads it back. The types are 1 to 255. */
enum journal_result journal_append(struct journal *journal, uint8_t type, struct span payload);

/* Moves to the other area, which snapshot() fills by journal_append(). False when the flash failed; the old area is valid then. */
bool journal_rewrite(struct journal *journal, journal_snapshot *snapshot, void *context);

#endif
