/*
 * The working content of a file that is being changed: in memory, or in an unnamed file beside the journal when large (also in
 * memory where the file system is read-only). Rebuilt from the
 * journal after a crash, so it is never synced. Shared by counting: whoever holds a reference sees the content as it was, a writer changes a copy.
 * Counting and writing need the caller's lock; ch_working_content does not.
 */
#ifndef CH_WORKING_H
#define CH_WORKING_H

#include "base/error.h"
#include "wire/span.h"

/* In memory: what is small, and up to a size what is not, as long as all that fits: the kernel is slow at copying a photo once more, into a file of its own. */
enum { CH_WORKING_SMALL = 256 * 1024, CH_WORKING_MEMORY = 4 * 1024 * 1024, CH_WORKING_MEMORY_ALL = 64 * 1024 * 1024 };
#define CH_WORKING_MAX ((uint64_t)1 << 31) /* a file becomes one git object, read and hashed in one piece */

struct ch_working;

struct ch_working *ch_working_new(int directory); /* empty; `directory` is where large content goes, and must stay open */
struct ch_working *ch_working_ref(struct ch_working *working);
void ch_working_unref(struct ch_working *working); /* accepts NULL */

/* Where the content as it is now has been put aside (aside.h); 0: nowhere. A write forgets it. */
void ch_working_set_aside(struct ch_working *working, uint64_t id);
uint64_t ch_working_aside(const struct ch_working *working);

uint64_t ch_working_size(const struct ch_working *working);

/* Writers put a copy into *working first when somebody else holds a reference. What lies between the old end and a new one reads as zeros. */
const struct ch_error *ch_working_write(struct ch_working **working, uint64_t offset, struct span data);
const struct ch_error *ch_working_resize(struct ch_working **working, uint64_t size);

/* Takes what a write there will need: after it, that write does not fail for want of space. */
const struct ch_error *ch_working_reserve(struct ch_working **working, uint64_t offset, uint64_t size);

/* Fewer bytes than asked for only at the end. */
const struct ch_error *ch_working_read(size_t *got, const struct ch_working *working, uint64_t offset, uint8_t *out, size_t size);

/* All of it; valid until the next write or the last reference goes. */
const struct ch_error *ch_working_content(struct span *content, struct ch_working *working);

#endif
