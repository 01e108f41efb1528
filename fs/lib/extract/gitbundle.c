#include "gitbundle.h"

#include <stdlib.h>

static const char first_line[] = "# v2 git bundle\n";

enum { HEX = 2 * OBJECT_ID_SIZE };

static bool
is_name(struct span name)
{
	return span_is(name, "HEAD") || (span_starts(name, SPAN_LITERAL("refs/")) && text_is_path(name));
}

bool
ch_gitbundle_ref(struct ch_gitbundle_ref *ref, struct span *refs)
{
	struct span rest = *refs, line = span_cut(&rest, '\n');

	if (line.len <= HEX || line.data[HEX] != ' ' || rest.data != line.data + line.len + 1 ||
	    !text_get_hex(ref->id.id, sizeof(ref->id.id), span_of(line.data, HEX)))
		return false;
	ref->name = span_skip(line, HEX + 1);
	if (!is_name(ref->name))
		return false;
	*refs = rest;
	return true;
}

enum wire_code
ch_gitbundle_read(struct ch_gitbundle *bundle, struct span bytes)
{
	struct span rest, last = {0};
	struct ch_gitbundle_ref ref;

	if (!span_starts(bytes, SPAN_LITERAL(first_line)))
		return WIRE_MALFORMED_RECORD;
	rest = bundle->refs = span_skip(bytes, strlen(first_line));
	for (; ch_gitbundle_ref(&ref, &rest); last = ref.name)
		if (last.len && span_compare(last, ref.name) >= 0)
			return WIRE_MALFORMED_RECORD;
	if (last.len == 0 || rest.len == 0 || rest.data[0] != '\n')
		return WIRE_MALFORMED_RECORD;
	bundle->refs.len -= rest.len;
	bundle->pack = span_skip(rest, 1);
	bundle->header = span_of(bytes.data, bytes.len - bundle->pack.len);
	return WIRE_OK;
}

static int
by_name(const void *a, const void *b)
{
	const struct ch_gitbundle_ref *x = a, *y = b;

	return span_compare(x->name, y->name);
}

struct span
ch_gitbundle_header(struct ch_gitbundle_ref *refs, size_t count, struct ch_arena *arena)
{
	size_t size = strlen(first_line) + 1, at = 0;
	char *out, hex[HEX + 1];

	for (size_t i = 0; i < count; i++)
		size += HEX + refs[i].name.len + 2;
	out = ch_arena_alloc(arena, size);
	qsort(refs, count, sizeof(*refs), by_name);
	text_append(out, size, &at, SPAN_LITERAL(first_line));
	for (size_t i = 0; i < count; i++) {
		text_put_hex(hex, refs[i].id.id, sizeof(refs[i].id.id));
		text_append(out, size, &at, span_of(hex, HEX));
		text_append(out, size, &at, SPAN_LITERAL(" "));
		text_append(out, size, &at, refs[i].name);
		text_append(out, size, &at, SPAN_LITERAL("\n"));
	}
	text_append(out, size, &at, SPAN_LITERAL("\n"));
	return span_of(out, at);
}
