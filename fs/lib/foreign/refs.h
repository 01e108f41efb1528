/*
 * The references of a git repository, from its files (gitrepository-layout(5)): HEAD when it is detached, everything below refs/, packed-refs. A
 * reference that cannot be read ends the reading: what hangs on it would go unseen. Symbolic ones add nothing, they name another.
 */
#ifndef CH_REFS_H
#define CH_REFS_H

#include "base/arena.h"
#include "base/error.h"
#include "store/store.h"

struct ch_ref {
	const char *name; /* refs/heads/main */
	struct ch_oid id;
};

struct ch_refs {
	struct ch_ref *list; /* sorted by name */
	size_t count;
};

/* `git`: the directory that has refs/ in it. CH_IO, or CH_REFUSED for what is no reference. */
const struct ch_error *ch_refs_read(struct ch_refs *refs, const char *git, struct ch_arena *arena);

/* Appends what a packed-refs file says; false when it is none. Names point into the arena. */
bool ch_refs_packed(struct ch_refs *refs, struct span text, struct ch_arena *arena);

/* By name as given, or with refs/, refs/tags/, refs/heads/ or refs/remotes/ before it; NULL when there is none. */
const struct ch_ref *ch_refs_find(const struct ch_refs *refs, const char *name);

#endif
