/* Tarballs and manifests: what was written reads back, whatever the locale; one member out of place is named. */
#include "extract/manifest.h"

#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "test.h"

static struct ch_arena arena;
static char path[] = "tarball.tar";

static struct ch_tarball
example(void)
{
	struct ch_tarball t = {.directory = SPAN_LITERAL("0123abcd-d1-000001")};
	struct ch_manifest m = {.format = CH_EXTRACT_FORMAT, .archive = SPAN_LITERAL("0123456789abcdef0123456789abcdef"), .subject = SPAN_LITERAL("seals/S-1/applications/2026/0/d1-000001")};
	char *longest = ch_arena_format(&arena, "files/attachments/%0150d", 7);

	m.seq = 7;
	ch_tarball_add(&t, SPAN_LITERAL("README"), SPAN_LITERAL("read me\n"), &arena);
	ch_tarball_add(&t, SPAN_LITERAL("MANIFEST"), span_of(NULL, 0), &arena);
	ch_tarball_add(&t, SPAN_LITERAL("SHA256SUMS"), span_of(NULL, 0), &arena);
	ch_tarball_add(&t, SPAN_LITERAL("files/attachments/合同.pdf"), SPAN_LITERAL("%PDF\0\n"), &arena);
	ch_tarball_add(&t, span_text(longest), span_of(ch_arena_alloc(&arena, 100000), 100000), &arena);
	ch_tarball_add(&t, SPAN_LITERAL("files/empty"), span_of(NULL, 0), &arena);
	CHECK(ch_manifest_write(&t.members[1].content, &m, &t, &arena) == NULL);
	t.members[2].content = ch_manifest_sums(&t, &arena);
	return t;
}

static struct span
file(const char *name)
{
	FILE *in = fopen(name, "r");
	uint8_t *bytes = ch_arena_alloc(&arena, 1 << 20);
	size_t len = fread(bytes, 1, 1 << 20, in);

	fclose(in);
	return span_of(bytes, len);
}

static struct span
written(const struct ch_tarball *t)
{
	struct span bytes;

	CHECK(ch_tarball_write(t, path, 1700000000) == NULL);
	bytes = file(path);
	unlink(path);
	return bytes;
}

static void
test_round_trip(void)
{
	struct ch_tarball t = example(), back;
	struct ch_manifest m;
	struct span bytes = written(&t), again;

	setlocale(LC_ALL, "C.UTF-8");
	again = written(&t);
	CHECK(span_equal(bytes, again));
	CHECK(ch_tarball_write(&t, path, 1700000000) == NULL);
	CHECK(ch_tarball_write(&t, path, 1700000000)->class == CH_IO);
	CHECK(ch_tarball_read(&back, path, &arena) == NULL);
	unlink(path);
	CHECK_EQUAL(back.count, t.count);
	CHECK_EQUAL_SPAN(back.directory, t.directory);
	for (size_t i = 0; i < back.count; i++) {
		CHECK_EQUAL_SPAN(back.members[i].path, t.members[i].path);
		CHECK(span_equal(back.members[i].content, t.members[i].content));
	}
	CHECK(ch_manifest_read(&m, &back) == NULL);
	CHECK_EQUAL(m.seq, 7);
}

static void
refused(const struct ch_tarball *t, const char *message)
{
	struct ch_manifest m;
	const struct ch_error *error = ch_manifest_read(&m, t);

	CHECK(error != NULL);
	if (error)
		CHECK_EQUAL_SPAN(span_text(error->message), span_text(message));
}

static void
test_manifest(void)
{
	struct ch_tarball t = example();
	struct ch_member *last = &t.members[5], kept = *last;

	CHECK(ch_manifest_read(&(struct ch_manifest){0}, &t) == NULL);
	last->content = SPAN_LITERAL("x");
	refused(&t, "WRONG-CONTENT: 'files/empty' is not what MANIFEST says");
	last->content = span_of(NULL, 0);
	last->path = SPAN_LITERAL("files/other");
	refused(&t, "WRONG-CONTENT: 'files/empty' is missing");
	*last = kept;
	ch_tarball_add(&t, SPAN_LITERAL("files/more"), SPAN_LITERAL(""), &arena);
	refused(&t, "WRONG-CONTENT: 'files/more' is not named in MANIFEST, or not in this place");
	t.count--;
	t.members[1].content = span_text(ch_arena_format(&arena, "%.*sFile: %064d 0 files/empty\n", (int)t.members[1].content.len,
							 (const char *)t.members[1].content.data, 0));
	refused(&t, "WRONG-CONTENT: MANIFEST names 'files/empty' twice, or not in its place");
	t.members[1].content = span_skip(t.members[1].content, 1);
	refused(&t, "MALFORMED-RECORD: MANIFEST does not begin as that of an extract");
	t.members[1].path = SPAN_LITERAL("manifest");
	refused(&t, "MALFORMED-RECORD: no extract: 'MANIFEST' is missing");
}

int
main(void)
{
	test_round_trip();
	test_manifest();
	ch_arena_clear(&arena);
	return test_result();
}
