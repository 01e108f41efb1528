#include "affected.h"

#include "records/content.h"
#include "register/doubt.h"

static const struct ch_error *
knows(bool *known, struct ch_state *state, struct ch_store *store, const struct ch_seal *seal, const struct ch_key *key)
{
	const struct ch_error *error;
	struct table_person row;
	struct table table;
	struct span text;

	*known = false;
	if (seal->table == NULL)
		return NULL;
	if ((error = ch_content_file(&text, store, ch_entry_act(state, seal->table), seal->subject->path,
				     ch_content_version_name("table", seal->table_version, &state->arena), &state->arena)))
		return error;
	if (table_read(&table, text) == WIRE_OK && table_find_person(&row, &table, key->owner))
		*known = memcmp(row.key, key->key.fingerprint, FINGERPRINT_SIZE) == 0;
	return NULL;
}

static bool
has_signed(const struct ch_state *state, const struct ch_application *application, const struct ch_key *key)
{
	for (size_t i = 0; i < application->subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(application->subject, i);
		if ((entry->kind == ACT_APPLY || entry->kind == ACT_APPROVE || entry->kind == ACT_TRANSFER) &&
		    memcmp(ch_entry_act(state, entry)->key, key->key.fingerprint, FINGERPRINT_SIZE) == 0)
			return true;
	}
	return false;
}

/* Closed by the act that ended this key: what this key, or one that it had admitted, has put in force may be all that it has to do with it. */
static bool
is_misled(const struct ch_state *state, const struct ch_application *application, const struct ch_key *key)
{
	const struct ch_entry *doubt = key->ended == CH_COMPROMISED ? ch_application_doubt(state, application) : NULL;

	return doubt && ch_state_key(state, ch_entry_act(state, doubt)->key)->known == key->known;
}

static bool
is_done(const struct ch_application *application)
{
	uint64_t left;
	enum wire_code code = ch_application_left(&left, application);

	return code != WIRE_OK && code != WIRE_LEVEL_MISSING && code != WIRE_KEY_COMPROMISED;
}

const struct ch_error *
ch_affected_by(struct ch_affected *out, struct ch_state *state, struct ch_store *store, const struct ch_key *key)
{
	struct ch_application **all;
	const struct ch_error *error;
	size_t count = ch_applications(&all, state);
	bool known;

	*out = (struct ch_affected){0};
	for (size_t i = 0; i < state->seals.size; i++) {
		const struct ch_seal *seal = state->seals.slots[i].value;
		if (seal && (error = knows(&known, state, store, seal, key)))
			return error;
		if (seal == NULL || !known)
			continue;
		out->seals = ch_arena_grow(&state->arena, out->seals, out->seal_count, sizeof(*out->seals));
		out->seals[out->seal_count++] = seal;
	}
	for (size_t i = 0; i < count; i++) {
		if (is_done(all[i]) || !(has_signed(state, all[i], key) || is_misled(state, all[i], key)))
			continue;
		out->applications = ch_arena_grow(&state->arena, out->applications, out->application_count, sizeof(*out->applications));
		out->applications[out->application_count++] = all[i];
	}
	return NULL;
}

const char *
ch_affected_words(const struct ch_application *application)
{
	switch (application->permit.status) {
	case PERMIT_DOUBTFUL:
		return "closed: nobody can tell who signed what it rests on; apply anew";
	case PERMIT_OPEN:
		return "goes on here; a seal with a newer table will not take it: apply anew";
	default:
		return "use it before the seal gets a newer table, or apply anew";
	}
}
