/*
 * A detached signature as any OpenPGP program makes it, armored or binary, brought into the one form that acts hold (wire/pgpsig.h): the packet's head
 * is written anew, and its unhashed area, which is not signed. What is signed stays as it is.
 */
#ifndef CH_DETACHED_H
#define CH_DETACHED_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/pgpsig.h"

/*
 * `file`: all that the signer handed over. The packet is in the arena, and pgpsig_read() reads it. MALFORMED-SIGNATURE with what is wrong with
 * it and how to make another.
 */
const struct ch_error *ch_detached_read(struct span *packet, struct span file, struct ch_arena *arena);

#endif
