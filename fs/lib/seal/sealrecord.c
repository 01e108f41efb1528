#include "sealrecord.h"

#include <inttypes.h>

#include "records/content.h"

struct record {
	struct ch_state *state;
	struct ch_spool *spool;
	const struct ch_application *application;
	struct ch_signed_receipt *receipt;
	size_t count;
	struct ch_draft_file *files; /* the receipts, then the photos */
	size_t file_count;
	struct ch_photo_lines photos;
	bool without; /* what is not there is lost */
};

static const struct ch_error *
read_receipt(struct ch_signed_receipt *out, struct record *r, uint64_t counter, bool *found)
{
	const struct ch_error *error;
	enum wire_code code = WIRE_OK;
	struct span text;

	if ((error = ch_spool_receipt(&text, r->spool, counter, &r->state->arena)))
		return error;
	if (!(*found = text.len > 0))
		return NULL;
	if (!ch_receipts_next(out, &text, &code) || text.len || out->receipt.counter != counter)
		return ch_refuse(WIRE_MALFORMED_RECORD, "receipt %" PRIu64 " in the spool is damaged; the seal still has it", counter);
	return NULL;
}

static const struct ch_error *
read_receipts(struct record *r)
{
	uint64_t counter = r->application->seal->counter;
	struct ch_signed_receipt receipt;
	const struct ch_error *error;
	bool found = true;

	for (;;) {
		if ((error = read_receipt(&receipt, r, ++counter, &found)) || !found)
			return error;
		r->receipt = ch_arena_grow(&r->state->arena, r->receipt, r->count, sizeof(receipt));
		r->receipt[r->count++] = receipt;
	}
}

static void
add_file(struct record *r, const char *path, struct span content)
{
	r->files = ch_arena_grow(&r->state->arena, r->files, r->file_count, sizeof(*r->files));
	r->files[r->file_count++] = (struct ch_draft_file){span_text(path), content};
}

static void
add_receipts(struct record *r)
{
	struct ch_arena *arena = &r->state->arena;
	size_t size = 0, at = 0;
	char *text;

	for (size_t i = 0; i < r->count; i++)
		size += r->receipt[i].text.len + r->receipt[i].armor.len;
	text = ch_arena_alloc(arena, size);
	for (size_t i = 0; i < r->count; i++) {
		text_append(text, size, &at, r->receipt[i].text);
		text_append(text, size, &at, r->receipt[i].armor);
	}
	add_file(r, ch_content_receipts_name(r->receipt[0].receipt.counter, arena), span_of(text, size));
}

/* The press that a photo receipt is about: the one with its code. 0: none here. */
static uint64_t
press_of(const struct record *r, const struct receipt *photo)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->receipt[i].receipt.kind == RECEIPT_PRESS && memcmp(r->receipt[i].receipt.code, photo->code, NONCE_SIZE) == 0)
			return r->receipt[i].receipt.counter;
	return 0;
}

static const struct ch_error *
add_photo(struct record *r, const struct receipt *receipt)
{
	struct ch_arena *arena = &r->state->arena;
	uint64_t press = press_of(r, receipt);
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct span jpeg;

	if ((error = ch_spool_photo(&jpeg, r->spool, press, arena)))
		return error;
	wire_sha256_of(digest, jpeg);
	if (press == 0 || memcmp(digest, receipt->photo, sizeof(digest)) != 0)
		return r->without ? NULL
				  : ch_fail(CH_LATER, "the photo of receipt %" PRIu64 " is not here: run seal-unlock on the machine it was taken with, or with "
						      "--photos-lost when nobody has it any more", receipt->counter);
	ch_photo_lines_add(&r->photos, receipt);
	add_file(r, ch_content_photo_name(receipt->counter, arena), jpeg);
	return NULL;
}

static struct ch_draft
draft_of(struct record *r)
{
	struct ch_draft draft = {.kind = ACT_SEAL_RECORD, .subject = r->application->subject->path, .files = r->files, .file_count = r->file_count};
	struct ch_arena *arena = &r->state->arena;
	uint8_t digest[SHA256_SIZE];

	draft.value[KEY_SESSION] = ch_arena_hex(arena, r->spool->session, SHA256_SIZE);
	draft.value[KEY_FIRST_COUNTER] = ch_arena_number(arena, r->receipt[0].receipt.counter);
	draft.value[KEY_LAST_COUNTER] = ch_arena_number(arena, r->receipt[r->count - 1].receipt.counter);
	wire_sha256_of(digest, r->files[0].content);
	draft.value[KEY_RECEIPTS_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
	ch_photo_lines_digest(digest, &r->photos);
	if (r->photos.count)
		draft.value[KEY_PHOTOS_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
	return draft;
}

const struct ch_error *
ch_draft_seal_record(struct ch_draft *draft, uint64_t *receipts, struct ch_state *state, struct ch_spool *spool,
		     const struct ch_entry *session, bool photos_lost)
{
	struct record r = {.state = state, .spool = spool, .application = ch_entry_application(state, session), .without = photos_lost};
	const struct ch_error *error;

	if ((error = read_receipts(&r)) || (*receipts = r.count) == 0)
		return error;
	add_receipts(&r);
	ch_photo_lines_init(&r.photos);
	for (size_t i = 0; i < r.count; i++)
		if (r.receipt[i].receipt.kind == RECEIPT_PHOTO && (error = add_photo(&r, &r.receipt[i].receipt)))
			return error;
	*draft = draft_of(&r);
	return NULL;
}
