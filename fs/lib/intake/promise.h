/*
 * Promises: what a push is answered with (acts.md 18). The registrar signs that he has received these acts, and where the register stood then: an act that
 * appears on no page later, and a register that never had this page, are proof against him. A promise is a text in the grammar of records
 * with its armored signature behind it (chancery-promise(5)):
 *
 *	Format: 1
 *	Kind: promise
 *	Archive: <32 hex digits>
 *	Time: 2026-11-22T07:00:00Z
 *	Seq: 17
 *	Head: <40 hex digits>			of the register's page Seq
 *	Act: <64 hex digits>			one or more
 */
#ifndef CH_PROMISE_H
#define CH_PROMISE_H

#include "register/signer.h"

enum { PROMISE_WITHIN = 86400 }; /* seconds after which a page must not leave out what was promised */

struct ch_promise {
	struct span archive;
	int64_t time;
	uint64_t seq;
	struct ch_oid head;
	uint8_t (*acts)[SHA256_SIZE];
	size_t count;
	struct span text, armor; /* as read; the whole file is one behind the other */
};

/* Reads the whole file; in the arena and `file`. MALFORMED-RECORD. Nothing is said of the signature. */
const struct ch_error *ch_promise_read(struct ch_promise *promise, struct span file, struct ch_arena *arena);

/* The file, signed, in the arena; of `promise` without text and armor. TOO-LONG. */
const struct ch_error *ch_promise_write(struct span *file, const struct ch_promise *promise, const struct ch_secret *registrar, struct ch_arena *arena);

/*
 * Has it been kept by the register that was replayed? NULL: every act is on a page. CH_REFUSED: not made by the registrar of this archive (the promise
 * is worth nothing), or not kept (it is proof); the message says which. CH_UNKNOWN: too early to tell.
 */
const struct ch_error *ch_promise_check(const struct ch_promise *promise, struct ch_state *state, struct ch_store *store);

/*
 * Whether the administrators have begun anew without the registrar who made a promise that was not kept: nobody is left to keep it. False also when the
 * registrar did not make it.
 */
bool ch_promise_overtaken(const struct ch_promise *promise, const struct ch_state *state);

/* Keeps it as refs/promises/<client>/<name>, where its client can fetch it, durably; of each client the newest PROMISES_MIN are kept, at least. */
enum { PROMISES_MIN = 32, PROMISES_MAX = 64 };
const struct ch_error *ch_promise_keep(const char **reference, struct ch_store *store, struct span client, struct span name, struct span file,
				       struct ch_arena *arena);

/* The same of one that is in the store already, with its references to be synced by whoever finds it. */
const struct ch_error *ch_promise_point(struct ch_store *store, struct span client, struct span name, const struct ch_oid *blob, struct ch_arena *arena);

/* What is kept under that name, durably from now on; *found: there is one. In the arena. */
const struct ch_error *ch_promise_find(struct ch_promise *promise, bool *found, struct ch_store *store, struct span client, struct span name,
				       struct ch_arena *arena);
const char *ch_promise_reference(struct span client, struct span name, struct ch_arena *arena);

#endif
