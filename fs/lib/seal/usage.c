#include "usage.h"

#include "large/depot.h"
#include "records/content.h"
#include "records/records.h"
#include "register/standing.h"
#include "shown.h"

struct reading {
	struct ch_state *state;
	struct ch_use *uses;
	size_t count;
};

static void
add_use(struct reading *r, const struct ch_entry *record, const struct receipt *receipt, bool lost)
{
	const struct ch_application *application = ch_entry_application(r->state, record);
	struct ch_use use = {.receipt = *receipt, .seal = application->seal, .record = record, .lost = lost};
	uint8_t session[SHA256_SIZE];

	if (receipt->has_subject)
		use.application = ch_state_application_of(r->state, receipt->subject);
	if (use.application == application && statement_bytes(session, sizeof(session), &ch_entry_act(r->state, record)->statement, KEY_SESSION))
		use.session = ch_state_act(r->state, session);
	r->uses = ch_arena_grow(&r->state->arena, r->uses, r->count, sizeof(use));
	r->uses[r->count++] = use;
}

/* A photo that the seal has acknowledged, and that nobody has any more. */
static const struct ch_error *
find_lost(bool *lost, struct reading *r, struct ch_store *store, const struct ch_entry *record, const struct receipt *receipt)
{
	const char *name = ch_content_photo_name(receipt->counter, &r->state->arena);
	const struct ch_error *error;
	bool there = false;

	error = ch_content_has(&there, store, ch_entry_act(r->state, record), ch_entry_subject(r->state, record)->path, name, &r->state->arena);
	*lost = !there;
	return error;
}

static const struct ch_error *
read_record(struct reading *r, struct ch_store *store, const struct ch_entry *record)
{
	enum wire_code code = WIRE_OK;
	struct ch_signed_receipt signed_receipt;
	const struct ch_error *error;
	uint64_t first = 0;
	struct span text;
	bool complete;

	statement_number(&first, &ch_entry_act(r->state, record)->statement, KEY_FIRST_COUNTER);
	if ((error = ch_content_file(&text, store, ch_entry_act(r->state, record), ch_entry_subject(r->state, record)->path,
				     ch_content_receipts_name(first, &r->state->arena), &r->state->arena)))
		return error;
	complete = ch_photos_are_complete(text, &ch_entry_act(r->state, record)->statement);
	while (ch_receipts_next(&signed_receipt, &text, &code)) {
		bool lost = false;
		if (signed_receipt.receipt.kind == RECEIPT_PHOTO && !complete && (error = find_lost(&lost, r, store, record, &signed_receipt.receipt)))
			return error;
		add_use(r, record, &signed_receipt.receipt, lost);
	}
	return NULL;
}

/* A photo is of the press whose code it shows. */
static void
join_photos(struct reading *r)
{
	struct ch_map presses = {0}; /* code -> struct ch_use */

	for (size_t i = 0; i < r->count; i++) {
		struct ch_use *use = &r->uses[i], *press;
		if (!use->receipt.has_code)
			continue;
		if (use->receipt.kind == RECEIPT_PRESS)
			ch_map_put(&presses, &r->state->arena, span_of(use->receipt.code, NONCE_SIZE), use);
		press = ch_map_get(&presses, span_of(use->receipt.code, NONCE_SIZE));
		if (use->receipt.kind == RECEIPT_PHOTO && !use->lost && press && press->seal == use->seal)
			press->photo = use;
	}
}

/* Of several the first photo, else the last reason why there is none. */
static void
join_taken(struct reading *r, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(r->state, entry);
	const struct statement *st = &ch_entry_act(r->state, entry)->statement;
	uint64_t press = 0;

	statement_number(&press, st, KEY_PRESS);
	for (size_t i = 0; i < r->count; i++) {
		struct ch_use *use = &r->uses[i];
		if (use->receipt.kind != RECEIPT_PRESS || use->receipt.counter != press || use->application != application || use->seal != application->seal)
			continue;
		if (use->taken == NULL || !statement_has(&ch_entry_act(r->state, use->taken)->statement, KEY_PHOTO_SHA256))
			use->taken = entry;
		use->voided = !statement_has(&ch_entry_act(r->state, use->taken)->statement, KEY_PHOTO_SHA256);
	}
}

/* Of an application: how many of its presses have a photo, or a reason why not, and which are owed one. */
struct owing {
	uint64_t promised, presses, answered;
};

static struct owing *
owing_of(struct ch_map *map, struct reading *r, const struct ch_use *press)
{
	const struct ch_entry *apply = press->application->apply;
	struct owing *owing = ch_map_get(map, span_of(apply->id, SHA256_SIZE));

	if (owing)
		return owing;
	owing = ch_arena_alloc(&r->state->arena, sizeof(*owing));
	*owing = (struct owing){0};
	statement_number(&owing->promised, &ch_entry_act(r->state, apply)->statement, KEY_PHOTOS);
	ch_map_put(map, &r->state->arena, span_of(apply->id, SHA256_SIZE), owing);
	return owing;
}

/* Counted by press: what is said twice of one excuses no other. */
static void
find_owed(struct reading *r)
{
	struct ch_map map = {0}; /* application -> struct owing */

	for (size_t i = 0; i < r->count; i++) {
		struct ch_use *use = &r->uses[i];
		if (use->receipt.kind != RECEIPT_PRESS || use->application == NULL)
			continue;
		owing_of(&map, r, use)->presses++;
		owing_of(&map, r, use)->answered += use->photo || use->taken;
	}
	for (size_t i = 0; i < r->count; i++) {
		struct ch_use *use = &r->uses[i];
		const struct owing *o = use->receipt.kind == RECEIPT_PRESS && use->application ? owing_of(&map, r, use) : NULL;
		use->owed = o && o->answered < (o->promised < o->presses ? o->promised : o->presses);
	}
}

enum ch_photographed
ch_use_photographed(const struct ch_use *press)
{
	if (press->photo)
		return CH_PHOTO_ACKNOWLEDGED;
	if (press->taken)
		return press->voided ? CH_PHOTO_VOID : CH_PHOTO_LATER;
	return CH_NO_PHOTO;
}

const char *
ch_use_photo(const struct ch_use *press)
{
	static const char *const words[] = {
		[CH_NO_PHOTO] = "no", [CH_PHOTO_ACKNOWLEDGED] = "yes", [CH_PHOTO_LATER] = "later", [CH_PHOTO_VOID] = "void"};

	return words[ch_use_photographed(press)];
}

const struct ch_error *
ch_use_photo_read(struct span *jpeg, const struct ch_use *press, struct ch_state *state, struct ch_store *store)
{
	const struct ch_entry *entry = press->photo ? press->photo->record : press->taken;
	const struct ch_error *error;
	const char *name;

	*jpeg = span_of(NULL, 0);
	if (entry == NULL || (press->photo == NULL && press->voided))
		return NULL;
	name = press->photo ? ch_content_photo_name(press->photo->receipt.counter, &state->arena)
			    : ch_content_press_photo_name(press->receipt.counter, &state->arena);
	if ((error = ch_content_file(jpeg, store, ch_entry_act(state, entry), ch_entry_subject(state, entry)->path, name, &state->arena)))
		return error;
	return ch_depot_follow(jpeg, store->path, &state->arena);
}

const struct ch_error *
ch_usage_read(struct ch_use **uses, size_t *count, struct ch_state *state, struct ch_store *store)
{
	struct reading r = {.state = state};
	const struct ch_error *error;

	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code == WIRE_OK && entry->kind == ACT_SEAL_RECORD && (error = read_record(&r, store, entry)))
			return error;
	}
	join_photos(&r);
	for (size_t i = 0; i < state->entry_count; i++)
		if (ch_state_entry(state, i)->code == WIRE_OK && ch_state_entry(state, i)->kind == ACT_SEAL_PHOTO)
			join_taken(&r, ch_state_entry(state, i));
	find_owed(&r);
	*uses = r.uses;
	*count = r.count;
	return NULL;
}

const struct ch_use *
ch_usage_of_photo(const struct ch_use *uses, size_t count, const struct ch_state *state, const uint8_t digest[SHA256_SIZE])
{
	uint8_t taken[SHA256_SIZE];

	for (size_t i = 0; i < count; i++) {
		const struct ch_use *use = &uses[i];
		if (use->receipt.has_photo && !use->lost && memcmp(use->receipt.photo, digest, SHA256_SIZE) == 0)
			return use;
		if (use->taken && statement_bytes(taken, sizeof(taken), &ch_entry_act(state, use->taken)->statement, KEY_PHOTO_SHA256) &&
		    memcmp(taken, digest, SHA256_SIZE) == 0)
			return use;
	}
	return NULL;
}

const struct ch_error *
ch_usage_clock(int64_t *time, const struct ch_seal *seal, struct ch_state *state, struct ch_store *store)
{
	struct reading r = {.state = state};
	const struct ch_error *error;

	*time = INT64_MIN;
	for (size_t i = state->entry_count; i-- > 0 && r.count == 0;) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code == WIRE_OK && entry->kind == ACT_SEAL_RECORD && ch_entry_application(state, entry)->seal == seal &&
		    (error = read_record(&r, store, entry)))
			return error;
	}
	if (r.count > 0)
		*time = r.uses[r.count - 1].receipt.time;
	return NULL;
}

/* ---- what the seal had been shown ---- */

static void
hash_id(struct wire_sha256 *ids, const struct ch_entry *entry)
{
	wire_sha256_update(ids, span_of(entry->id, SHA256_SIZE));
}

/* The seal may have been given newer tables in the same session: any run of them that ends with the last one registered by then. */
static bool
is_digest(const struct ch_use *use, const struct ch_shown *shown)
{
	const struct ch_subject *seal = use->seal->subject;
	uint8_t digest[SHA256_SIZE];

	for (size_t first = 0; first <= seal->count; first++) {
		struct wire_sha256 ids;
		wire_sha256_init(&ids);
		for (size_t i = first; i < seal->count; i++)
			if (ch_subject_entry(seal, i)->kind == ACT_SEAL_TABLE && ch_subject_entry(seal, i)->seq <= use->session->seq)
				hash_id(&ids, ch_subject_entry(seal, i));
		for (size_t i = 0; i < shown->count; i++)
			hash_id(&ids, shown->entry[i]);
		wire_sha256_final(&ids, digest);
		if (memcmp(digest, use->receipt.bundle, SHA256_SIZE) == 0)
			return true;
	}
	return false;
}

static size_t
place_of(const struct ch_subject *subject, const struct ch_entry *entry)
{
	for (size_t i = 0; i < subject->count; i++)
		if (ch_subject_entry(subject, i) == entry)
			return i;
	return subject->count;
}

/* What administrators had agreed on about the seal's time when the session was made; nothing: it was shown without. */
static bool
is_bundle(const struct ch_use *use, const struct ch_state *state, size_t known, const uint8_t *nonce)
{
	const struct ch_subject *subject = use->application->subject, *seal = use->seal->subject;
	const struct ch_entry *report = ch_standing_report(state, subject, known, nonce);
	struct ch_sealclock clock, last = {.until = INT64_MIN};
	struct ch_shown shown;

	if (report == NULL)
		return false;
	if (ch_shown_list(&shown, state, &last, subject, known, report, use->session) && is_digest(use, &shown))
		return true;
	for (size_t i = 0; i <= seal->count; i++) {
		ch_sealclock_find(&clock, state, use->seal, i);
		if (clock.word[0] == last.word[0] && clock.word[1] == last.word[1])
			continue;
		last = clock;
		if (clock.until != INT64_MIN && ch_shown_list(&shown, state, &clock, subject, known, report, use->session) && is_digest(use, &shown))
			return true;
	}
	return false;
}

/* How much of the chain was known where the session was made: without a network that may be less than the register had by then. */
static size_t
known_acts(const struct ch_use *use, const struct ch_state *state)
{
	const struct ch_subject *subject = use->application->subject;
	uint8_t nonce[NONCE_SIZE];
	bool has_nonce = statement_bytes(nonce, sizeof(nonce), &ch_entry_act(state, use->session)->statement, KEY_DEVICE_NONCE);

	for (size_t known = place_of(subject, use->session); known > 0; known--)
		if ((has_nonce && is_bundle(use, state, known, nonce)) || is_bundle(use, state, known, NULL))
			return known;
	return 0;
}

bool
ch_usage_shows(const struct ch_use *uses, size_t count, const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_subject *subject = ch_entry_subject(state, entry);
	size_t place = place_of(subject, entry);

	for (size_t i = 0; i < count; i++)
		if (uses[i].application && uses[i].application->subject == subject && uses[i].session && uses[i].receipt.has_bundle &&
		    place < place_of(subject, uses[i].session) && place < known_acts(&uses[i], state))
			return true;
	return false;
}
