#include "index.h"

#include <stdlib.h>

#include "hash.h"

void
ch_index_begin(struct ch_index *index, struct span (*key)(const void *context, uint32_t number), const void *context)
{
	*index = (struct ch_index){.bits = 6, .key = key, .context = context};
	ch_flat_begin(&index->slots, sizeof(uint32_t));
	ch_flat_extend(&index->slots, 1u << index->bits);
}

static uint32_t
mask_of(const struct ch_index *index)
{
	return (1u << index->bits) - 1;
}

/* What a slot would have above the number. */
static uint32_t
tag_of(const struct ch_index *index, uint64_t h)
{
	return (uint32_t)(h >> 32) & ~mask_of(index);
}

uint32_t
ch_index_find(const struct ch_index *index, struct span key)
{
	uint64_t h = ch_hash(0, key);
	uint32_t mask = mask_of(index), tag = tag_of(index, h);

	for (uint32_t i = (uint32_t)h & mask, probed = 0; index->count && probed <= mask; i = (i + 1) & mask, probed++) {
		uint32_t slot = *(const uint32_t *)ch_flat_at(&index->slots, i);
		if (slot == 0)
			break;
		if ((slot & ~mask) == tag && span_equal(index->key(index->context, (slot & mask) - 1), key))
			return (slot & mask) - 1;
	}
	return CH_NONE;
}

static void
put(struct ch_index *index, uint32_t number)
{
	uint64_t h = ch_hash(0, index->key(index->context, number));
	uint32_t mask = mask_of(index), i = (uint32_t)h & mask, *slot;

	while (*(slot = ch_flat_at(&index->slots, i)) != 0)
		i = (i + 1) & mask;
	*slot = tag_of(index, h) | (number + 1);
	index->count++;
}

static void
grow(struct ch_index *index)
{
	struct ch_index larger = *index;

	if (index->bits == 31)
		abort();
	larger.bits++;
	larger.count = 0;
	ch_flat_begin(&larger.slots, sizeof(uint32_t));
	ch_flat_extend(&larger.slots, 1u << larger.bits);
	for (uint32_t i = 0; i <= mask_of(index); i++) {
		uint32_t slot = *(const uint32_t *)ch_flat_at(&index->slots, i);
		if (slot)
			put(&larger, (slot & mask_of(index)) - 1);
	}
	ch_flat_clear(&index->slots);
	*index = larger;
}

void
ch_index_add(struct ch_index *index, uint32_t number)
{
	while (number >= mask_of(index) - 1 || index->count >= (mask_of(index) >> 2) * 3)
		grow(index);
	put(index, number);
}
