/*
 * Pledges: the promises (promise.h) of a batch, one to each client of what he has brought, made while its page is written and durable with that. A push whose acts
 * another one has registered finds its promise there, and needs no pack of its own for it.
 */
#ifndef CH_PLEDGE_H
#define CH_PLEDGE_H

#include "parcel.h"
#include "promise.h"

struct ch_pledge {
	struct span client, name; /* of refs/promises/<client>/<name> */
	uint8_t (*acts)[SHA256_SIZE];
	size_t count;
	struct ch_oid blob; /* once it is written */
};

struct ch_pledges {
	struct ch_pledge *list;
	size_t count;
	struct ch_arena arena;
};

/* Adds an act to those of its client, who is new or the one of the call before: `name` is that of the first. */
void ch_pledge_add(struct ch_pledges *pledges, struct span client, struct span name, const uint8_t act[SHA256_SIZE]);

/* Written to the store, of the page that the state has come to; a pledge of too many acts is dropped. */
const struct ch_error *ch_pledges_write(struct ch_pledges *pledges, const struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar);

/* When main has moved, before the store lets go of what was written: where clients find them. One that cannot be put there is none. */
void ch_pledges_point(struct ch_pledges *pledges, struct ch_store *store);

void ch_pledges_clear(struct ch_pledges *pledges); /* accepts a zeroed one */

#endif
