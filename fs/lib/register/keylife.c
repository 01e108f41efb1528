#include "keylife.h"

#include <stdlib.h>

static const char *const names[] = {"valid", "superseded", "left", "lost", "compromised"};

const char *
ch_ended_name(enum ch_ended ended)
{
	return names[ended];
}

enum ch_ended
ch_ended_from_name(struct span name)
{
	for (int i = CH_SUPERSEDED; i <= CH_COMPROMISED; i++)
		if (span_is(name, names[i]))
			return (enum ch_ended)i;
	return CH_VALID;
}

static bool
is_of(const struct ch_key *key, struct span owner)
{
	return key && key->scope != CH_REGISTER && span_equal(key->owner, owner);
}

const struct ch_key *
ch_key_valid_of(const struct ch_state *state, struct span owner)
{
	const struct ch_key *found = NULL;

	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		if (is_of(key, owner) && key->ended == CH_VALID && (found == NULL || key->order > found->order))
			found = key;
	}
	return found;
}

bool
ch_key_any_of(const struct ch_state *state, struct span owner, enum ch_scope scope)
{
	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		if (is_of(key, owner) && key->scope == scope)
			return true;
	}
	return false;
}

bool
ch_key_appointed(const struct ch_state *state, const struct ch_key *key)
{
	const struct ch_person *person = key && key->appointed && key->ended == CH_VALID ? ch_state_person(state, key->owner) : NULL;

	return person && person->administrator;
}

static int
by_order(const void *a, const void *b)
{
	const struct ch_key *const *x = a, *const *y = b;

	return ((*x)->order > (*y)->order) - ((*x)->order < (*y)->order);
}

size_t
ch_keys_of(const struct ch_key ***out, struct ch_state *state, struct span owner)
{
	size_t count = 0;

	*out = NULL;
	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		if (!is_of(key, owner))
			continue;
		*out = ch_arena_grow(&state->arena, *out, count, sizeof(**out));
		(*out)[count++] = key;
	}
	if (count)
		qsort(*out, count, sizeof(**out), by_order);
	return count;
}

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

static bool
rests_on(const struct permit *permit, const struct ch_entry *entry)
{
	if (memcmp(entry->id, permit->act, SHA256_SIZE) == 0)
		return true;
	for (unsigned i = 0; i < permit->decisions; i++)
		if (memcmp(entry->id, permit->decision[i].act, SHA256_SIZE) == 0)
			return true;
	return false;
}

const struct ch_entry *
ch_application_doubt(const struct ch_state *state, const struct ch_application *application)
{
	const struct ch_subject *subject = application->subject;
	uint64_t first = first_in_doubt(state);

	for (size_t i = 0; i < subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(subject, i);
		if (entry->seq >= first && rests_on(&application->permit, entry) && ch_entry_doubtful(state, entry))
			return entry;
	}
	return NULL;
}

static bool
cast_doubt(struct ch_key *key, uint64_t from)
{
	if (key->ended == CH_COMPROMISED && key->doubtful <= from)
		return false;
	key->ended = CH_COMPROMISED;
	key->doubtful = from;
	return true;
}

/* Who has the key can admit others: what a doubtful act brought in is as doubtful from its first day. */
static void
spread_doubt(struct ch_state *state)
{
	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < state->keys.size; i++) {
			struct ch_key *key = state->keys.slots[i].value;
			const struct ch_key *by = key && key->scope != CH_REGISTER ? ch_state_key(state, key->admitter) : NULL;
			if (by && by != key && by->ended == CH_COMPROMISED && key->admitted >= by->doubtful && cast_doubt(key, key->admitted)) {
				key->end = state->seq;
				grown = true;
			}
		}
	}
}

/*
 * Whoever has left has no roles any more, nor substitutes; who comes back is described anew, and says anew who stands in for him. (Other keys have no say: an
 * extract may not have them.)
 */
static void
take_leave(struct ch_state *state, struct span owner)
{
	struct ch_person *person = ch_state_person(state, owner);

	if (person)
		person->roles = span_of(NULL, 0);
	for (size_t i = 0; i < state->delegation_count; i++)
		if (span_is(owner, state->delegations[i]->delegation.giver))
			state->delegations[i]->ended = true;
}

void
ch_key_end(struct ch_state *state, const struct ch_entry *entry, const struct act *act)
{
	const struct statement *st = &act->statement;
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct ch_key *key;
	uint64_t from = 0;

	text_get_hex(fingerprint, sizeof(fingerprint), ch_entry_subject(state, entry)->name.id);
	key = ch_state_key(state, fingerprint);
	key->end = entry->seq;
	if (!statement_number(&from, st, KEY_EFFECTIVE_SEQ)) {
		key->ended = ch_ended_from_name(st->value[KEY_ENDED]);
		if (key->ended == CH_LEFT)
			take_leave(state, key->owner);
		return;
	}
	cast_doubt(key, from);
	spread_doubt(state);
}
