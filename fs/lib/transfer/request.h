/*
 * What a git-lfs client asks for over ssh (git-lfs, docs/proposals/ssh_adapter.md, protocol 1): a command, arguments `key=value`, and for some a
 * delimiter and more. A strict reader over the bytes of a message as they came, up to its flush, or, of put-object, to the delimiter: bytes of content follow.
 */
#ifndef CH_REQUEST_H
#define CH_REQUEST_H

#include "large/pointer.h"
#include "pktline.h"

enum { CH_REQUEST_MAX = 4 << 20, CH_REQUEST_PATH_MAX = 1024 }; /* bytes of a message; of a path to be locked */

enum ch_request_kind {
	CH_ASK_VERSION,
	CH_ASK_BATCH,
	CH_ASK_GET,
	CH_ASK_PUT,
	CH_ASK_VERIFY,
	CH_ASK_LOCKS,
	CH_ASK_LOCK,
	CH_ASK_UNLOCK,
	CH_ASK_QUIT,
};

struct ch_request {
	enum ch_request_kind kind;
	struct span operand;	   /* of version: its number; of unlock: the id */
	struct ch_pointer object;  /* of get, put, verify */
	bool sized;		   /* its size was said */
	struct span path, id, cursor; /* of locks, of lock the path; empty: not said */
	uint64_t limit;		   /* of locks; 0: not said */
	bool force;		   /* of unlock */
	bool foreign;		   /* of batch: not SHA-256, or not by way of ssh, which is all that there is here */
	struct span objects;	   /* of batch: for ch_request_object() */
};

/*
 * Reads a message; spans are in `message`. MALFORMED-RECORD when it is none of these. Arguments that are not known are passed over, as the protocol
 * wants it; what is said twice, and values that cannot be, are refused.
 */
const struct ch_error *ch_request_read(struct ch_request *request, struct span message);

/* Takes the next object off request->objects (of a message that was read); false at the end. */
bool ch_request_object(struct ch_pointer *object, struct span *rest);

#endif
