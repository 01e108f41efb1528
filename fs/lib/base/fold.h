/* Which names the drive lets somebody give, and when two of them are one on a system that does not look at case. */
#ifndef CH_FOLD_H
#define CH_FOLD_H

#include "arena.h"
#include "error.h"

/* Errors carry ENAMETOOLONG, EILSEQ (not UTF-8 in NFC), EINVAL (another office's system, or git, could not hold it), EPERM (name of a space). */
const struct ch_error *ch_name_check(struct span name);
const struct ch_error *ch_name_check_space(struct span name); /* a space is a subject: its name is ASCII (wire/text.h) */

/* Begins like those in which git and git-lfs look for what they are to do: no tree of an archive has one. */
bool ch_name_is_gits(struct span name);

/* Case-folded form, at most 3 * PATH_MAX_BYTES bytes; returns its length. A name that is not UTF-8 folds to itself. */
enum { CH_FOLDED_MAX = 3 * 256 };
size_t ch_name_fold(uint8_t out[CH_FOLDED_MAX], struct span name);

#endif
