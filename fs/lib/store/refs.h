/*
 * References beside main: acts that wait for the register (refs/acts/), refused ones, promises, forks kept as proof. They are hints of what to look at
 * and keep objects from being pruned; what they point to is judged like everything that comes from outside.
 */
#ifndef CH_REFS_H
#define CH_REFS_H

#include "store.h"

struct ch_ref {
	const char *name; /* "refs/acts/d2/..." */
	struct ch_oid id;
};

/* Those below `prefix`, which ends in '/', ascending by name; symbolic ones are left out. In the arena. */
const struct ch_error *ch_refs(struct ch_ref **refs, size_t *count, struct ch_store *store, const char *prefix, struct ch_arena *arena);

/* Where it points; *exists is false when it is not there. */
const struct ch_error *ch_ref_read(struct ch_oid *id, bool *exists, struct ch_store *store, const char *name);

/* Flushes, and makes it point to `id`, durably, whatever it was before. CH_LATER when somebody else writes it at this moment. */
const struct ch_error *ch_ref_set(struct ch_store *store, const char *name, const struct ch_oid *id);

/*
 * The same in two steps, so that whoever sets many does not wait for each: others see it at once, and it is on disk after the second. What it points to must be
 * on disk already. Not beside another thread that sets one.
 */
const struct ch_error *ch_ref_put(struct ch_store *store, const char *name, const struct ch_oid *id);
const struct ch_error *ch_ref_sync(struct ch_store *store, const char *name);

/* Removes it if it still points to `id`; done as well when it is gone already. CH_LATER when it points elsewhere or is being written. */
const struct ch_error *ch_ref_remove(struct ch_store *store, const char *name, const struct ch_oid *id);

#endif
