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

static bool
cast_doubt(struct ch_key *key, uint64_t from, const struct ch_entry *known)
{
	if (key->ended == CH_COMPROMISED && key->doubtful <= from)
		return false;
	key->ended = CH_COMPROMISED;
	key->doubtful = from;
	key->known = known;
	key->end = known->seq;
	return true;
}

/* Who has the key can admit others: what a doubtful act brought in is as doubtful from its first day. */
static void
spread_doubt(struct ch_state *state, const struct ch_entry *known)
{
	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < state->keys.size; i++) {
			struct ch_key *key = state->keys.slots[i].value;
			const struct ch_key *by = key && key->scope != CH_REGISTER ? ch_state_key(state, key->admitter) : NULL;
			if (by && by != key && by->ended == CH_COMPROMISED && key->admitted >= by->doubtful && cast_doubt(key, key->admitted, known))
				grown = true;
		}
	}
}

/*
 * Whoever has left has no roles any more, nor substitutes, nor is he one; who comes back is described anew, and who stands in for whom is said anew. (Other keys have no
 * say: an extract may not have them.)
 */
static void
take_leave(struct ch_state *state, struct span owner)
{
	struct ch_person *person = ch_state_person(state, owner);

	if (person)
		person->roles = span_of(NULL, 0);
	for (size_t i = 0; i < state->delegation_count; i++)
		if (span_is(owner, state->delegations[i]->delegation.giver) || span_is(owner, state->delegations[i]->delegation.to))
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
	cast_doubt(key, from, entry);
	spread_doubt(state, entry);
}
