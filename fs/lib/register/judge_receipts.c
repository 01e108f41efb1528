/* What a seal-record brings: receipts without gap or reordering, each signed by the device, and the photos they name. */
#include <inttypes.h>

#include "records/content.h"
#include "judge_content.h"
#include "records/records.h"
#include "wire/armor.h"

static bool
verify_receipt(struct judge_case *c, const struct ch_seal *seal, const struct ch_signed_receipt *r)
{
	uint8_t packet[PGPSIG_MAX];
	struct pgpsig sig;
	size_t len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, r->armor);

	if (!span_equal(r->receipt.device, seal->device) || r->receipt.epoch != seal->epoch)
		return case_refuse(c, WIRE_WRONG_DEVICE, "a receipt is by another device or epoch than that of seal '%.*s'", (int)seal->id.len,
				   (const char *)seal->id.data);
	if (len == 0 || pgpsig_read(&sig, span_of(packet, len)) != WIRE_OK || memcmp(sig.issuer, seal->key.fingerprint, FINGERPRINT_SIZE) != 0 ||
	    pgpsig_verify(&sig, r->text, span_of(NULL, 0), seal->key.point) != WIRE_OK)
		return case_refuse(c, WIRE_BAD_SIGNATURE, "the signature of receipt %" PRIu64 " does not fit", r->receipt.counter);
	return true;
}

/* A photo that is lost is not brought; what is brought is what the seal has acknowledged. */
static bool
photo_line(struct additions *a, struct ch_photo_lines *photos, const struct receipt *receipt)
{
	const char *name = ch_content_photo_name(receipt->counter, a->c->arena);
	struct ch_pointer photo;

	if (!content_brings(a, name))
		return true;
	if (!content_take_named(&photo, a, name))
		return false;
	if (memcmp(photo.digest, receipt->photo, SHA256_SIZE) != 0)
		return content_wrong(a->c, "not the photo that the seal has acknowledged:", name);
	ch_photo_lines_add(photos, receipt);
	return true;
}

/* Receipts continue where the seal's last recorded one ended: no gap, no reordering, each naming the digest of the one before. */
bool
content_record(struct additions *a, uint64_t first)
{
	struct judge_case *c = a->c;
	const struct ch_seal *seal = ch_application_of(c->subject)->seal;
	uint8_t head[SHA256_SIZE];
	uint64_t counter = seal->counter, last = 0;
	struct ch_photo_lines photos;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;
	struct span text;
	bool follows = first == counter + 1;

	memcpy(head, seal->head, sizeof(head));
	statement_number(&last, c->st, KEY_LAST_COUNTER);
	if (c->state->extract && first > counter)
		counter = first - 1; /* what lies between is recorded with other applications */
	else if (!follows)
		return case_refuse(c, WIRE_CONFLICT, "begins with receipt %" PRIu64 "; receipt %" PRIu64 " comes next", first, counter + 1);
	if (!content_take_digest(&text, a, ch_content_receipts_name(first, c->arena), KEY_RECEIPTS_SHA256))
		return false;
	ch_photo_lines_init(&photos);
	while (ch_receipts_next(&r, &text, &code)) {
		if (!verify_receipt(c, seal, &r))
			return false;
		if (r.receipt.counter != ++counter || (follows && memcmp(r.receipt.previous, head, sizeof(head)) != 0))
			return case_refuse(c, WIRE_WRONG_PREVIOUS, "receipt %" PRIu64 " does not follow receipt %" PRIu64, r.receipt.counter, counter - 1);
		follows = true;
		wire_sha256_of(head, r.text);
		if (r.receipt.kind == RECEIPT_PHOTO && !photo_line(a, &photos, &r.receipt))
			return false;
	}
	if (code != WIRE_OK)
		return case_refuse(c, code, "the receipts are not in canonical form");
	if (counter < first)
		return content_wrong(c, "no receipts in", ch_content_receipts_name(first, c->arena));
	if (counter != last)
		return content_wrong(c, "Last-Counter", "is not that of the last receipt");
	return ch_photo_lines_are(&photos, c->st) || content_wrong(c, "Photos-SHA256", "is not the digest of the photos");
}

static bool
is_press(const struct judge_case *c, const struct ch_signed_receipt *r, uint64_t press)
{
	return r->receipt.counter == press && r->receipt.kind == RECEIPT_PRESS && r->receipt.has_subject &&
	       case_names(c, KEY_SUBJECT_SHA256, r->receipt.subject);
}

/* Whether a record of the application has the press. */
static bool
find_press(bool *found, struct judge_case *c, const struct ch_entry *record, uint64_t press)
{
	uint64_t first = 0, last = 0;
	const struct act *act = ch_entry_act(c->state, record);
	const struct ch_error *error;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;
	struct span text;

	statement_number(&first, &act->statement, KEY_FIRST_COUNTER);
	statement_number(&last, &act->statement, KEY_LAST_COUNTER);
	if (press < first || press > last)
		return true;
	if ((error = ch_content_file(&text, c->store, act, c->path, ch_content_receipts_name(first, c->arena), c->arena)))
		return case_error(c, error);
	while (!*found && ch_receipts_next(&r, &text, &code))
		*found = is_press(c, &r, press);
	return true;
}

bool
content_photo(struct additions *a)
{
	const struct ch_application *application = ch_application_of(a->c->subject);
	uint8_t said[SHA256_SIZE];
	uint64_t press = 0;
	bool found = false;
	struct ch_pointer photo;

	statement_number(&press, a->c->st, KEY_PRESS);
	for (size_t i = 0; i < application->record_count; i++)
		if (!find_press(&found, a->c, application->records[i].entry, press))
			return false;
	if (!found)
		return case_refuse(a->c, WIRE_WRONG_CONTENT, "no recorded receipt says that press %" PRIu64 " was for this application", press);
	if (!statement_bytes(said, sizeof(said), a->c->st, KEY_PHOTO_SHA256))
		return true;
	return content_take_named(&photo, a, ch_content_press_photo_name(press, a->c->arena)) &&
	       (memcmp(said, photo.digest, sizeof(said)) == 0 || content_wrong(a->c, key_name(KEY_PHOTO_SHA256), "is not the digest of the content"));
}
