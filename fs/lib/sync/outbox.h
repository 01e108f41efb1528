/*
 * The outbox of a clone: acts that have been signed here and that the register does not have yet, and those that it has refused.
 *
 *	refs/acts/<client>/n<number>-<commit's first digits>	waits; numbers rise in the order of signing, so that parents come before children
 *	refs/refused/<client>/<same name>			refused, and kept until its author forgets it
 *	ARCHIVE/chancery/refused/<same name>			why: a record in the order of struct ch_refused
 *
 * An act is kept from the moment ch_outbox_put() returns. Of several put together a crash in between may leave the first ones only.
 */
#ifndef CH_OUTBOX_H
#define CH_OUTBOX_H

#include "register/page.h"

struct ch_waiting {
	const char *name; /* behind refs/acts/<client>/ */
	struct ch_oid commit;
	struct act act;
};

/* In order. In the arena. */
const struct ch_error *ch_outbox(struct ch_waiting **waiting, size_t *count, struct ch_store *store, struct span client, struct ch_arena *arena);

/* Puts acts that have been signed into it, behind those that wait; durable. Those that wait already stay where they are. */
const struct ch_error *ch_outbox_put(struct ch_store *store, struct span client, const struct ch_oid *commits, size_t count);

/* The register has accepted it. */
const struct ch_error *ch_outbox_accepted(struct ch_store *store, struct span client, const struct ch_waiting *waiting);

/* The register, or whoever receives for it, has refused it. */
const struct ch_error *ch_outbox_refused(struct ch_store *store, struct span client, const struct ch_waiting *waiting, enum wire_code code,
					 const char *reason);

/*
 * Lets what waits count in a state, as far as it would be accepted: what this office knows. Those acts have seq CH_SEQ_EXPECTED.
 */
const struct ch_error *ch_outbox_expect(struct ch_state *state, struct ch_store *store, struct span client);

struct ch_refused {
	const char *name;
	uint8_t act[SHA256_SIZE];
	struct ch_oid commit;
	struct span actor, kind, subject;
	enum wire_code code;
	struct span reason;
};

/* WIRE_MALFORMED_RECORD. Spans are in `text`; the name is not there. */
const struct ch_error *ch_refused_read(struct ch_refused *refused, struct span text);

/* In the order of signing. In the arena. */
const struct ch_error *ch_refused_list(struct ch_refused **refused, size_t *count, struct ch_store *store, struct span client, struct ch_arena *arena);

/* The author does not want it any more. */
const struct ch_error *ch_refused_forget(struct ch_store *store, struct span client, const struct ch_refused *refused);

#endif
