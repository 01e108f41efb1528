/*
 * One entry of a pack (gitformat-pack): type and size, then the content as zlib deflates it. Pure over bytes. libdeflate inflates, which wants all of the input and the
 * size of the output beforehand, and takes 1.3 (of 2 KiB) to 1.7 times less than zlib. What zlib takes it takes; of what zlib refuses, as of codes that are incomplete, it
 * takes some: for content that an id stands for.
 */
#ifndef CH_PACKENTRY_H
#define CH_PACKENTRY_H

#include "store.h"

enum { PACKENTRY_HEADER_MAX = 6 };

/* Writes type and size, less than 2^39; returns the length. */
size_t ch_packentry_put_header(uint8_t out[PACKENTRY_HEADER_MAX], enum ch_object type, size_t size);

/* Takes them off *rest. False when they are not in the shortest form, or of something that is not whole by itself. */
bool ch_packentry_header(enum ch_object *type, size_t *size, struct span *rest);

/* The same of any kind of entry: enum ch_object, or one of these, a delta (packdelta.h). In front of its content stands then what it leans on: how far back in the pack, or an id. */
enum { PACKENTRY_DELTA_BACK = 6, PACKENTRY_DELTA_ID = 7 };
bool ch_packentry_kind(unsigned *kind, size_t *size, struct span *rest);

/* Takes the former off *rest. */
bool ch_packentry_back(uint64_t *back, struct span *rest);

/* Whether that much may be inflated from so many bytes at all: room is made before it is known. */
bool ch_packentry_plausible(size_t size, struct span rest);

/* Inflates exactly `size` bytes off *rest; of `out` nothing is to be believed otherwise. From any thread. */
bool ch_packentry_inflate(uint8_t *out, size_t size, struct span *rest);

/*
 * Deflates in little time rather than into little space: what is small takes 3 us, where zlib begins with 45 of making room. Returns the length; 0: it does not fit. From any
 * thread.
 */
size_t ch_packentry_deflate(uint8_t *out, size_t room, struct span raw);

#endif
