#include "standing.h"

#include "application.h"
#include "page.h"

enum { LOOK_BACK = 20000 };

struct ch_draft
ch_draft_seal_state(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE])
{
	const struct ch_seal *seal = application->seal;
	struct ch_draft draft = {.kind = ACT_SEAL_STATE, .subject = application->subject->path};

	draft.value[KEY_DEVICE] = seal->device;
	draft.value[KEY_EPOCH] = ch_arena_number(&state->arena, seal->epoch);
	draft.value[KEY_SEQ] = ch_arena_number(&state->arena, state->seq);
	draft.value[KEY_STATUS] = span_text(ch_application_standing(application));
	draft.value[KEY_CAP] = ch_arena_number(&state->arena, ch_application_cap(application));
	if (nonce)
		draft.value[KEY_NONCE] = ch_arena_hex(&state->arena, nonce, NONCE_SIZE);
	draft.value[KEY_RECEIPT_ACKED] = ch_arena_number(&state->arena, seal->counter);
	if (seal->counter)
		draft.value[KEY_RECEIPT_HEAD] = ch_arena_hex(&state->arena, seal->head, SHA256_SIZE);
	return draft;
}

static bool
is_over(const struct ch_state *state, const struct ch_entry *report, const uint8_t nonce[NONCE_SIZE])
{
	uint8_t named[NONCE_SIZE];

	return statement_bytes(named, sizeof(named), &ch_entry_act(state, report)->statement, KEY_NONCE) && memcmp(named, nonce, sizeof(named)) == 0;
}

const struct ch_entry *
ch_standing_report(const struct ch_state *state, const struct ch_subject *subject, size_t known, const uint8_t nonce[NONCE_SIZE])
{
	for (size_t i = nonce ? subject->count : known; i-- > 0;) {
		const struct ch_entry *entry = ch_subject_entry(subject, i);
		if (entry->kind == ACT_SEAL_STATE && (nonce == NULL || is_over(state, entry, nonce)))
			return entry;
	}
	return NULL;
}

struct reporting {
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_secret *registrar;
	struct ch_oid *reports;
	size_t count;
	struct ch_map done; /* path -> not NULL: one report of an application is enough */
	const struct ch_seal **seals; /* of which something is reported */
	size_t seal_count;
};

static void
note_seal(struct reporting *r, const struct ch_seal *seal)
{
	for (size_t i = 0; i < r->seal_count; i++)
		if (r->seals[i] == seal)
			return;
	r->seals = ch_arena_grow(&r->state->arena, r->seals, r->seal_count, sizeof(*r->seals));
	r->seals[r->seal_count++] = seal;
}

static const struct ch_error *
report(struct reporting *r, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE])
{
	struct ch_draft draft = ch_draft_seal_state(r->state, application, nonce);
	const struct ch_error *error;
	struct ch_signer signer;

	note_seal(r, application->seal);
	ch_signer_own(&signer, r->registrar, SPAN_LITERAL("registrar"));
	ch_map_put(&r->done, &r->state->arena, application->subject->path, r);
	r->reports = ch_arena_grow(&r->state->arena, r->reports, r->count, sizeof(*r->reports));
	if ((error = ch_draft_sign(&r->reports[r->count], &draft, r->state, r->store, &signer)))
		return error;
	r->count++;
	return NULL;
}

/* ---- made beforehand ---- */

static bool
still_says(const struct statement *st, const struct ch_application *application)
{
	uint64_t cap = 0;

	return span_is(st->value[KEY_STATUS], ch_application_standing(application)) && statement_number(&cap, st, KEY_CAP) &&
	       cap == ch_application_cap(application);
}

static bool
is_usable(const struct ch_application *application, int64_t now)
{
	uint64_t left;

	return ch_application_left(&left, application) == WIRE_OK && !ch_application_is_over(application, now);
}

static uint64_t
fresh_of(const struct ch_state *state, const struct ch_application *application)
{
	uint64_t fresh = 0;

	statement_number(&fresh, &ch_entry_act(state, application->apply)->statement, KEY_FRESH);
	return fresh;
}

/* `age`: the last one is old when it has had a half of what is allowed; 0: whatever its age. */
static bool
is_due(const struct ch_state *state, const struct ch_application *application, int64_t now, bool age)
{
	bool usable = is_usable(application, now);
	uint64_t fresh = fresh_of(state, application);
	const struct ch_entry *report = ch_standing_report(state, application->subject, application->subject->count, NULL);
	const struct statement *last;
	int64_t made = 0;

	if (fresh == 0)
		return false;
	if (report == NULL)
		return usable;
	last = &ch_entry_act(state, report)->statement;
	statement_time(&made, last, KEY_TIME);
	return !still_says(last, application) || (usable && age && now > made && (uint64_t)(now - made) >= fresh / 2);
}

static const struct ch_error *
report_if_due(struct reporting *r, const struct ch_application *application, int64_t now, bool age)
{
	if (ch_map_get(&r->done, application->subject->path) || !is_due(r->state, application, now, age))
		return NULL;
	return report(r, application, NULL);
}

static const struct ch_error *
report_all(struct reporting *r, const struct ch_seal *seal, int64_t now, bool age)
{
	struct ch_application **all;
	const struct ch_error *error = NULL;
	size_t count = ch_applications(&all, r->state);

	for (size_t i = 0; i < count && error == NULL; i++)
		if (seal == NULL || all[i]->seal == seal)
			error = report_if_due(r, all[i], now, age);
	return error;
}

/* ---- on acts ---- */

static bool
is_latest_session(const struct ch_subject *subject, const struct ch_entry *session)
{
	size_t i = subject->count;

	while (i > 0 && ch_subject_entry(subject, i - 1)->kind != ACT_SEAL_SESSION)
		i--;
	return i > 0 && ch_subject_entry(subject, i - 1) == session;
}

/* Nobody waits for an answer to one that was sent later than it was made, with the next one behind it. */
static const struct ch_error *
answer(struct reporting *r, const struct ch_entry *entry)
{
	const struct ch_application *application;
	uint8_t nonce[NONCE_SIZE];

	if (entry == NULL || entry->code != WIRE_OK || entry->kind != ACT_SEAL_SESSION)
		return NULL;
	application = ch_entry_application(r->state, entry);
	if (!is_latest_session(application->subject, entry) ||
	    !statement_bytes(nonce, sizeof(nonce), &ch_entry_act(r->state, entry)->statement, KEY_DEVICE_NONCE) ||
	    ch_standing_report(r->state, application->subject, 0, nonce))
		return NULL;
	return report(r, application, nonce);
}

static const struct ch_error *
follow(struct reporting *r, const struct ch_entry *entry, int64_t now)
{
	if (entry == NULL || entry->code != WIRE_OK)
		return NULL;
	switch (entry->kind) {
	case ACT_SEAL_STATE:
		ch_map_put(&r->done, &r->state->arena, ch_entry_subject(r->state, entry)->path, r);
		note_seal(r, ch_entry_application(r->state, entry)->seal);
		return NULL;
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_WITHDRAW:
	case ACT_CANCEL:
		return report_if_due(r, ch_entry_application(r->state, entry), now, false);
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
	case ACT_SEAL_RETIRE:
		return report_all(r, ch_state_seal(r->state, ch_entry_subject(r->state, entry)->name.seal), now, false);
	default:
		return NULL;
	}
}

/* One report of an application, since the second would not continue it any more: the answer to somebody who waits, rather than another. */
static const struct ch_error *
follow_all(struct reporting *r, const struct ch_oid *acts, size_t count)
{
	const struct ch_error *error = NULL;

	for (size_t i = 0; i < count && error == NULL; i++)
		error = answer(r, ch_state_commit(r->state, &acts[i]));
	for (size_t i = 0; i < count && error == NULL; i++)
		error = follow(r, ch_state_commit(r->state, &acts[i]), r->state->received);
	return error;
}

/*
 * A seal takes no report that is older than one it was shown before, whatever that was about. So those that were made beforehand are made anew beside it, and all of a
 * seal are of one age. They are sought where they are: among the last acts.
 */
static const struct ch_error *
renew_beside(struct reporting *r, const struct ch_seal *seal, int64_t now)
{
	const struct ch_error *error = NULL;

	for (size_t i = r->state->entry_count, n = 0; i-- > 0 && n++ < LOOK_BACK && error == NULL;) {
		const struct ch_entry *entry = ch_state_entry(r->state, i);
		const struct ch_application *application;
		if (entry->kind != ACT_SEAL_STATE || entry->code != WIRE_OK)
			continue;
		application = ch_entry_application(r->state, entry);
		if (application->seal != seal || ch_map_get(&r->done, application->subject->path))
			continue;
		if (fresh_of(r->state, application) && is_usable(application, now))
			error = report(r, application, NULL);
		else
			ch_map_put(&r->done, &r->state->arena, application->subject->path, r);
	}
	return error;
}

static const struct ch_error *
register_them(struct reporting *r, int64_t now)
{
	const struct ch_error *error;

	for (size_t i = 0; i < r->seal_count; i++)
		if ((error = renew_beside(r, r->seals[i], now)))
			return error;
	return r->count ? ch_register(r->state, r->store, r->registrar, r->reports, r->count, false) : NULL;
}

const struct ch_error *
ch_report_standings(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts, size_t count)
{
	struct reporting r = {.state = state, .store = store, .registrar = registrar};
	const struct ch_error *error;

	if (memcmp(registrar->fingerprint, state->registrar->key.fingerprint, FINGERPRINT_SIZE) != 0)
		return NULL; /* one of the acts has replaced him: his successor reports when there is something again */
	error = follow_all(&r, acts, count);
	return error ? error : register_them(&r, state->received);
}

const struct ch_error *
ch_report_due(size_t *reported, struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, int64_t now)
{
	struct reporting r = {.state = state, .store = store, .registrar = registrar};
	const struct ch_error *error = report_all(&r, NULL, now, true);

	if (error == NULL)
		error = register_them(&r, now);
	*reported = r.count;
	return error;
}
