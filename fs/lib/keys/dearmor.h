/*
 * ASCII armor as programs and people pass it on (RFC 4880 section 6): headers, lines of any length and end, no checksum, text before and behind. The
 * armor of an act is wire/armor.h's alone: this is for what is brought from elsewhere, once.
 *
 * What mail has changed is not put right by guessing: it is refused in words that say what happened.
 */
#ifndef CH_DEARMOR_H
#define CH_DEARMOR_H

#include "base/arena.h"
#include "base/error.h"

enum { CH_DEARMOR_MAX = 65536 };

/* The bytes of the one signature in `text`, in the arena. MALFORMED-SIGNATURE with what to do; TOO-LONG. */
const struct ch_error *ch_dearmor(struct span *bytes, struct span text, struct ch_arena *arena);

#endif
