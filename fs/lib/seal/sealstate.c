#include "sealstate.h"

#include "register/delegation.h"
#include "records/content.h"

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
	draft.value[KEY_NONCE] = ch_arena_hex(&state->arena, nonce, NONCE_SIZE);
	draft.value[KEY_RECEIPT_ACKED] = ch_arena_number(&state->arena, seal->counter);
	if (seal->counter)
		draft.value[KEY_RECEIPT_HEAD] = ch_arena_hex(&state->arena, seal->head, SHA256_SIZE);
	return draft;
}

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

static const struct ch_error *
add(struct ch_bundle *bundle, struct ch_state *state, struct ch_store *store, const struct ch_entry *entry)
{
	const struct ch_error *error;
	struct span raw;

	if (bundle->count == BUNDLE_ACTS_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d acts belong to this application; a seal cannot be shown more", BUNDLE_ACTS_MAX);
	if ((error = ch_store_read(&raw, store, CH_COMMIT, &entry->commit, &state->arena)))
		return error;
	if (raw.len > ACT_SEAL_MAX)
		return ch_refuse(WIRE_TOO_LONG, "the '%s' of '%s' has %zu bytes; a seal reads %d", act_kind_name(entry->kind),
				 ch_arena_text(&state->arena, ch_entry_act(state, entry)->statement.value[KEY_ACTOR]), raw.len, ACT_SEAL_MAX);
	bundle->act[bundle->count++] = raw;
	return NULL;
}

static const struct ch_entry *
latest(const struct ch_subject *subject, enum act_kind kind)
{
	for (size_t i = subject->count; i-- > 0;)
		if (ch_subject_entry(subject, i)->kind == kind)
			return ch_subject_entry(subject, i);
	return NULL;
}

/* Of several withdrawals the last leaves the least, and it alone needs to be shown. */
static bool
is_shown(const struct ch_subject *subject, const struct ch_entry *entry)
{
	switch (entry->kind) {
	case ACT_APPLY:
	case ACT_APPROVE:
	case ACT_TRANSFER:
		return true;
	case ACT_WITHDRAW:
	case ACT_SEAL_STATE:
	case ACT_SEAL_SESSION:
		return entry == latest(subject, entry->kind);
	default:
		return false;
	}
}

/* A substitute's decision comes behind the act that made him one, which is shown once. */
static const struct ch_error *
add_delegation(struct ch_bundle *bundle, struct ch_state *state, struct ch_store *store, const struct ch_subject *subject, size_t at)
{
	const struct ch_delegation *d = NULL;
	uint8_t via[SHA256_SIZE];

	if (statement_bytes(via, sizeof(via), &ch_entry_act(state, ch_subject_entry(subject, at))->statement, KEY_VIA))
		d = ch_delegation_of(state, via);
	if (d == NULL)
		return NULL;
	for (size_t i = 0; i < at; i++)
		if (is_shown(subject, ch_subject_entry(subject, i)) &&
		    statement_bytes(via, sizeof(via), &ch_entry_act(state, ch_subject_entry(subject, i))->statement, KEY_VIA) &&
		    ch_delegation_of(state, via) == d)
			return NULL;
	return add(bundle, state, store, d->entry);
}

const struct ch_error *
ch_bundle_collect(struct ch_bundle *bundle, struct ch_state *state, struct ch_store *store, const struct ch_application *application)
{
	const struct ch_subject *subject = application->subject;
	const struct ch_error *error;

	*bundle = (struct ch_bundle){0};
	for (size_t i = 0; i < subject->count; i++)
		if (is_shown(subject, ch_subject_entry(subject, i)) && ((error = add_delegation(bundle, state, store, subject, i)) ||
									(error = add(bundle, state, store, ch_subject_entry(subject, i)))))
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
