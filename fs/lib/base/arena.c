#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/text.h"

/* Blocks double, so that little takes little. */
enum { BLOCK_FIRST = 4 * 1024, BLOCK_MAX = 64 * 1024, ALIGN = 16, FORMAT_USUAL = 256 };

struct ch_arena_block {
	struct ch_arena_block *next;
	size_t used, size;
	_Alignas(ALIGN) uint8_t data[];
};

static struct ch_arena_block *
block_new(size_t size, struct ch_arena_block *next)
{
	struct ch_arena_block *block = calloc(1, sizeof(*block) + size);

	if (block == NULL)
		abort();
	block->next = next;
	block->size = size;
	return block;
}

static size_t
size_after(const struct ch_arena_block *block, size_t wanted)
{
	size_t size = block == NULL ? BLOCK_FIRST : block->size < BLOCK_MAX / 2 ? 2 * block->size : BLOCK_MAX;

	return wanted > size ? wanted : size;
}

void *
ch_arena_alloc(struct ch_arena *arena, size_t size)
{
	struct ch_arena_block *block = arena->blocks;
	void *at;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (block == NULL || block->size - block->used < size) {
		arena->blocks = block = block_new(size_after(block, size), block);
		arena->size += block->size;
	}
	at = block->data + block->used;
	block->used += size;
	return at;
}

struct span
ch_arena_copy(struct ch_arena *arena, struct span bytes)
{
	uint8_t *copy = ch_arena_alloc(arena, bytes.len + 1);

	if (bytes.len)
		memcpy(copy, bytes.data, bytes.len);
	return span_of(copy, bytes.len);
}

char *
ch_arena_text(struct ch_arena *arena, struct span text)
{
	char *copy = ch_arena_alloc(arena, text.len + 1);

	if (text.len)
		memcpy(copy, text.data, text.len);
	return copy;
}

char *
ch_arena_format(struct ch_arena *arena, const char *format, ...)
{
	char *text, first[FORMAT_USUAL];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(first, sizeof(first), format, args);
	va_end(args);
	if (len < 0)
		abort();
	text = ch_arena_alloc(arena, (size_t)len + 1);
	if (len < FORMAT_USUAL)
		return memcpy(text, first, (size_t)len + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

struct span
ch_arena_hex(struct ch_arena *arena, const uint8_t *bytes, size_t len)
{
	char *text = ch_arena_alloc(arena, 2 * len + 1);

	text_put_hex(text, bytes, len);
	return span_of(text, 2 * len);
}

struct span
ch_arena_number(struct ch_arena *arena, uint64_t n)
{
	char *text = ch_arena_alloc(arena, 21);

	return span_of(text, text_put_number(text, n));
}

void *
ch_arena_grow(struct ch_arena *arena, void *array, size_t count, size_t element)
{
	void *larger;

	if (count & (count - 1))
		return array;
	larger = ch_arena_alloc(arena, (count ? 2 * count : 1) * element);
	if (count)
		memcpy(larger, array, count * element);
	return larger;
}

void
ch_arena_adopt(struct ch_arena *to, struct ch_arena *from)
{
	struct ch_arena_block **last = to->blocks ? &to->blocks->next : &to->blocks, *rest = *last;

	/* Behind the block that is being filled. */
	*last = from->blocks;
	while (*last)
		last = &(*last)->next;
	*last = rest;
	to->size += from->size;
	*from = (struct ch_arena){0};
}

void
ch_arena_clear(struct ch_arena *arena)
{
	while (arena->blocks) {
		struct ch_arena_block *block = arena->blocks;
		arena->blocks = block->next;
		free(block);
	}
	arena->size = 0;
}
