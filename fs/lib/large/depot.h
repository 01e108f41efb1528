/*
 * The depot: large content, each file under the SHA-256 of its bytes, where git-lfs looks for it.
 *
 *	ARCHIVE/lfs/objects/<aa>/<bb>/<sha256>		mode 0444: a clone on the same disk links to it
 *	ARCHIVE/lfs/tmp/chancery-XXXXXX			being written; locked as long
 *
 * A name is there only when all bytes are on disk behind it. Nothing here knows who may have what: see intake/possession.h.
 */
#ifndef CH_DEPOT_H
#define CH_DEPOT_H

#include "pointer.h"
#include "store/scrub.h"

/* Content that is being put. */
struct ch_deposit {
	const char *archive; /* the caller's */
	char path[4096];     /* of the temporary file; empty: not begun */
	int file;
	struct wire_sha256 hash;
	uint64_t size;
};

/*
 * Begin, add bytes as they come, then end or give up. At the end the content is durable under its name, and its directories too; the pointer says what it
 * was. Content that is there already is replaced by the same, which mends what may have been damaged. CH_IO, with errnum ENOSPC or EDQUOT where the
 * disk is full; nothing is left behind then. After an error of any of them the caller gives up.
 */
const struct ch_error *ch_deposit_begin(struct ch_deposit *deposit, const char *archive);
const struct ch_error *ch_deposit_add(struct ch_deposit *deposit, struct span bytes);
const struct ch_error *ch_deposit_end(struct ch_pointer *pointer, struct ch_deposit *deposit);
/* The same, but WRONG-CONTENT, and nothing is put, when the bytes are not what `pointer` says. */
const struct ch_error *ch_deposit_end_as(struct ch_deposit *deposit, const struct ch_pointer *pointer);
void ch_deposit_give_up(struct ch_deposit *deposit); /* accepts a zeroed and an ended one */

/* All of it at once; from the start of a file to its end. */
const struct ch_error *ch_depot_put(struct ch_pointer *pointer, const char *archive, struct span bytes);
const struct ch_error *ch_depot_put_file(struct ch_pointer *pointer, const char *archive, int file);

/* From another archive's; WRONG-CONTENT, and nothing is put, when it is damaged there. Errors as of opening that one and of putting. */
const struct ch_error *ch_depot_copy(const char *to, const char *from, const struct ch_pointer *pointer);

/* Absent: CH_UNKNOWN, "content ... is not here". WRONG-CONTENT when the file has another size. The caller must close it. */
const struct ch_error *ch_depot_open(int *file, const char *archive, const struct ch_pointer *pointer);

/* The size of what lies there under pointer->digest. Errors as of opening. */
const struct ch_error *ch_depot_find(struct ch_pointer *pointer, const char *archive);

/* All of it, in parts and in order; an error of `each` ends it and is returned. Errors as of opening. */
const struct ch_error *ch_depot_read(const char *archive, const struct ch_pointer *pointer, const struct ch_error *(*each)(void *context, struct span bytes),
				     void *context);

/* All of it at once, in the arena; WRONG-CONTENT, too, when it is not what its name says. Errors as of opening. */
const struct ch_error *ch_depot_get(struct span *bytes, const char *archive, const struct ch_pointer *pointer, struct ch_arena *arena);

/* What a file of a tree stands for: of a pointer, that content; any other is left as it is. Errors as of getting. */
const struct ch_error *ch_depot_follow(struct span *content, const char *archive, struct ch_arena *arena);

/* Whether it is there, with the right size. CH_IO. */
const struct ch_error *ch_depot_has(bool *has, const char *archive, const struct ch_pointer *pointer);

/* Reads and hashes it: CH_UNKNOWN when it is absent, WRONG-CONTENT when it is not what its name says. */
const struct ch_error *ch_depot_check(const char *archive, const struct ch_pointer *pointer);

/* The same, and makes it durable: what git-lfs has put there is not. */
const struct ch_error *ch_depot_settle(const char *archive, const struct ch_pointer *pointer);

/* All that lies there, read and hashed again. */
void ch_depot_scrub(struct ch_scrub *scrub, const char *archive);

/* Removes what was being written by processes that have died. As far as it may and can. */
void ch_depot_sweep(const char *archive);

/* Where it lies or would: false when the path is too long. */
bool ch_depot_path(char path[4096], const char *archive, const uint8_t digest[SHA256_SIZE]);

#endif
