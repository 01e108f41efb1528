/*
 * Who has sent which content: whoever names somebody else's by a pointer must have had it himself (attacks.md 36). An empty file for each content that
 * somebody has sent and that no act of his has brought yet:
 *
 *	ARCHIVE/chancery/sent/<uid>/<sha256>		a user of this machine, the one that the process runs as
 *	ARCHIVE/chancery/sent/<uid>-<visitor>/<sha256>	somebody whom a web server has let in; the first half of the SHA-256 of his name
 *
 * Lost after a crash it costs that the bytes are sent again.
 */
#ifndef CH_POSSESSION_H
#define CH_POSSESSION_H

#include "depot.h"

/*
 * Whom a web server, as whose user we run, has let in. NULL: there is none, and it is the user of this process who sends. "": one without a name, who has
 * nothing and is noted for nothing.
 */
typedef const char *ch_visitor;

/* He has sent it. CH_IO; NOT-ALLOWED without a name. */
const struct ch_error *ch_possession_note(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer);

/* Whether he has. */
bool ch_possession_noted(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer);

/* Whether it was he who put it where it lies: as stock git-lfs does, which leaves no note. What a web server has put is nobody's. */
bool ch_possession_owned(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer);

/* An act that brings it was let in. */
void ch_possession_forget(const char *archive, ch_visitor visitor, const struct ch_pointer *pointer);

/* Forgets what he has sent more than thirty days ago and not used. As far as it may and can. */
void ch_possession_sweep(const char *archive, ch_visitor visitor);

#endif
