/*
 * An object of a pack with all that it leans on: git keeps it as the difference from another one, that from a third. What others lean on is kept for a while, by each
 * thread for itself, since whoever reads an archive in order asks for the next of them soon. That it is what was asked for, only its id says, which is for the reader to
 * compute.
 */
#ifndef CH_PACKREAD_H
#define CH_PACKREAD_H

#include "base/arena.h"
#include "packview.h"

enum { PACKREAD_MAX = 64 << 20 }; /* bytes, of an object and of each that it leans on */

/* What an entry says that it is and how long, without reading all of it. False: it is to be had by git only. */
bool ch_packread_header(enum ch_object *type, size_t *size, const struct ch_packview *view, const struct ch_packview_entry *entry);

/* Reads it, in the arena. False: it is to be had by git only, or has more than `most` bytes. */
bool ch_packread(struct span *raw, enum ch_object *type, const struct ch_packview *view, const struct ch_packview_entry *entry, size_t most, struct ch_arena *arena);

#endif
