/*
 * A push, as git tells its hooks of it on standard input (githooks(5)): lines `<old id> <new id> <reference>`. What may be pushed are acts:
 * tips of subjects, each a new reference refs/acts/<client>/<name>. client is an id, name 1 to 64 of A-Z a-z 0-9 '-'.
 */
#ifndef CH_PUSH_H
#define CH_PUSH_H

#include "base/arena.h"
#include "large/possession.h"

enum { PUSH_ACTS_MAX = 800, PUSH_REFS_MAX = 800, PUSH_LINE_MAX = 512 };

struct ch_push_ref {
	struct span name;	    /* of the reference, as pushed */
	struct ch_oid old, new;	    /* zero: none */
	struct span client, act_name; /* of refs/acts/<client>/<name>; empty when it is not one */
	enum wire_code code;	    /* WIRE_OK unless refused */
	const char *reason;	    /* of a refusal, without the code; what would be needed behind a semicolon */
};

struct ch_push {
	struct ch_push_ref *refs;
	size_t count;
	ch_visitor visitor; /* who pushes; git does not tell */
};

/* Reads the whole of it: arrays in the arena, spans into `text`. CH_REFUSED when it is not what git writes, LIMIT when there are too many lines. */
const struct ch_error *ch_push_read(struct ch_push *push, struct span text, struct ch_arena *arena);

/* Splits refs/acts/<client>/<name>; false when it is not one. */
bool ch_push_name(struct span *client, struct span *act_name, struct span reference);

/* Refuses, unless it is refused already. */
void ch_push_refuse(struct ch_push_ref *ref, enum wire_code code, const char *reason);

#endif
