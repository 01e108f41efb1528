/*
 * A pack and an index, their digests made right: what can be joined can be joined again, with itself, and is the same then. Input: length of the pack
 * (4 bytes), pack, index.
 *
 * libFuzzer: -max_len=256
 */
#include "store/packjoin.h"
#include "wire/sha1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put_digest(uint8_t *bytes, size_t len)
{
	struct sha1 h;

	sha1_init(&h);
	sha1_update(&h, span_of(bytes, len - SHA1_SIZE));
	sha1_final(&h, bytes + len - SHA1_SIZE);
}

static struct ch_pack_part
part_of(struct span pack, struct span index, struct ch_arena *arena)
{
	uint8_t *p, *i;

	pack = ch_arena_copy(arena, pack);
	index = ch_arena_copy(arena, index);
	p = (uint8_t *)pack.data;
	i = (uint8_t *)index.data;
	if (pack.len >= SHA1_SIZE)
		put_digest(p, pack.len);
	if (pack.len >= SHA1_SIZE && index.len >= 2 * SHA1_SIZE)
		memcpy(i + index.len - 2 * SHA1_SIZE, p + pack.len - SHA1_SIZE, SHA1_SIZE);
	if (index.len >= SHA1_SIZE)
		put_digest(i, index.len);
	return (struct ch_pack_part){pack, index};
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size >= 4 && get32(data) <= size - 4 ? get32(data) : 0;
	struct ch_pack_part part, twice[2], again;
	struct ch_arena arena = {0};

	if (size < 4)
		return 0;
	part = part_of(span_of(data + 4, len), span_of(data + 4 + len, size - 4 - len), &arena);
	if (ch_pack_join(&twice[0], &part, 1, &arena)) {
		twice[1] = twice[0];
		if (!ch_pack_join(&again, twice, 2, &arena) || !span_equal(again.pack, twice[0].pack) || !span_equal(again.index, twice[0].index))
			__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}
