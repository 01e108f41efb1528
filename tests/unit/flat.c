/* Flat arrays and the indexes over them. */
#include "base/index.h"
#include "test.h"

struct thing {
	uint32_t number, twice;
};

static struct span
key_of(const void *things, uint32_t number)
{
	return span_of(&((const struct thing *)ch_flat_at(things, number))->twice, sizeof(uint32_t));
}

static void
keeps_its_place(void)
{
	struct ch_flat things;
	struct thing *first, *thing;

	ch_flat_begin(&things, sizeof(struct thing));
	first = ch_flat_add(&things);
	CHECK_EQUAL(first->number, 0);
	for (uint32_t i = 1; i < 100000; i++) {
		thing = ch_flat_add(&things);
		CHECK(thing->number == 0 && thing->twice == 0);
		*thing = (struct thing){i, 2 * i};
	}
	CHECK(first == ch_flat_at(&things, 0));
	for (uint32_t i = 0; i < 100000; i++)
		CHECK(((struct thing *)ch_flat_at(&things, i))->number == i);
	thing = ch_flat_at(&things, 100000);
	CHECK(thing->number == 0 && thing->twice == 0);
	ch_flat_clear(&things);
}

/* Of the chunks that lie elsewhere each is brought once, and none that nobody asked for; what is added behind them is not. */
static void
bring(void *brought, const struct ch_flat *flat, uint32_t chunk, void *out)
{
	struct thing *things = out;

	++*(uint32_t *)brought;
	for (uint32_t i = 0; i < 1u << flat->shift; i++)
		things[i].number = (chunk << flat->shift) + i;
}

static void
is_brought(void)
{
	struct ch_flat things;
	uint32_t brought = 0;

	ch_flat_begin_from(&things, sizeof(struct thing), 10000, bring, &brought);
	CHECK_EQUAL(((struct thing *)ch_flat_at(&things, 9999))->number, 9999);
	CHECK_EQUAL(((struct thing *)ch_flat_at(&things, 9998))->number, 9998);
	CHECK_EQUAL(brought, 1);
	((struct thing *)ch_flat_at(&things, 9998))->twice = 1;
	for (uint32_t i = 10000; i < 20000; i++)
		((struct thing *)ch_flat_add(&things))->number = i;
	CHECK_EQUAL(brought, 1);
	for (uint32_t i = 0; i < 20000; i++)
		CHECK(((struct thing *)ch_flat_at(&things, i))->number == i);
	CHECK_EQUAL(brought, (10000 >> things.shift) + 1);
	CHECK_EQUAL(((struct thing *)ch_flat_at(&things, 9998))->twice, 1);
	ch_flat_clear(&things);
}

static void
finds(void)
{
	struct ch_flat things;
	struct ch_index index;
	uint32_t key;

	ch_flat_begin(&things, sizeof(struct thing));
	ch_index_begin(&index, key_of, &things);
	for (uint32_t i = 0; i < 50000; i++) {
		key = 2 * i;
		CHECK(ch_index_find(&index, span_of(&key, sizeof(key))) == CH_NONE);
		*(struct thing *)ch_flat_add(&things) = (struct thing){i, key};
		ch_index_add(&index, i);
		CHECK(ch_index_find(&index, span_of(&key, sizeof(key))) == i);
	}
	for (uint32_t i = 0; i < 50000; i++) {
		key = 2 * i;
		CHECK(ch_index_find(&index, span_of(&key, sizeof(key))) == i);
		key = 2 * i + 1;
		CHECK(ch_index_find(&index, span_of(&key, sizeof(key))) == CH_NONE);
	}
	ch_flat_clear(&index.slots);
	ch_flat_clear(&things);
}

/* Numbers may be sparse: a slot has room for the highest. */
static void
finds_sparse(void)
{
	struct ch_flat things;
	struct ch_index index;
	uint32_t key = 7;

	ch_flat_begin(&things, sizeof(struct thing));
	ch_index_begin(&index, key_of, &things);
	ch_flat_extend(&things, 5000);
	((struct thing *)ch_flat_at(&things, 4999))->twice = key;
	ch_index_add(&index, 4999);
	CHECK_EQUAL(ch_index_find(&index, span_of(&key, sizeof(key))), 4999);
	ch_flat_clear(&index.slots);
	ch_flat_clear(&things);
}

int
main(void)
{
	keeps_its_place();
	is_brought();
	finds();
	finds_sparse();
	return test_result();
}
