/*
 * Tarballs as extracts use them: plain files below one directory, in a fixed order, owned by nobody, all of one time: the same members give
 * the same bytes (POSIX.1-2001 pax, written and read with libarchive). Reading is strict: links, directories, devices, sparse files,
 * extended attributes, names that leave the directory or occur twice, and bytes behind the end are refused.
 */
#ifndef CH_TARBALL_H
#define CH_TARBALL_H

#include "base/arena.h"
#include "base/error.h"

enum { TARBALL_MAX = 1 << 30, TARBALL_MEMBERS_MAX = 16384, TARBALL_DEPTH_MAX = 8 };

struct ch_member {
	struct span path; /* below the directory */
	struct span content;
};

struct ch_tarball {
	struct span directory;
	struct ch_member *members;
	size_t count;
	uint64_t size; /* of what was read */
};

void ch_tarball_add(struct ch_tarball *tarball, struct span path, struct span content, struct ch_arena *arena);
const struct ch_member *ch_tarball_find(const struct ch_tarball *tarball, struct span path); /* NULL when it is not there */

/* Writes to a new file, durably; CH_IO when it exists. Nothing is left behind on failure. */
const struct ch_error *ch_tarball_write(const struct ch_tarball *tarball, const char *path, int64_t mtime);

/* Contents stay in `bytes`; `path` is for messages. MALFORMED-TREE, TOO-LONG or LIMIT name the member. */
const struct ch_error *ch_tarball_parse(struct ch_tarball *tarball, struct span bytes, const char *path, struct ch_arena *arena);

/* The same of a whole file, read into the arena. CH_IO; CH_USAGE when it is none. */
const struct ch_error *ch_tarball_read(struct ch_tarball *tarball, const char *path, struct ch_arena *arena);

#endif
