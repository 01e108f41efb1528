/* Bundles and packs: one form, whole objects only, and nothing that inflates to more than its reader allows. */
#include "extract/gitbundle.h"

#include <stdlib.h>

#include "test.h"
#include "wire/sha1.h"

#define A "1111111111111111111111111111111111111111"
#define B "2222222222222222222222222222222222222222"
#define FIRST "# v2 git bundle\n"

static struct ch_arena arena;

static enum wire_code
header(const char *text)
{
	struct ch_gitbundle bundle;

	return ch_gitbundle_read(&bundle, span_text(text));
}

static void
test_header(void)
{
	struct ch_gitbundle bundle;
	struct ch_gitbundle_ref ref;

	CHECK_EQUAL(ch_gitbundle_read(&bundle, SPAN_LITERAL(FIRST A " HEAD\n" B " refs/heads/main\n\nPACK")), WIRE_OK);
	CHECK_EQUAL_SPAN(bundle.pack, SPAN_LITERAL("PACK"));
	CHECK(ch_gitbundle_ref(&ref, &bundle.refs) && span_is(ref.name, "HEAD") && ref.id.id[0] == 0x11);
	CHECK(ch_gitbundle_ref(&ref, &bundle.refs) && span_is(ref.name, "refs/heads/main") && ref.id.id[0] == 0x22);
	CHECK(!ch_gitbundle_ref(&ref, &bundle.refs));
	CHECK_EQUAL(header(FIRST A " HEAD\n\n"), WIRE_OK);
	CHECK_EQUAL(header("# v3 git bundle\n" A " HEAD\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST "\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A " HEAD\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST "-" A " before\n" A " HEAD\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A " HEAD\n" A " HEAD\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A " refs/heads/main\n" A " HEAD\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A " refs/heads/../x\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A " main\n\n"), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(header(FIRST A "  HEAD\n\n"), WIRE_MALFORMED_RECORD);
}

static struct ch_pack_object
blob(const char *content)
{
	char *head = ch_arena_format(&arena, "blob %zu", strlen(content));
	struct ch_pack_object object = {.type = CH_BLOB, .raw = span_text(content)};
	struct sha1 h;

	sha1_init(&h);
	sha1_update(&h, span_of(head, strlen(head) + 1));
	sha1_update(&h, object.raw);
	sha1_final(&h, object.id.id);
	return object;
}

/* The same bytes with a trailer that fits them. */
static struct span
sealed(const uint8_t *bytes, size_t len)
{
	uint8_t *out = ch_arena_alloc(&arena, len + SHA1_SIZE);
	struct sha1 h;

	memcpy(out, bytes, len);
	sha1_init(&h);
	sha1_update(&h, span_of(bytes, len));
	sha1_final(&h, out + len);
	return span_of(out, len + SHA1_SIZE);
}

static void
test_round_trip(void)
{
	struct ch_pack_object objects[] = {blob("one\n"), blob(""), blob(ch_arena_format(&arena, "%070000d", 1))};
	struct ch_pack pack = {.objects = objects, .count = 3}, back;
	struct span bytes = ch_pack_write(&pack, &arena);

	CHECK_EQUAL(ch_pack_read(&back, bytes, 1 << 20, &arena), WIRE_OK);
	CHECK(ch_pack_equal(&pack, &back));
	for (size_t i = 0; i < back.count; i++)
		CHECK_EQUAL_SPAN(back.objects[i].raw, objects[i].raw);
	CHECK_EQUAL(ch_pack_read(&back, bytes, 70003, &arena), WIRE_TOO_LONG);
	CHECK_EQUAL(ch_pack_read(&back, bytes, 70004, &arena), WIRE_OK);
	back.count--;
	CHECK(!ch_pack_equal(&pack, &back));
}

/* Each forged byte is refused even though the trailer fits, but for the bits that fill up a deflated entry's last byte. */
static void
test_forged(void)
{
	struct ch_pack_object objects[] = {blob("one\n"), blob("two\n")};
	struct ch_pack pack = {.objects = objects, .count = 2}, back;
	struct span bytes = ch_pack_write(&pack, &arena);
	size_t len = bytes.len - SHA1_SIZE;
	uint8_t *copy = ch_arena_alloc(&arena, len + 1);

	memcpy(copy, bytes.data, len);
	CHECK_EQUAL(ch_pack_read(&back, sealed(copy, len), 100, &arena), WIRE_OK);
	CHECK_EQUAL(ch_pack_read(&back, sealed(copy, len + 1), 100, &arena), WIRE_MALFORMED_TREE);
	CHECK_EQUAL(ch_pack_read(&back, sealed(copy, len - 1), 100, &arena), WIRE_MALFORMED_TREE);
	for (size_t i = 0; i < len; i++) {
		copy[i] ^= 0x40;
		CHECK(ch_pack_read(&back, sealed(copy, len), 100, &arena) != WIRE_OK || ch_pack_equal(&back, &pack));
		copy[i] ^= 0x40;
	}
	copy[12] = (uint8_t)(6 << 4 | 4);
	CHECK_EQUAL(ch_pack_read(&back, sealed(copy, len), 100, &arena), WIRE_MALFORMED_TREE);
	copy[12] = (uint8_t)(7 << 4 | 4);
	CHECK_EQUAL(ch_pack_read(&back, sealed(copy, len), 100, &arena), WIRE_MALFORMED_TREE);
	CHECK_EQUAL(ch_pack_read(&back, bytes, 100, &arena), WIRE_OK);
}

static void
test_order(void)
{
	static const uint8_t head[] = {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 2};
	struct ch_pack_object object = blob("one\n");
	struct ch_pack pack = {.objects = &object, .count = 1}, back;
	struct span bytes = ch_pack_write(&pack, &arena);
	size_t entry = bytes.len - SHA1_SIZE - sizeof(head);
	uint8_t *twice = ch_arena_alloc(&arena, sizeof(head) + 2 * entry);

	memcpy(twice, head, sizeof(head));
	memcpy(twice + sizeof(head), bytes.data + sizeof(head), entry);
	memcpy(twice + sizeof(head) + entry, bytes.data + sizeof(head), entry);
	CHECK_EQUAL(ch_pack_read(&back, sealed(twice, sizeof(head) + 2 * entry), 100, &arena), WIRE_MALFORMED_TREE);
	twice[11] = 1;
	CHECK_EQUAL(ch_pack_read(&back, sealed(twice, sizeof(head) + entry), 100, &arena), WIRE_OK);
	twice[9] = 2;
	CHECK_EQUAL(ch_pack_read(&back, sealed(twice, sizeof(head) + entry), 100, &arena), WIRE_LIMIT);
}

int
main(void)
{
	test_header();
	test_round_trip();
	test_forged();
	test_order();
	ch_arena_clear(&arena);
	return test_result();
}
