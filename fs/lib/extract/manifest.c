#include "manifest.h"

enum { HEAD_SIZE = 8 * VALUE_MAX, LINE_MAX_BYTES = 2 * VALUE_MAX };

static bool
is_listed(const struct ch_member *member)
{
	return !span_is(member->path, "MANIFEST") && !span_is(member->path, "SHA256SUMS");
}

static void
digest_text(char hex[2 * SHA256_SIZE + 1], struct span content)
{
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, content);
	text_put_hex(hex, digest, sizeof(digest));
}

static bool
put_digest(char *out, size_t *at, const char *key, const uint8_t digest[SHA256_SIZE])
{
	char hex[2 * SHA256_SIZE + 1];

	text_put_hex(hex, digest, SHA256_SIZE);
	return record_put(out, HEAD_SIZE, at, key, span_text(hex));
}

static bool
put_head(char out[HEAD_SIZE], size_t *at, const struct ch_manifest *manifest)
{
	char format[21], seq[21], received[TIME_TEXT + 1];

	text_put_number(format, manifest->format);
	text_put_number(seq, manifest->seq);
	text_put_time(received, manifest->received);
	return record_put(out, HEAD_SIZE, at, "Format", span_text(format)) && record_put(out, HEAD_SIZE, at, "Kind", SPAN_LITERAL("extract")) &&
	       record_put(out, HEAD_SIZE, at, "Archive", manifest->archive) && record_put(out, HEAD_SIZE, at, "Subject", manifest->subject) &&
	       put_digest(out, at, "Tip", manifest->tip) && record_put(out, HEAD_SIZE, at, "Seq", span_text(seq)) &&
	       put_digest(out, at, "Head", manifest->head) && record_put(out, HEAD_SIZE, at, "Received", span_text(received));
}

/* The line of one member; records end at 64 KiB, an extract's manifest does not, so each line is a record of its own. */
static size_t
put_member(char out[LINE_MAX_BYTES], const struct ch_member *member)
{
	char size[21];
	char value[LINE_MAX_BYTES];
	size_t at = 2 * SHA256_SIZE, len = 0;

	digest_text(value, member->content);
	text_put_number(size, member->content.len);
	if (!text_append(value, sizeof(value), &at, SPAN_LITERAL(" ")) || !text_append(value, sizeof(value), &at, span_text(size)) ||
	    !text_append(value, sizeof(value), &at, SPAN_LITERAL(" ")) || !text_append(value, sizeof(value), &at, member->path) ||
	    !record_put(out, LINE_MAX_BYTES, &len, "File", span_of(value, at)))
		return 0;
	return len;
}

const struct ch_error *
ch_manifest_write(struct span *text, const struct ch_manifest *manifest, const struct ch_tarball *tarball, struct ch_arena *arena)
{
	char *out = ch_arena_alloc(arena, HEAD_SIZE + tarball->count * LINE_MAX_BYTES);
	size_t at = 0, len;

	if (!put_head(out, &at, manifest))
		return ch_refuse(WIRE_LIMIT, "the manifest's head does not fit");
	for (size_t i = 0; i < tarball->count; i++) {
		const struct ch_member *member = &tarball->members[i];
		if (!is_listed(member))
			continue;
		if ((len = put_member(out + at, member)) == 0)
			return ch_refuse(WIRE_LIMIT, "the name '%.*s' is too long for a manifest", (int)member->path.len, (const char *)member->path.data);
		at += len;
	}
	*text = span_of(out, at);
	return NULL;
}

static struct span
take(struct span *rest, const char *name)
{
	struct span line = *rest, value;

	line.len = span_cut(rest, '\n').len;
	if (rest->data == line.data + line.len + 1)
		line.len++;
	return record_take(&value, &line, name) ? value : span_of(NULL, 0);
}

static bool
take_head(struct ch_manifest *m, struct span *rest)
{
	uint8_t id[ARCHIVE_ID_SIZE];
	uint64_t format;

	if (!text_get_number(&format, take(rest, "Format")) || format < 1 || format > CH_EXTRACT_FORMAT || !span_is(take(rest, "Kind"), "extract"))
		return false;
	m->format = (unsigned)format;
	m->archive = take(rest, "Archive");
	m->subject = take(rest, "Subject");
	return text_get_hex(id, sizeof(id), m->archive) && text_is_path(m->subject) && text_get_hex(m->tip, sizeof(m->tip), take(rest, "Tip")) &&
	       text_get_number(&m->seq, take(rest, "Seq")) && text_get_hex(m->head, sizeof(m->head), take(rest, "Head")) &&
	       text_get_time(&m->received, take(rest, "Received"));
}

static const struct ch_error *
not_named(const struct ch_member *member)
{
	return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is not named in MANIFEST, or not in this place", (int)member->path.len,
			 (const char *)member->path.data);
}

/* MANIFEST names something else than the member that stands there. */
static const struct ch_error *
misplaced(struct span name, const struct ch_tarball *tarball, size_t i)
{
	const struct ch_member *found = ch_tarball_find(tarball, name);

	if (found == NULL)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is missing", (int)name.len, (const char *)name.data);
	if (found < tarball->members + i)
		return ch_refuse(WIRE_WRONG_CONTENT, "MANIFEST names '%.*s' twice, or not in its place", (int)name.len, (const char *)name.data);
	return not_named(&tarball->members[i]);
}

/* A `File:` line and the member that stands in its place. */
static const struct ch_error *
compare_member(struct span line, const struct ch_tarball *tarball, size_t i)
{
	struct span name = line, digest = span_cut(&name, ' '), size = span_cut(&name, ' ');
	const struct ch_member *member = i < tarball->count ? &tarball->members[i] : NULL;
	char hex[2 * SHA256_SIZE + 1];
	uint64_t bytes;

	if (!text_get_number(&bytes, size))
		return ch_refuse(WIRE_MALFORMED_RECORD, "MANIFEST: 'File:' wants digest, size, name");
	if (member == NULL || !span_equal(member->path, name))
		return misplaced(name, tarball, i);
	digest_text(hex, member->content);
	if (bytes != member->content.len || !span_is(digest, hex))
		return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is not what MANIFEST says", (int)name.len, (const char *)name.data);
	return NULL;
}

static size_t
next_listed(const struct ch_tarball *tarball, size_t i)
{
	while (i < tarball->count && !is_listed(&tarball->members[i]))
		i++;
	return i;
}

const struct ch_error *
ch_manifest_read(struct ch_manifest *manifest, const struct ch_tarball *tarball)
{
	const struct ch_member *member = ch_tarball_find(tarball, SPAN_LITERAL("MANIFEST"));
	size_t i = next_listed(tarball, 0);
	const struct ch_error *error;
	struct span rest;

	if (member == NULL)
		return ch_refuse(WIRE_MALFORMED_RECORD, "no extract: 'MANIFEST' is missing");
	rest = member->content;
	if (!take_head(manifest, &rest))
		return ch_refuse(WIRE_MALFORMED_RECORD, "MANIFEST does not begin as that of an extract");
	for (; rest.len; i = next_listed(tarball, i + 1))
		if ((error = compare_member(take(&rest, "File"), tarball, i)))
			return error;
	return i < tarball->count ? not_named(&tarball->members[i]) : NULL;
}

struct span
ch_manifest_sums(const struct ch_tarball *tarball, struct ch_arena *arena)
{
	char *out = ch_arena_alloc(arena, tarball->count * LINE_MAX_BYTES);
	size_t size = tarball->count * LINE_MAX_BYTES, at = 0;

	for (size_t i = 0; i < tarball->count; i++) {
		const struct ch_member *member = &tarball->members[i];
		char hex[2 * SHA256_SIZE + 1];
		if (span_is(member->path, "SHA256SUMS"))
			continue;
		digest_text(hex, member->content);
		text_append(out, size, &at, span_text(hex));
		text_append(out, size, &at, SPAN_LITERAL("  "));
		text_append(out, size, &at, member->path);
		text_append(out, size, &at, SPAN_LITERAL("\n"));
	}
	return span_of(out, at);
}
