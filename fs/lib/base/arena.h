/*
 * Memory that lives and dies together: a bump allocator for what is read from an archive. Running out of memory aborts: the journal
 * and the register make a sudden end harmless, and a half-read history must never be judged.
 */
#ifndef CH_ARENA_H
#define CH_ARENA_H

#include "wire/span.h"

struct ch_arena_block;

struct ch_arena {
	struct ch_arena_block *blocks;
	size_t size; /* of all blocks */
};

void *ch_arena_alloc(struct ch_arena *arena, size_t size); /* zeroed, aligned for any type */
struct span ch_arena_copy(struct ch_arena *arena, struct span bytes);
char *ch_arena_text(struct ch_arena *arena, struct span text); /* NUL-terminated copy */
char *ch_arena_format(struct ch_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct span ch_arena_hex(struct ch_arena *arena, const uint8_t *bytes, size_t len); /* lower-case digits, a NUL behind them */
struct span ch_arena_number(struct ch_arena *arena, uint64_t n);			    /* likewise, decimal */

/*
 * Makes room for one more element of an array in the arena: doubles it when count reaches a power of two.
 * Returns the (perhaps moved) array.
 */
void *ch_arena_grow(struct ch_arena *arena, void *array, size_t count, size_t element);

/* Everything in `from` lives as long as `to` does from now on; `from` is empty. */
void ch_arena_adopt(struct ch_arena *to, struct ch_arena *from);

void ch_arena_clear(struct ch_arena *arena); /* frees all of it */

#endif
