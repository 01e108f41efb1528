/*
 * What makes an archive a clone: ARCHIVE/chancery/origin, a record in this order. A clone has no registrar's key; what is signed in it waits in its
 * outbox until the register that it was cloned from has it.
 *
 *	Format: 1
 *	Url: ssh://archive@office.example.org/srv/archive
 *	Client: c0123456789abcdef		random; under which its acts are sent
 *	View: ssh://archive@office.example.org/srv/bob	of a partial clone only: what is fetched, instead of the register
 */
#ifndef CH_ORIGIN_H
#define CH_ORIGIN_H

#include "store/store.h"

struct ch_origin {
	struct span url, client, view; /* view: empty, all of it is cloned */
};

/* WIRE_MALFORMED_RECORD. The spans are in `text`. */
const struct ch_error *ch_origin_read(struct ch_origin *origin, struct span text);

/* *is_clone is false, and nothing else is done, when the archive is none. In the arena. */
const struct ch_error *ch_origin_load(struct ch_origin *origin, bool *is_clone, const struct ch_store *store, struct ch_arena *arena);

/* Whether it is reached over HTTP. */
bool ch_origin_is_web(struct span url);

/* CH_USAGE when it is no URL or path that we would hand to git, or `view` (NULL: none) is not. */
const struct ch_error *ch_origin_check(const char *url, const char *view);

/* Makes an archive a clone of `url`, and of no more than `view` (NULL: all of it), durably, under a new random client id. CH_USAGE as above. */
const struct ch_error *ch_origin_create(const struct ch_store *store, const char *url, const char *view);

#endif
