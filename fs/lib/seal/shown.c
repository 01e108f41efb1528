#include "shown.h"

#include "register/delegation.h"
#include "register/standing.h"
#include "records/content.h"

struct ch_draft
ch_draft_seal_session(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE],
		      const struct ch_session_wish *wish)
{
	struct ch_draft draft = {.kind = ACT_SEAL_SESSION, .subject = application->subject->path};

	draft.value[KEY_DEVICE_NONCE] = ch_arena_hex(&state->arena, nonce, NONCE_SIZE);
	draft.value[KEY_PRESSES] = ch_arena_number(&state->arena, wish->presses);
	draft.value[KEY_POSITION] = wish->position;
	draft.value[KEY_PHOTO_MODE] = wish->photo_mode;
	return draft;
}

/* ---- what is shown ---- */

/* Of the register's words the one over the session's nonce, since it alone tells the seal the time, even if there is one behind it. */
static const struct ch_entry *
report_for(const struct ch_state *state, const struct ch_subject *subject, const struct ch_entry *session)
{
	const struct ch_entry *answer = NULL;
	uint8_t nonce[NONCE_SIZE];

	if (session && statement_bytes(nonce, sizeof(nonce), &ch_entry_act(state, session)->statement, KEY_DEVICE_NONCE))
		answer = ch_standing_report(state, subject, subject->count, nonce);
	return answer ? answer : ch_standing_report(state, subject, subject->count, NULL);
}

static const struct ch_entry *
latest(const struct ch_subject *subject, size_t known, enum act_kind kind)
{
	while (known-- > 0)
		if (ch_subject_entry(subject, known)->kind == kind)
			return ch_subject_entry(subject, known);
	return NULL;
}

static bool
add(struct ch_shown *shown, const struct ch_entry *entry)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->entry[i] == entry)
			return true;
	if (shown->count == BUNDLE_ACTS_MAX)
		return false;
	shown->entry[shown->count++] = entry;
	return true;
}

/* A substitute's decision comes behind the act that made him one, which is shown once. */
static bool
add_decision(struct ch_shown *shown, const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_delegation *d = NULL;
	uint8_t via[SHA256_SIZE];

	if (statement_bytes(via, sizeof(via), &ch_entry_act(state, entry)->statement, KEY_VIA))
		d = ch_delegation_of(state, via);
	return (d == NULL || add(shown, d->entry)) && add(shown, entry);
}

/* Of several withdrawals the last leaves the least, and it alone needs to be shown. */
static bool
is_shown(const struct ch_subject *subject, size_t known, const struct ch_entry *entry)
{
	if (entry->kind == ACT_WITHDRAW)
		return entry == latest(subject, known, ACT_WITHDRAW);
	return entry->kind == ACT_APPLY || entry->kind == ACT_APPROVE || entry->kind == ACT_TRANSFER;
}

/* Those in front of what is there already. */
static void
add_clock(struct ch_shown *shown, const struct ch_sealclock *clock)
{
	if (clock->until == INT64_MIN || shown->count + 2 > BUNDLE_ACTS_MAX)
		return;
	memmove(shown->entry + 2, shown->entry, shown->count * sizeof(shown->entry[0]));
	shown->entry[0] = clock->word[0];
	shown->entry[1] = clock->word[1];
	shown->count += 2;
}

bool
ch_shown_list(struct ch_shown *shown, const struct ch_state *state, const struct ch_sealclock *clock, const struct ch_subject *subject, size_t known,
	      const struct ch_entry *report, const struct ch_entry *session)
{
	*shown = (struct ch_shown){0};
	for (size_t i = 0; i < known; i++)
		if (is_shown(subject, known, ch_subject_entry(subject, i)) && !add_decision(shown, state, ch_subject_entry(subject, i)))
			return false;
	if ((report && !add(shown, report)) || (session && !add(shown, session)))
		return false;
	add_clock(shown, clock);
	return true;
}

static const struct ch_error *
read_act(struct span *raw, struct ch_state *state, struct ch_store *store, const struct ch_entry *entry)
{
	const struct ch_error *error = ch_store_read(raw, store, CH_COMMIT, &entry->commit, &state->arena);

	if (error || raw->len <= ACT_SEAL_MAX)
		return error;
	return ch_refuse(WIRE_TOO_LONG, "the '%s' of '%s' has %zu bytes; a seal reads %d", act_kind_name(entry->kind),
			 ch_arena_text(&state->arena, ch_entry_act(state, entry)->statement.value[KEY_ACTOR]), raw->len, ACT_SEAL_MAX);
}

const struct ch_error *
ch_bundle_collect(struct ch_bundle *bundle, struct ch_state *state, struct ch_store *store, const struct ch_application *application)
{
	const struct ch_subject *subject = application->subject;
	const struct ch_entry *session = latest(subject, subject->count, ACT_SEAL_SESSION), *report = report_for(state, subject, session);
	const struct ch_error *error;
	struct ch_sealclock clock;
	struct ch_shown shown;
	int64_t now = INT64_MIN;

	*bundle = (struct ch_bundle){0};
	ch_sealclock_find(&clock, state, application->seal, application->seal->subject->count);
	if (report && statement_time(&now, &ch_entry_act(state, report)->statement, KEY_TIME) && clock.until < now)
		clock.until = INT64_MIN;
	if (!ch_shown_list(&shown, state, &clock, subject, subject->count, report, session))
		return ch_refuse(WIRE_LIMIT, "more than %d acts belong to this application; a seal cannot be shown more", BUNDLE_ACTS_MAX);
	for (; bundle->count < shown.count; bundle->count++)
		if ((error = read_act(&bundle->act[bundle->count], state, store, shown.entry[bundle->count])))
			return error;
	return NULL;
}

static const struct ch_error *
read_equipment(struct ch_equipment *out, struct ch_state *state, struct ch_store *store, const struct ch_seal *seal, const struct ch_entry *entry)
{
	const char *name = ch_content_version_name("table", out->version, &state->arena);
	const struct ch_error *error;

	if ((error = ch_store_read(&out->act, store, CH_COMMIT, &entry->commit, &state->arena)))
		return error;
	return ch_content_file(&out->text, store, ch_entry_act(state, entry), seal->subject->path, name, &state->arena);
}

const struct ch_error *
ch_equipment_since(struct ch_equipment **out, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_seal *seal,
		   uint64_t version)
{
	const struct ch_error *error;

	*out = NULL;
	*count = 0;
	for (size_t i = 0; i < seal->subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(seal->subject, i);
		struct ch_equipment item = {0};
		if (entry->kind == ACT_SEAL_ENROL && entry->seq <= seal->enrolled->seq)
			*count = 0; /* what is before it is for another device */
		if (entry->kind != ACT_SEAL_TABLE || !statement_number(&item.version, &ch_entry_act(state, entry)->statement, KEY_VERSION) ||
		    item.version <= version)
			continue;
		if ((error = read_equipment(&item, state, store, seal, entry)))
			return error;
		*out = ch_arena_grow(&state->arena, *out, *count, sizeof(item));
		(*out)[(*count)++] = item;
	}
	return NULL;
}
