/* Packs put together hold what their parts held, once; a part that is damaged, or whose index is another's, spoils it. */
#include "store/object.h"
#include "store/packjoin.h"
#include "test.h"

static struct ch_arena arena;

static struct ch_pack_part
part_with(const char *const *texts, size_t count)
{
	struct ch_pack_object objects[8];
	struct ch_pack pack = {.objects = objects, .count = count};
	struct ch_pack_part part;

	for (size_t i = 0; i < count; i++) {
		objects[i] = (struct ch_pack_object){.type = CH_BLOB, .raw = span_text(texts[i])};
		ch_object_id(&objects[i].id, CH_BLOB, objects[i].raw);
	}
	part.pack = ch_arena_copy(&arena, ch_pack_write(&pack, &arena));
	part.index = ch_arena_copy(&arena, ch_pack_index(&pack, part.pack, &arena));
	return part;
}

static bool
joins(const struct ch_pack_part *parts, size_t count)
{
	struct ch_pack_part joined;

	return ch_pack_join(&joined, parts, count, &arena);
}

/* The byte is as it was afterwards. */
static bool
joins_with(struct ch_pack_part *parts, size_t count, struct span bytes, size_t at)
{
	uint8_t *byte = (uint8_t *)bytes.data + at;
	bool joined;

	*byte ^= 1;
	joined = joins(parts, count);
	*byte ^= 1;
	return joined;
}

int
main(void)
{
	static const char *const first[] = {"one", "two", "three"}, *const second[] = {"three", "four"}, *const all[] = {"one", "two", "three", "four"};
	struct ch_pack_part parts[2] = {part_with(first, 3), part_with(second, 2)}, whole = part_with(all, 4), joined, swapped[2];

	CHECK(ch_pack_join(&joined, parts, 2, &arena));
	CHECK(span_equal(joined.pack, whole.pack));
	CHECK(span_equal(joined.index, whole.index));
	for (size_t i = 0; i < parts[1].pack.len; i++)
		CHECK(!joins_with(parts, 2, parts[1].pack, i));
	for (size_t i = 0; i < parts[1].index.len; i++)
		CHECK(!joins_with(parts, 2, parts[1].index, i));
	for (size_t cut = 1; cut < parts[1].pack.len; cut++)
		CHECK(!joins(&(struct ch_pack_part){span_of(parts[1].pack.data, parts[1].pack.len - cut), parts[1].index}, 1));
	swapped[0] = (struct ch_pack_part){parts[0].pack, parts[1].index};
	CHECK(!joins(swapped, 1));
	swapped[0] = (struct ch_pack_part){span_of(NULL, 0), span_of(NULL, 0)};
	CHECK(!joins(swapped, 1));
	CHECK(joins(parts, 2));
	ch_arena_clear(&arena);
	return test_result();
}
