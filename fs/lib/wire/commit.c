#include "commit.h"

#define ONES (SIZE_MAX / 255) /* 0x01 in each byte */

static bool
take(struct span *rest, struct span literal)
{
	if (!span_starts(*rest, literal))
		return false;
	*rest = span_skip(*rest, literal.len);
	return true;
}

/* Takes one header line. The caller knows that the text ends in a newline. */
static bool
take_header(struct span *value, struct span *rest, struct span name)
{
	if (!take(rest, name))
		return false;
	*value = span_cut(rest, '\n');
	return true;
}

static bool
take_object_id(uint8_t id[OBJECT_ID_SIZE], struct span *rest, struct span name)
{
	struct span value;

	return take_header(&value, rest, name) && text_get_hex(id, OBJECT_ID_SIZE, value);
}

static bool
read_author(struct commit *c, struct span line)
{
	uint8_t archive[ARCHIVE_ID_SIZE];
	uint64_t seconds;

	c->actor = span_cut(&line, ' ');
	if (!text_is_id(c->actor) || !take(&line, SPAN_LITERAL("<")) || !take(&line, c->actor) ||
		!take(&line, SPAN_LITERAL("@")))
		return false;
	c->archive = span_cut(&line, '>');
	if (!text_get_hex(archive, ARCHIVE_ID_SIZE, c->archive) || !take(&line, SPAN_LITERAL(" ")))
		return false;
	if (!text_get_number(&seconds, span_cut(&line, ' ')) || seconds > TEXT_TIME_MAX)
		return false;
	c->time = (int64_t)seconds;
	return span_is(line, "+0000");
}

/* The header's own line and the continuation lines, which begin with a space. */
static bool
take_signature(struct span *value, struct span *rest)
{
	if (!take_header(value, rest, SPAN_LITERAL("gpgsig ")))
		return false;
	while (span_starts(*rest, SPAN_LITERAL(" ")))
		span_cut(rest, '\n');
	value->len = (size_t)(rest->data - value->data) - 1;
	return true;
}

static bool
read_headers(struct commit *c, struct span *rest)
{
	struct span author, committer, raw = *rest;

	if (!take_object_id(c->tree, rest, SPAN_LITERAL("tree ")))
		return false;
	while (span_starts(*rest, SPAN_LITERAL("parent ")))
		if (c->parents == COMMIT_PARENTS_MAX || !take_object_id(c->parent[c->parents++], rest, SPAN_LITERAL("parent ")))
			return false;
	if (!take_header(&author, rest, SPAN_LITERAL("author ")) || !take_header(&committer, rest, SPAN_LITERAL("committer ")))
		return false;
	if (!span_equal(author, committer) || !read_author(c, author))
		return false;
	c->head = span_of(raw.data, (size_t)(rest->data - raw.data));
	return take_signature(&c->gpgsig, rest);
}

/* Summary, blank line, one paragraph. */
static bool
read_message(struct commit *c, struct span message)
{
	struct span rest = message;

	c->message = message;
	c->summary = span_cut(&rest, '\n');
	if (c->summary.len == 0 || !take(&rest, SPAN_LITERAL("\n")))
		return false;
	c->statement = rest;
	while (rest.len > 0)
		if (span_cut(&rest, '\n').len == 0)
			return false;
	return c->statement.len > 0;
}

/* Not zero when a byte of the word is. */
static size_t
zero_bytes(size_t word)
{
	return (word - ONES) & ~word & (ONES << 7);
}

/* A word at a time: a seal has no other way to be quick about it. */
static bool
is_text(struct span raw)
{
	bool ends = raw.len > 0 && raw.data[raw.len - 1] == '\n';

	for (size_t word; ends && raw.len >= sizeof(word); raw = span_skip(raw, sizeof(word))) {
		memcpy(&word, raw.data, sizeof(word));
		if (zero_bytes(word) | zero_bytes(word ^ ONES * '\r'))
			return false;
	}
	for (; ends && raw.len > 0; raw = span_skip(raw, 1))
		if (raw.data[0] == '\r' || raw.data[0] == '\0')
			return false;
	return ends;
}

enum wire_code
commit_read(struct commit *c, struct span raw)
{
	struct span rest = raw;

	*c = (struct commit){0};
	if (raw.len > COMMIT_MAX)
		return WIRE_TOO_LONG;
	if (!is_text(raw) || !read_headers(c, &rest))
		return WIRE_MALFORMED_COMMIT;
	if (c->gpgsig.len > COMMIT_SIGNATURE_MAX)
		return WIRE_TOO_LONG;
	c->tail = rest;
	return take(&rest, SPAN_LITERAL("\n")) && read_message(c, rest) ? WIRE_OK : WIRE_MALFORMED_COMMIT;
}

void
commit_payload_digest(uint8_t id[SHA256_SIZE], const struct commit *c)
{
	struct wire_sha256 h;

	wire_sha256_init(&h);
	wire_sha256_update(&h, c->head);
	wire_sha256_update(&h, c->tail);
	wire_sha256_final(&h, id);
}

static bool
put_object_id(char *out, size_t size, size_t *at, const char *name, const uint8_t id[OBJECT_ID_SIZE])
{
	char hex[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(hex, id, OBJECT_ID_SIZE);
	return text_append(out, size, at, span_text(name)) && text_append(out, size, at, span_text(hex)) &&
	       text_append(out, size, at, SPAN_LITERAL("\n"));
}

static bool
put_author(char *out, size_t size, size_t *at, const char *name, const struct commit *c)
{
	char seconds[21];

	text_put_number(seconds, (uint64_t)c->time);
	return text_append(out, size, at, span_text(name)) && text_append(out, size, at, c->actor) &&
	       text_append(out, size, at, SPAN_LITERAL(" <")) && text_append(out, size, at, c->actor) &&
	       text_append(out, size, at, SPAN_LITERAL("@")) && text_append(out, size, at, c->archive) &&
	       text_append(out, size, at, SPAN_LITERAL("> ")) && text_append(out, size, at, span_text(seconds)) &&
	       text_append(out, size, at, SPAN_LITERAL(" +0000\n"));
}

size_t
commit_write_payload(char *out, size_t size, const struct commit *c)
{
	size_t len = 0;

	if (c->parents > COMMIT_PARENTS_MAX || c->time < 0 || c->time > TEXT_TIME_MAX ||
		!put_object_id(out, size, &len, "tree ", c->tree))
		return 0;
	for (unsigned i = 0; i < c->parents; i++)
		if (!put_object_id(out, size, &len, "parent ", c->parent[i]))
			return 0;
	if (!put_author(out, size, &len, "author ", c) || !put_author(out, size, &len, "committer ", c))
		return 0;
	if (!text_append(out, size, &len, SPAN_LITERAL("\n")) || !text_append(out, size, &len, c->summary) ||
		!text_append(out, size, &len, SPAN_LITERAL("\n\n")) || !text_append(out, size, &len, c->statement))
		return 0;
	return len;
}

/* The length of a payload's headers: up to the newline that begins the blank line. 0 when there is none. */
static size_t
headers_length(struct span payload)
{
	for (size_t i = 1; i < payload.len; i++)
		if (payload.data[i - 1] == '\n' && payload.data[i] == '\n')
			return i;
	return 0;
}

size_t
commit_write_signed(char *out, size_t size, struct span payload, struct span armor)
{
	size_t headers = headers_length(payload), len = 0;

	if (headers == 0 || !span_ends(armor, SPAN_LITERAL("\n")) ||
		!text_append(out, size, &len, span_of(payload.data, headers)) ||
		!text_append(out, size, &len, SPAN_LITERAL("gpgsig")))
		return 0;
	while (armor.len > 0)
		if (!text_append(out, size, &len, SPAN_LITERAL(" ")) || !text_append(out, size, &len, span_cut(&armor, '\n')) ||
			!text_append(out, size, &len, SPAN_LITERAL("\n")))
			return 0;
	return text_append(out, size, &len, span_skip(payload, headers)) ? len : 0;
}

size_t
commit_signature_armor(char *out, size_t size, const struct commit *c)
{
	size_t len = 0;
	struct span rest = c->gpgsig;

	do {
		if (!text_append(out, size, &len, span_cut(&rest, '\n')) || !text_append(out, size, &len, SPAN_LITERAL("\n")))
			return 0;
	} while (take(&rest, SPAN_LITERAL(" ")));
	return len;
}
