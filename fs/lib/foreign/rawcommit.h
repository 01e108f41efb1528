/*
 * A commit of any git repository, as raw bytes. Headers that git writes and format 1 does not have (encoding, mergetag, ones yet to come) are
 * let pass; what two readers of git understand differently is not: a NUL, a second of a header there is one of, parents out of their place,
 * a second signature or one under another name (`gpgsig-sha256`): git signs none of those bytes. The reader of acts is wire/commit.h.
 */
#ifndef CH_RAWCOMMIT_H
#define CH_RAWCOMMIT_H

#include "wire/code.h"
#include "wire/text.h"

enum { CH_RAW_SIGNATURE_MAX = 16384, CH_RAW_COMMIT_MAX = 16 << 20 };

struct ch_raw_commit {
	struct span parents;   /* whole lines `parent ID`; also of a commit that is malformed behind them */
	struct span signature; /* the gpgsig header's value as it stands, continuation spaces included, without its last newline; empty: unsigned */
	struct span head;      /* what is signed = head + tail: all before and all behind that header */
	struct span tail;
};

/* WIRE_MALFORMED_COMMIT when git's readers would not agree on it. Spans point into `raw`. */
enum wire_code ch_raw_commit_read(struct ch_raw_commit *c, struct span raw);

size_t ch_raw_commit_parents(const struct ch_raw_commit *c);
void ch_raw_commit_parent(uint8_t id[OBJECT_ID_SIZE], const struct ch_raw_commit *c, size_t index);

/* The armor in the header: each line without its continuation space, ended by LF. Returns its length; 0: unsigned, or it does not fit. */
size_t ch_raw_commit_armor(char *out, size_t size, const struct ch_raw_commit *c);

/* What an annotated tag is of. False when it is not read as one. */
bool ch_raw_tag_read(uint8_t object[OBJECT_ID_SIZE], struct span raw);

#endif
