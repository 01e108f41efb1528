/*
 * A pack as it lies on disk, of whoever has written it, and its index (gitformat-pack, version 2 of both): where objects begin. Pure over bytes; whatever they are, nothing
 * beside them is read. That what is found is what was asked for, only its id says, which is for the reader to compute.
 */
#ifndef CH_PACKVIEW_H
#define CH_PACKVIEW_H

#include "packentry.h"

struct ch_packview {
	struct span pack, index;
	uint32_t count;
};

/* False when they are of another version, or too short for what they say they have. */
bool ch_packview_open(struct ch_packview *view, struct span pack, struct span index);

/* Finds an object and takes its header: *rest begins with its content. False: it is not there, or leans on another one (packread.h). */
bool ch_packview_find(enum ch_object *type, size_t *size, struct span *rest, const struct ch_packview *view, const struct ch_oid *id);

/* What stands at a place of a pack. */
struct ch_packview_entry {
	unsigned kind;	      /* of packentry.h */
	uint64_t at, base;    /* where it begins, and what it leans on; base 0: nothing */
	size_t size;	      /* inflated: the content, or the delta */
	struct span deflated; /* at the beginning of the rest of the pack */
};

/* An object's, by its id; or by where it begins. False: there is none that could be read. */
bool ch_packview_entry(struct ch_packview_entry *entry, const struct ch_packview *view, const struct ch_oid *id);
bool ch_packview_entry_at(struct ch_packview_entry *entry, const struct ch_packview *view, uint64_t at);

bool ch_packview_has(const struct ch_packview *view, const struct ch_oid *id);

/* The i-th of the `count` ids, in ascending order. */
struct ch_oid ch_packview_id(const struct ch_packview *view, size_t i);

#endif
