/*
 * Who has sent which content: whoever names somebody else's by a pointer must have had it himself (attacks.md 36). An empty file for each content that
 * a user has sent and that no act of his has brought yet:
 *
 *	ARCHIVE/chancery/sent/<uid>/<sha256>
 *
 * Lost after a crash it costs that the bytes are sent again.
 */
#ifndef CH_POSSESSION_H
#define CH_POSSESSION_H

#include "depot.h"

/* The user of this process has sent it. CH_IO. */
const struct ch_error *ch_possession_note(const char *archive, const struct ch_pointer *pointer);

/* Whether he has. */
bool ch_possession_noted(const char *archive, const struct ch_pointer *pointer);

/* Whether it was he who put it where it lies: as stock git-lfs does, which leaves no note. */
bool ch_possession_owned(const char *archive, const struct ch_pointer *pointer);

/* An act that brings it was let in. */
void ch_possession_forget(const char *archive, const struct ch_pointer *pointer);

/* Forgets what this user has sent more than thirty days ago and not used. As far as it may and can. */
void ch_possession_sweep(const char *archive);

#endif
