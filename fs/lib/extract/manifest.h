/*
 * What an extract says about itself: MANIFEST, a record (chancery-extract(5)), and SHA256SUMS for stock sha256sum. Both follow from the
 * other members, so that a reader compares instead of believing.
 */
#ifndef CH_MANIFEST_H
#define CH_MANIFEST_H

#include "tarball.h"
#include "wire/statement.h"

/* What is written now; MANIFEST's `Format`. What README says depends on it, and all are read. */
enum { CH_EXTRACT_FORMAT = 2 };

struct ch_manifest {
	unsigned format;
	struct span archive, subject;
	uint8_t tip[SHA256_SIZE];  /* act id of the application's last act */
	uint64_t seq;		   /* the page that registered it */
	uint8_t head[SHA256_SIZE]; /* that page's act id */
	int64_t received;
};

/* For all members but MANIFEST and SHA256SUMS themselves; LIMIT when a name does not fit. */
const struct ch_error *ch_manifest_write(struct span *text, const struct ch_manifest *manifest, const struct ch_tarball *tarball,
					 struct ch_arena *arena);

/*
 * Reads MANIFEST and holds the members against it: each is named exactly once, in their order, with its size and digest. MALFORMED-RECORD, or
 * WRONG-CONTENT naming the first member that is not so.
 */
const struct ch_error *ch_manifest_read(struct ch_manifest *manifest, const struct ch_tarball *tarball);

/* SHA256SUMS: all members but itself. */
struct span ch_manifest_sums(const struct ch_tarball *tarball, struct ch_arena *arena);

#endif
