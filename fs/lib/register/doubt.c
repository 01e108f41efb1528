#include "doubt.h"

#include "delegation.h"

/* The first page that any key casts doubt on: what comes before need not be looked at. */
static uint64_t
first_in_doubt(const struct ch_state *state)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		if (key && key->ended == CH_COMPROMISED && key->doubtful < first)
			first = key->doubtful;
	}
	return first;
}

bool
ch_entry_doubtful(const struct ch_state *state, const struct ch_entry *entry)
{
	const struct act *act = entry->code == WIRE_OK ? ch_entry_act(state, entry) : NULL;
	const struct ch_key *key = act ? ch_state_key(state, act->key) : NULL;

	if (key == NULL || key->ended != CH_COMPROMISED || entry->seq < key->doubtful)
		return false;
	return entry->kind != ACT_KEY_END || !span_equal(ch_entry_subject(state, entry)->name.id, act->statement.value[KEY_KEY]);
}

size_t
ch_doubtful(const struct ch_entry ***out, struct ch_state *state)
{
	uint64_t first = first_in_doubt(state);
	size_t count = 0;

	*out = NULL;
	for (size_t i = state->entry_count; i-- > 0 && ch_state_entry(state, i)->seq >= first;) {
		if (!ch_entry_doubtful(state, ch_state_entry(state, i)))
			continue;
		*out = ch_arena_grow(&state->arena, *out, count, sizeof(**out));
		(*out)[count++] = ch_state_entry(state, i);
	}
	for (size_t i = 0; i < count / 2; i++) {
		const struct ch_entry *late = (*out)[i];
		(*out)[i] = (*out)[count - 1 - i];
		(*out)[count - 1 - i] = late;
	}
	return count;
}

/* The last act of that kind about a subject that was registered before another; NULL: none. */
static const struct ch_entry *
in_force(const struct ch_state *state, struct span subject, enum act_kind kind, const struct ch_entry *before)
{
	const struct ch_subject *about = ch_state_subject(state, subject);

	for (size_t i = about ? about->count : 0; i-- > 0;) {
		const struct ch_entry *entry = ch_subject_entry(about, i);
		if (entry->kind == kind && ch_entry_precedes(state, entry, before))
			return entry;
	}
	return NULL;
}

/* Whether what an act put in force was used while nobody knew yet: whoever uses it afterwards does so knowingly. */
static bool
misled(const struct ch_state *state, const struct ch_entry *rule, const struct ch_entry *use)
{
	return rule && ch_entry_doubtful(state, rule) && ch_entry_precedes(state, use, ch_state_key(state, ch_entry_act(state, rule)->key)->known);
}

/* A decision, the delegation by which it was made, and the roles of whoever had those. */
static const struct ch_entry *
decision_doubt(const struct ch_state *state, const struct permit_decision *decision)
{
	const struct ch_entry *entry = ch_state_act(state, decision->act), *roles;
	const struct ch_delegation *d = NULL;
	char path[VALUE_MAX + 1];
	uint8_t via[SHA256_SIZE];

	if (ch_entry_doubtful(state, entry))
		return entry;
	if (statement_bytes(via, sizeof(via), &ch_entry_act(state, entry)->statement, KEY_VIA) && (d = ch_delegation_of(state, via)) &&
	    ch_entry_doubtful(state, d->entry))
		return d->entry;
	roles = in_force(state, span_of(path, ch_subject_person(path, sizeof(path), span_text(d ? decision->giver : decision->person))), ACT_PERSON, entry);
	return misled(state, roles, entry) ? roles : NULL;
}

const struct ch_entry *
ch_application_doubt(const struct ch_state *state, const struct ch_application *application)
{
	const struct permit *permit = &application->permit;
	const struct ch_entry *doubt, *apply = application->apply;

	if (first_in_doubt(state) == UINT64_MAX)
		return NULL;
	if (ch_entry_doubtful(state, apply))
		return apply;
	if (misled(state, doubt = in_force(state, SPAN_LITERAL("policy"), ACT_POLICY, apply), apply) || misled(state, doubt = application->seal->enrolled, apply))
		return doubt;
	for (unsigned i = 0; i < permit->decisions; i++)
		if ((doubt = decision_doubt(state, &permit->decision[i])))
			return doubt;
	return NULL;
}
