#include "rawcommit.h"

enum { PARENT_LINE = 7 + 2 * OBJECT_ID_SIZE + 1 };

static bool
take(struct span *rest, struct span literal)
{
	if (!span_starts(*rest, literal))
		return false;
	*rest = span_skip(*rest, literal.len);
	return true;
}

/* A line that ends in LF, without it. */
static bool
take_line(struct span *line, struct span *rest)
{
	if (rest->len == 0 || memchr(rest->data, '\n', rest->len) == NULL)
		return false;
	*line = span_cut(rest, '\n');
	return true;
}

static bool
take_named(struct span *rest, struct span name)
{
	struct span line, after = *rest;

	if (!span_starts(*rest, name) || !take_line(&line, &after))
		return false;
	*rest = after;
	return true;
}

static bool
take_id(uint8_t id[OBJECT_ID_SIZE], struct span *rest, struct span name)
{
	struct span line, after = *rest;

	if (!span_starts(*rest, name) || !take_line(&line, &after) || !text_get_hex(id, OBJECT_ID_SIZE, span_skip(line, name.len)))
		return false;
	*rest = after;
	return true;
}

/* A header with its continuation lines; its name. */
static bool
take_header(struct span *name, struct span *all, struct span *rest)
{
	struct span line, begin = *rest;

	if (!take_line(&line, rest))
		return false;
	while (span_starts(*rest, SPAN_LITERAL(" ")))
		if (!take_line(all, rest))
			return false;
	*name = span_cut(&line, ' ');
	*all = span_of(begin.data, begin.len - rest->len);
	return name->len > 0;
}

static bool
is_once_only(struct span name)
{
	return span_is(name, "tree") || span_is(name, "parent") || span_is(name, "author") || span_is(name, "committer");
}

/* The headers behind the committer. */
static bool
read_others(struct ch_raw_commit *c, struct span *rest, struct span raw)
{
	static const struct span begin = {(const uint8_t *)"gpgsig ", 7};
	bool encoded = false;
	struct span name, all;

	while (rest->len > 0 && rest->data[0] != '\n') {
		if (!take_header(&name, &all, rest) || is_once_only(name) || (encoded && span_is(name, "encoding")))
			return false;
		encoded = encoded || span_is(name, "encoding");
		if (!span_starts(name, SPAN_LITERAL("gpgsig")))
			continue;
		if (c->signature.data || !span_starts(all, begin))
			return false;
		c->head = span_of(raw.data, (size_t)(all.data - raw.data));
		c->signature = span_of(all.data + begin.len, all.len - begin.len - 1);
		c->tail = *rest;
	}
	return true;
}

enum wire_code
ch_raw_commit_read(struct ch_raw_commit *c, struct span raw)
{
	uint8_t id[OBJECT_ID_SIZE];
	struct span rest = raw;

	*c = (struct ch_raw_commit){0};
	if (!take_id(id, &rest, SPAN_LITERAL("tree ")))
		return WIRE_MALFORMED_COMMIT;
	c->parents.data = rest.data;
	while (take_id(id, &rest, SPAN_LITERAL("parent ")))
		c->parents.len += PARENT_LINE;
	if (raw.len > CH_RAW_COMMIT_MAX)
		return WIRE_TOO_LONG;
	if (memchr(raw.data, '\0', raw.len) || !take_named(&rest, SPAN_LITERAL("author ")) || !take_named(&rest, SPAN_LITERAL("committer ")) ||
	    !read_others(c, &rest, raw))
		return WIRE_MALFORMED_COMMIT;
	return WIRE_OK;
}

size_t
ch_raw_commit_parents(const struct ch_raw_commit *c)
{
	return c->parents.len / PARENT_LINE;
}

void
ch_raw_commit_parent(uint8_t id[OBJECT_ID_SIZE], const struct ch_raw_commit *c, size_t index)
{
	text_get_hex(id, OBJECT_ID_SIZE, span_of(c->parents.data + index * PARENT_LINE + 7, 2 * OBJECT_ID_SIZE));
}

size_t
ch_raw_commit_armor(char *out, size_t size, const struct ch_raw_commit *c)
{
	struct span rest = c->signature;
	size_t len = 0;

	if (c->signature.data == NULL)
		return 0;
	do {
		if (!text_append(out, size, &len, span_cut(&rest, '\n')) || !text_append(out, size, &len, SPAN_LITERAL("\n")))
			return 0;
	} while (take(&rest, SPAN_LITERAL(" ")));
	return len;
}

bool
ch_raw_tag_read(uint8_t object[OBJECT_ID_SIZE], struct span raw)
{
	return take_id(object, &raw, SPAN_LITERAL("object ")) && span_starts(raw, SPAN_LITERAL("type "));
}
