/*
 * What a git-lfs client asks for over HTTP before anything is moved (git-lfs, docs/api/batch.md): a JSON object, of which these members are looked at and
 * others passed over, as the protocol wants it.
 *
 *	{"operation": "download" or "upload", "transfers": ["basic", ...], "hash_algo": "sha256", "objects": [{"oid": "<sha256>", "size": 12345}, ...]}
 *
 * A strict reader over bytes that anybody may have sent, and the writer of the answer.
 */
#ifndef CH_BATCH_H
#define CH_BATCH_H

#include "exchange.h"

enum { CH_BATCH_MAX = 1 << 20, CH_BATCH_OBJECTS_MAX = 4096 }; /* bytes; objects */

struct ch_batch {
	bool uploads;
	bool foreign; /* not SHA-256, or not by plain HTTP ("basic"), which is all that there is here */
	struct ch_pointer *objects;
	size_t count;
};

/* MALFORMED-RECORD when it is none of these, TOO-LONG when it is too long, or asks for too much at once. In the arena. */
const struct ch_error *ch_batch_read(struct ch_batch *batch, struct span json, struct ch_arena *arena);

/* What becomes of one of its objects. */
struct ch_batch_answer {
	enum ch_status status; /* CH_DONE: it is to be moved to or from `href`; or nothing, when that is NULL */
	const char *message;   /* of any other status */
	const char *href;
};

/* The answer to the whole of it, one for each object. In the arena. */
struct span ch_batch_write(const struct ch_batch *batch, const struct ch_batch_answer *answers, struct ch_arena *arena);

/* What is answered instead: {"message": ...}. In the arena. */
struct span ch_batch_write_no(const char *message, struct ch_arena *arena);

#endif
