/*
 * A delta of git's (gitformat-pack): an object as pieces of another one, its base, and bytes of its own. Pure over bytes; whatever they are, nothing beside base and result
 * is touched.
 */
#ifndef CH_PACKDELTA_H
#define CH_PACKDELTA_H

#include "wire/span.h"

/* How long the base must be, and the object is, as the delta says. False when it does not say. */
bool ch_packdelta_sizes(uint64_t *base, uint64_t *size, struct span delta);

/* Makes the object, of exactly `size` bytes. False when the delta is none, or of another base; of `out` nothing is to be believed then. */
bool ch_packdelta_apply(uint8_t *out, size_t size, struct span base, struct span delta);

#endif
