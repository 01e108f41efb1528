/*
 * Git bundles (gitformat-bundle, version 2): a few lines of references, an empty line, a pack. Ours need nothing that is not inside: no
 * prerequisites, so that stock git clones one into an empty directory.
 */
#ifndef CH_GITBUNDLE_H
#define CH_GITBUNDLE_H

#include "store/pack.h"

struct ch_gitbundle {
	struct span header; /* all lines, the empty one included */
	struct span refs;   /* to be read with ch_gitbundle_ref() */
	struct span pack;
};

struct ch_gitbundle_ref {
	struct ch_oid id;
	struct span name; /* "HEAD", "refs/..." */
};

/* One reference or more, in strictly ascending order of their names; MALFORMED-RECORD otherwise. The pack is not looked at. */
enum wire_code ch_gitbundle_read(struct ch_gitbundle *bundle, struct span bytes);

/* Takes the next reference off *refs, which ch_gitbundle_read has checked; false at the end. */
bool ch_gitbundle_ref(struct ch_gitbundle_ref *ref, struct span *refs);

/* The header for these references; sorts them. */
struct span ch_gitbundle_header(struct ch_gitbundle_ref *refs, size_t count, struct ch_arena *arena);

#endif
