#include "receipt.h"

#include "statement.h"

static const char *const kind_names[RECEIPT_KINDS] = {"boot", "arm", "press", "abort", "tamper", "die", "table", "photo"};

static const struct span PHOTO = {(const uint8_t *)"photo ", 6};

const char *
receipt_kind_name(enum receipt_kind kind)
{
	return kind < RECEIPT_KINDS ? kind_names[kind] : NULL;
}

static bool
take_number(uint64_t *out, struct span *rest, const char *key)
{
	struct span value;

	return record_take(&value, rest, key) && text_get_number(out, value);
}

/* A digest or code, or "none". */
static bool
take_hex(uint8_t *out, size_t len, bool *there, struct span *rest, const char *key)
{
	struct span value;

	if (!record_take(&value, rest, key))
		return false;
	*there = !span_is(value, "none");
	return !*there || text_get_hex(out, len, value);
}

static bool
take_kind(enum receipt_kind *kind, struct span *rest)
{
	struct span value;

	if (!record_take(&value, rest, "Kind"))
		return false;
	for (*kind = 0; *kind < RECEIPT_KINDS; (*kind)++)
		if (span_is(value, kind_names[*kind]))
			return true;
	return false;
}

/* A photo's digest stands in photo receipts and nowhere else. */
static bool
take_watch(struct receipt *r, struct span *rest)
{
	struct span value;

	if (!record_take(&value, rest, "Watch"))
		return false;
	r->has_photo = span_starts(value, PHOTO);
	if (r->has_photo != (r->kind == RECEIPT_PHOTO))
		return false;
	if (r->has_photo)
		return text_get_hex(r->photo, SHA256_SIZE, span_skip(value, PHOTO.len));
	r->watched = span_is(value, "seen");
	return r->watched || span_is(value, "none");
}

static bool
take_time(struct receipt *r, struct span *rest)
{
	struct span time, quality;

	if (!record_take(&time, rest, "Time") || !text_get_time(&r->time, time) || !record_take(&quality, rest, "Time-Quality"))
		return false;
	r->time_trusted = span_is(quality, "trusted");
	return r->time_trusted || span_is(quality, "floor");
}

/* "none" reads as zero, so zero written out would be a second form. */
static bool
take_previous(uint8_t previous[SHA256_SIZE], struct span *rest)
{
	static const uint8_t zero[SHA256_SIZE];
	bool there;

	return take_hex(previous, SHA256_SIZE, &there, rest, "Previous-SHA256") &&
	       there == (memcmp(previous, zero, SHA256_SIZE) != 0);
}

static bool
read_all(struct receipt *r, struct span rest)
{
	struct span format;

	return record_take(&format, &rest, "Format") && span_is(format, "1") &&
	       record_take(&r->device, &rest, "Device") && text_is_id(r->device) &&
	       take_number(&r->epoch, &rest, "Epoch") && take_number(&r->boot, &rest, "Boot") &&
	       take_number(&r->counter, &rest, "Counter") && take_kind(&r->kind, &rest) &&
	       take_hex(r->subject, SHA256_SIZE, &r->has_subject, &rest, "Subject-SHA256") &&
	       take_hex(r->bundle, SHA256_SIZE, &r->has_bundle, &rest, "Bundle-SHA256") &&
	       take_hex(r->code, NONCE_SIZE, &r->has_code, &rest, "Code") &&
	       take_watch(r, &rest) && take_time(r, &rest) && take_previous(r->previous, &rest) && rest.len == 0;
}

enum wire_code
receipt_read(struct receipt *r, struct span text)
{
	memset(r, 0, sizeof(*r));
	return text.len <= RECEIPT_MAX && read_all(r, text) ? WIRE_OK : WIRE_MALFORMED_RECORD;
}

struct writer {
	char *out;
	size_t size, at;
	bool full;
};

static void
put(struct writer *w, const char *key, struct span value)
{
	if (!w->full)
		w->full = !record_put(w->out, w->size, &w->at, key, value);
}

static void
put_number(struct writer *w, const char *key, uint64_t n)
{
	char text[21];

	put(w, key, span_of(text, text_put_number(text, n)));
}

static void
put_hex(struct writer *w, const char *key, const uint8_t *bytes, size_t len, bool there)
{
	char text[HEX_DIGEST + 1];

	text_put_hex(text, bytes, len);
	put(w, key, there ? span_text(text) : SPAN_LITERAL("none"));
}

static void
put_watch(struct writer *w, const struct receipt *r)
{
	char text[sizeof("photo ") + HEX_DIGEST] = "photo ";

	text_put_hex(text + PHOTO.len, r->photo, SHA256_SIZE);
	put(w, "Watch", span_text(r->has_photo ? text : r->watched ? "seen" : "none"));
}

static void
put_time(struct writer *w, const struct receipt *r)
{
	char text[TIME_TEXT + 1];

	text_put_time(text, r->time);
	put(w, "Time", span_text(text));
	put(w, "Time-Quality", span_text(r->time_trusted ? "trusted" : "floor"));
}

size_t
receipt_write(char *out, size_t size, const struct receipt *r)
{
	static const uint8_t zero[SHA256_SIZE];
	struct writer w = {out, size, 0, false};

	if (r->kind >= RECEIPT_KINDS)
		return 0;
	put(&w, "Format", SPAN_LITERAL("1"));
	put(&w, "Device", r->device);
	put_number(&w, "Epoch", r->epoch);
	put_number(&w, "Boot", r->boot);
	put_number(&w, "Counter", r->counter);
	put(&w, "Kind", span_text(kind_names[r->kind]));
	put_hex(&w, "Subject-SHA256", r->subject, SHA256_SIZE, r->has_subject);
	put_hex(&w, "Bundle-SHA256", r->bundle, SHA256_SIZE, r->has_bundle);
	put_hex(&w, "Code", r->code, NONCE_SIZE, r->has_code);
	put_watch(&w, r);
	put_time(&w, r);
	put_hex(&w, "Previous-SHA256", r->previous, SHA256_SIZE, memcmp(r->previous, zero, SHA256_SIZE) != 0);
	return w.full ? 0 : w.at;
}
