/*
 * ch_dearmor
 *   read_line     one line at a time, without its end
 *     outside       before the head and behind the tail: other kinds of armor are refused, other text is not looked at
 *     header, body, checksum
 *   decode        base64 in lines of 64, which wire/armor.c reads
 */
#include "dearmor.h"

#include <string.h>

#include "wire/armor.h"

enum { LINE = 64, CHECKSUM_LINE = 5 };

struct reading {
	enum { BEFORE, HEADER, BODY, CHECKED, BEHIND } at;
	char *base64; /* in lines of 64 */
	size_t len, digits;
	struct span checksum;
};

static const struct ch_error *
malformed(const char *what)
{
	return ch_refuse(WIRE_MALFORMED_SIGNATURE, "%s", what);
}

static bool
contains(struct span line, const char *text)
{
	return memmem(line.data, line.len, text, strlen(text)) != NULL;
}

/* Heads of armor that is no detached signature, or one that a mail program has marked. */
static const struct ch_error *
outside(struct reading *r, struct span line)
{
	if (span_is(line, "-----BEGIN PGP SIGNATURE-----")) {
		if (r->at == BEHIND)
			return malformed("there are several signatures; hand in one at a time");
		r->at = HEADER;
		return NULL;
	}
	if (contains(line, "LS0tLS1CRUdJTiBQR1AgU0lHTkFUVVJF")) /* -----BEGIN PGP SIGNATURE */
		return malformed("mail has encoded the signature (base64); save it as an attachment instead of copying it from the source of the mail");
	if (!contains(line, "-----BEGIN PGP "))
		return NULL;
	if (span_is(line, "-----BEGIN PGP SIGNED MESSAGE-----"))
		return malformed("the text has been signed with its signature around it; make a detached one: gpg --armor --detach-sign FILE");
	if (span_is(line, "-----BEGIN PGP MESSAGE-----"))
		return malformed("this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE");
	if (span_starts(line, SPAN_LITERAL("-----BEGIN PGP P")))
		return malformed("this is a key, not a signature");
	return malformed("the signature is quoted, as in an answer to a mail; save it from the mail itself, or attach it as a file");
}

static const struct ch_error *
header(struct reading *r, struct span line)
{
	if (line.len == 0)
		r->at = BODY;
	else if (!contains(line, ": "))
		return malformed("the empty line behind the head of the signature is missing; attach it as a file");
	return NULL;
}

static bool
is_base64(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		uint8_t c = line.data[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || (c == '=' && i > 0)))
			return false;
	}
	return true;
}

static void
append_digits(struct reading *r, struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		r->base64[r->len++] = (char)line.data[i];
		if (++r->digits % LINE == 0)
			r->base64[r->len++] = '\n';
	}
}

static const struct ch_error *
body(struct reading *r, struct span line)
{
	if (span_is(line, "-----END PGP SIGNATURE-----")) {
		r->at = BEHIND;
		return NULL;
	}
	if (r->at == BODY && line.len == CHECKSUM_LINE && line.data[0] == '=') {
		r->at = CHECKED;
		r->checksum = line;
		return NULL;
	}
	if (contains(line, "=3D") || (line.len > 1 && line.data[line.len - 1] == '=' && line.len % 4 == 1))
		return malformed("mail has encoded the signature (quoted-printable); save it as an attachment instead of copying it from the source of the mail");
	if (span_starts(line, SPAN_LITERAL(">")))
		return malformed("the signature is quoted, as in an answer to a mail; save it from the mail itself, or attach it as a file");
	if (r->at == CHECKED || line.len == 0 || !is_base64(line))
		return malformed("the signature was damaged on its way; attach it as a file");
	append_digits(r, line);
	return NULL;
}

static const struct ch_error *
read_line(struct reading *r, struct span line)
{
	while (line.len && strchr("\r \t", line.data[line.len - 1]) && line.data[line.len - 1])
		line.len--;
	switch (r->at) {
	case BEFORE:
	case BEHIND:
		return outside(r, line);
	case HEADER:
		return header(r, line);
	case BODY:
	case CHECKED:
		break;
	}
	return body(r, line);
}

/* The checksum is the one that the writer would put there. */
static bool
checksum_fits(const struct reading *r, struct span bytes, struct ch_arena *arena)
{
	struct span tail = span_text(ch_arena_format(arena, "%.*s\n-----END PGP SIGNATURE-----\n", (int)r->checksum.len, (const char *)r->checksum.data));
	char *text = ch_arena_alloc(arena, 2 * CH_DEARMOR_MAX);

	return r->checksum.len == 0 || span_ends(span_of(text, armor_write(text, 2 * CH_DEARMOR_MAX, ARMOR_SIGNATURE, bytes)), tail);
}

static const struct ch_error *
decode(struct span *bytes, struct reading *r, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, r->len + 1);

	if (r->at == BEFORE)
		return malformed("there is no signature in it");
	if (r->at != BEHIND)
		return malformed("the signature is cut off; attach it as a file");
	if (r->digits % LINE)
		r->base64[r->len++] = '\n';
	*bytes = span_of(out, armor_decode(out, r->len, span_of(r->base64, r->len)));
	return bytes->len && checksum_fits(r, *bytes, arena) ? NULL : malformed("the signature was damaged on its way; attach it as a file");
}

/* UTF-16: marked as such, or its first letter is one of ASCII. */
static bool
is_wide(struct span text)
{
	return text.len > 1 && (text.data[0] >= 0xfe || text.data[0] == '\0' || text.data[1] == '\0');
}

const struct ch_error *
ch_dearmor(struct span *bytes, struct span text, struct ch_arena *arena)
{
	struct reading r = {0};
	const struct ch_error *error = NULL;

	if (text.len > CH_DEARMOR_MAX)
		return ch_refuse(WIRE_TOO_LONG, "this is too long for a signature");
	if (is_wide(text))
		return malformed("this is text of two bytes to the letter (UTF-16), as some shells write it; let gpg write the file itself, with --output");
	if (memchr(text.data, '\0', text.len))
		return malformed("there is no signature in it; what was packed (zip) has to be unpacked first");
	if (span_starts(text, SPAN_LITERAL("\xef\xbb\xbf")))
		text = span_skip(text, 3);
	r.base64 = ch_arena_alloc(arena, text.len + text.len / LINE + 2);
	while (text.len && error == NULL)
		error = read_line(&r, span_cut(&text, '\n'));
	return error ? error : decode(bytes, &r, arena);
}
