/*
 * Which files are large: patterns of names, `*.<ending>`, that the archive's record or its policy has as `Large:` lines, and that main has at its root as
 * .gitattributes for stock git and git-lfs. One form, written by the register and nobody else (docs/formats/1 section 7):
 *
 *	files/ ** / *.jpg filter=lfs diff=lfs merge=lfs -text		(without those spaces)
 *	seals/ ** /photos/ *.jpg filter=lfs diff=lfs merge=lfs -text	behind that of *.jpg, and of no other
 *
 * Of what lies elsewhere than in spaces of free files only photos of presses are made large because of their name.
 */
#ifndef CH_PATTERNS_H
#define CH_PATTERNS_H

#include "store/store.h"
#include "wire/tree.h"

enum { PATTERNS_MAX = 64, PATTERN_ENDING_MAX = 16, PATTERNS_TEXT_MAX = 8192 };

#define PATTERNS_FILE TREE_ATTRIBUTES

struct ch_patterns {
	struct span pattern[PATTERNS_MAX]; /* "*.jpg" */
	size_t count;
};

/* "*." and 1 to 16 letters and digits. */
bool ch_pattern_is(struct span pattern);

/* Adds one; false when it is none, is there already, or there are too many. */
bool ch_patterns_add(struct ch_patterns *patterns, struct span pattern);

/* The text of .gitattributes; MALFORMED-RECORD when it is anything else. Spans point into the text. */
const struct ch_error *ch_patterns_read(struct ch_patterns *patterns, struct span text);
struct span ch_patterns_write(const struct ch_patterns *patterns, struct ch_arena *arena);

/* Whether a file of that name is large. Upper and lower case differ, as they do for git. */
bool ch_patterns_match(const struct ch_patterns *patterns, struct span name);

/* Those of the archive, from the tree of main; none when there is no such file. In the arena. */
const struct ch_error *ch_patterns_load(struct ch_patterns *patterns, struct ch_store *store, const struct ch_oid *tree, struct ch_arena *arena);

#endif
