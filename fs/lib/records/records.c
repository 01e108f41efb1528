#include "records.h"

#include "base/nfc.h"
#include "wire/table.h"

/* Lines are taken in their fixed order; the first that is not as expected is remembered and ends the reading. */
struct reader {
	struct span rest;
	const char *what;
	const struct ch_error *error;
};

static void
demand(struct reader *r, bool holds, const char *complaint)
{
	if (r->error == NULL && !holds)
		r->error = ch_refuse(WIRE_MALFORMED_RECORD, "%s: %s", r->what, complaint);
}

static struct span
take(struct reader *r, const char *name)
{
	struct span value = {0};

	if (r->error)
		return value;
	if (!record_take(&value, &r->rest, name)) {
		r->error = ch_refuse(WIRE_MALFORMED_RECORD, "%s: wants '%s:'", r->what, name);
		return span_of(NULL, 0);
	}
	demand(r, ch_nfc(value), "not in Unicode normal form C");
	return value;
}

static const struct ch_error *
finish(struct reader *r)
{
	demand(r, r->rest.len == 0, "more lines than its kind has");
	return r->error;
}

const struct ch_error *
ch_archive_record_read(struct ch_archive_record *record, struct span text)
{
	struct reader r = {.rest = text, .what = "archive record"};
	uint8_t id[ARCHIVE_ID_SIZE];

	demand(&r, span_is(take(&r, "Format"), "1"), "not of format 1");
	record->id = take(&r, "Archive");
	demand(&r, text_get_hex(id, sizeof(id), record->id), "'Archive:' wants 32 hex digits");
	record->name = take(&r, "Name");
	record->zone = take(&r, "Time-Zone");
	record->large = (struct ch_patterns){0};
	while (r.error == NULL && r.rest.len)
		demand(&r, ch_patterns_add(&record->large, take(&r, "Large")), "'Large:' wants a pattern like *.jpg, each once");
	return finish(&r);
}

struct span
ch_archive_record_write(const struct ch_archive_record *record, struct ch_arena *arena)
{
	size_t size = 4 * VALUE_MAX + PATTERNS_TEXT_MAX, at = 0;
	char *text = ch_arena_alloc(arena, size);

	record_put(text, size, &at, "Format", SPAN_LITERAL("1"));
	record_put(text, size, &at, "Archive", record->id);
	record_put(text, size, &at, "Name", record->name);
	record_put(text, size, &at, "Time-Zone", record->zone);
	for (size_t i = 0; i < record->large.count; i++)
		record_put(text, size, &at, "Large", record->large.pattern[i]);
	return span_of(text, at);
}

const struct ch_error *
ch_person_record_read(struct ch_person_record *record, struct span text)
{
	struct reader r = {.rest = text, .what = "person record"};

	demand(&r, span_is(take(&r, "Format"), "1"), "not of format 1");
	record->name = take(&r, "Name");
	record->mail = take(&r, "Mail");
	record->roles = take(&r, "Roles");
	demand(&r, roles_are_sorted(record->roles), "'Roles:' wants words, sorted, each once");
	demand(&r, !roles_contain(record->roles, SPAN_LITERAL("device")), "the role 'device' is that of keys that deposit");
	return finish(&r);
}

struct span
ch_person_record_write(const struct ch_person_record *record, struct ch_arena *arena)
{
	size_t size = 5 * VALUE_MAX, at = 0;
	char *text = ch_arena_alloc(arena, size);

	record_put(text, size, &at, "Format", SPAN_LITERAL("1"));
	record_put(text, size, &at, "Name", record->name);
	record_put(text, size, &at, "Mail", record->mail);
	record_put(text, size, &at, "Roles", record->roles);
	return span_of(text, at);
}

struct span
ch_proof_text(struct span archive, struct span owner, const uint8_t fingerprint[FINGERPRINT_SIZE], struct ch_arena *arena)
{
	size_t size = 5 * VALUE_MAX, at = 0;
	char *text = ch_arena_alloc(arena, size);

	record_put(text, size, &at, "Format", SPAN_LITERAL("1"));
	record_put(text, size, &at, "Kind", SPAN_LITERAL("proof"));
	record_put(text, size, &at, "Archive", archive);
	record_put(text, size, &at, "Owner", owner);
	record_put(text, size, &at, "Key", ch_arena_hex(arena, fingerprint, FINGERPRINT_SIZE));
	return span_of(text, at);
}

static bool
read_attachment(struct ch_attachment *a, struct span value)
{
	struct span digest = span_cut(&value, ' '), size = span_cut(&value, ' ');

	a->name = value;
	return text_get_hex(a->digest, sizeof(a->digest), digest) && text_get_number(&a->size, size) && text_is_name(a->name);
}

static bool
is_listed(const struct ch_application_record *record, struct span name)
{
	for (size_t i = 0; i < record->count; i++)
		if (span_equal(record->attachments[i].name, name))
			return true;
	return false;
}

const struct ch_error *
ch_application_record_read(struct ch_application_record *record, struct span text, struct ch_arena *arena)
{
	struct reader r = {.rest = text, .what = "application record"};

	*record = (struct ch_application_record){0};
	demand(&r, span_is(take(&r, "Format"), "1"), "not of format 1");
	demand(&r, span_is(take(&r, "Kind"), "application"), "not of kind 'application'");
	record->title = take(&r, "Title");
	record->reason = take(&r, "Reason");
	demand(&r, r.rest.len > 0, "wants 'Attachment:'");
	while (r.error == NULL && r.rest.len) {
		struct ch_attachment a = {0};
		demand(&r, read_attachment(&a, take(&r, "Attachment")), "'Attachment:' wants digest, size, name");
		demand(&r, !is_listed(record, a.name), "two attachments of one name");
		record->attachments = ch_arena_grow(arena, record->attachments, record->count, sizeof(a));
		record->attachments[record->count++] = a;
	}
	return finish(&r);
}

struct span
ch_application_record_write(const struct ch_application_record *record, struct ch_arena *arena)
{
	size_t size = (5 + record->count) * 2 * VALUE_MAX, at = 0;
	char *text = ch_arena_alloc(arena, size), digest[2 * SHA256_SIZE + 1];

	record_put(text, size, &at, "Format", SPAN_LITERAL("1"));
	record_put(text, size, &at, "Kind", SPAN_LITERAL("application"));
	record_put(text, size, &at, "Title", record->title);
	record_put(text, size, &at, "Reason", record->reason);
	for (size_t i = 0; i < record->count; i++) {
		const struct ch_attachment *a = &record->attachments[i];
		text_put_hex(digest, a->digest, sizeof(a->digest));
		record_put(text, size, &at, "Attachment",
			   span_text(ch_arena_format(arena, "%s %llu %.*s", digest, (unsigned long long)a->size, (int)a->name.len,
						     (const char *)a->name.data)));
	}
	return span_of(text, at);
}

bool
ch_signed_text(struct span *text, struct span *armor, struct span *rest)
{
	static const char begin[] = "-----BEGIN PGP SIGNATURE-----\n", end[] = "-----END PGP SIGNATURE-----\n";
	const uint8_t *signature = rest->len ? memmem(rest->data, rest->len, begin, strlen(begin)) : NULL, *behind;

	behind = signature ? memmem(signature, rest->len - (size_t)(signature - rest->data), end, strlen(end)) : NULL;
	if (behind == NULL)
		return false;
	*text = span_of(rest->data, (size_t)(signature - rest->data));
	*armor = span_of(signature, (size_t)(behind - signature) + strlen(end));
	*rest = span_skip(*rest, text->len + armor->len);
	return true;
}

bool
ch_receipts_next(struct ch_signed_receipt *out, struct span *rest, enum wire_code *code)
{
	if (rest->len == 0)
		return false;
	*code = ch_signed_text(&out->text, &out->armor, rest) ? receipt_read(&out->receipt, out->text) : WIRE_MALFORMED_RECORD;
	return *code == WIRE_OK;
}

void
ch_photo_lines_init(struct ch_photo_lines *photos)
{
	photos->count = 0;
	wire_sha256_init(&photos->lines);
}

void
ch_photo_lines_add(struct ch_photo_lines *photos, const struct receipt *photo)
{
	char line[21 + 2 * SHA256_SIZE + 3];
	size_t len = text_put_number(line, photo->counter);

	line[len++] = ' ';
	text_put_hex(line + len, photo->photo, SHA256_SIZE);
	len += (size_t)2 * SHA256_SIZE;
	line[len++] = '\n';
	wire_sha256_update(&photos->lines, span_of(line, len));
	photos->count++;
}

void
ch_photo_lines_digest(uint8_t digest[SHA256_SIZE], const struct ch_photo_lines *photos)
{
	struct wire_sha256 lines = photos->lines;

	wire_sha256_final(&lines, digest);
}

bool
ch_photo_lines_are(const struct ch_photo_lines *photos, const struct statement *st)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];

	if (!statement_bytes(said, sizeof(said), st, KEY_PHOTOS_SHA256))
		return photos->count == 0;
	ch_photo_lines_digest(is, photos);
	return photos->count > 0 && memcmp(said, is, sizeof(is)) == 0;
}

bool
ch_photos_are_complete(struct span receipts, const struct statement *st)
{
	struct ch_photo_lines photos;
	enum wire_code code = WIRE_OK;
	struct ch_signed_receipt r;

	ch_photo_lines_init(&photos);
	while (ch_receipts_next(&r, &receipts, &code))
		if (r.receipt.kind == RECEIPT_PHOTO)
			ch_photo_lines_add(&photos, &r.receipt);
	return ch_photo_lines_are(&photos, st);
}
