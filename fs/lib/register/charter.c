#include "charter.h"

#include "keylife.h"

bool
ch_charter_kind(enum act_kind kind)
{
	return kind == ACT_REGISTRAR || kind == ACT_ADMINISTRATORS;
}

const struct ch_entry *
ch_charter_proposal(const struct ch_state *state, size_t i)
{
	const struct ch_subject *archive = ch_state_subject(state, SPAN_LITERAL("archive"));

	for (size_t at = archive ? archive->count : 0; at-- > 0;)
		if (ch_subject_entry(archive, at) == state->charter)
			return at + 1 + i < archive->count ? ch_subject_entry(archive, at + 1 + i) : NULL;
	return NULL;
}

bool
ch_charter_same(const struct statement *a, const struct statement *b)
{
	for (int key = KEYS_COMMON; key < KEYS; key++)
		if (!span_equal(a->value[key], b->value[key]))
			return false;
	return a->kind == b->kind && span_equal(a->value[KEY_PREVIOUS_SHA256], b->value[KEY_PREVIOUS_SHA256]);
}

/* What comes behind it may be there already, when a state is made again from a ledger. Nobody says a thing twice. */
uint64_t
ch_charter_votes(const struct ch_state *state, const struct act *act, const struct ch_entry *last)
{
	const struct ch_entry *entry;
	uint64_t votes = 0;

	for (size_t i = 0; (entry = ch_charter_proposal(state, i)); i++) {
		const struct act *other = ch_entry_act(state, entry);
		votes += ch_charter_same(&other->statement, &act->statement) && ch_key_appointed(state, ch_state_key(state, other->key));
		if (entry == last)
			break;
	}
	return votes;
}

bool
ch_charter_said(const struct ch_state *state, const struct act *act)
{
	const struct ch_entry *entry;

	for (size_t i = 0; (entry = ch_charter_proposal(state, i)); i++) {
		const struct act *other = ch_entry_act(state, entry);
		if (ch_charter_same(&other->statement, &act->statement) && ch_key_appointed(state, ch_state_key(state, other->key)) &&
		    span_equal(other->statement.value[KEY_ACTOR], act->statement.value[KEY_ACTOR]))
			return true;
	}
	return false;
}

/* With this act a key became the registrar's: one that was admitted on that very page. */
static bool
took_over(const struct ch_state *state, const struct ch_entry *entry, const struct act *act)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	const struct ch_key *key;

	if (!statement_bytes(fingerprint, sizeof(fingerprint), &act->statement, KEY_REGISTER_KEY))
		return false;
	key = ch_state_key(state, fingerprint);
	return key && key->scope == CH_REGISTER && key->admitted == entry->seq;
}

uint64_t
ch_charter_recovered(const struct ch_state *state, uint64_t epoch)
{
	const struct ch_subject *archive = ch_state_subject(state, SPAN_LITERAL("archive"));
	uint64_t first = 0;

	for (size_t i = 0; archive && i < archive->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(archive, i);
		const struct act *act;
		uint64_t begun;
		if (entry->kind != ACT_REGISTRAR || (first && entry->seq >= first))
			continue;
		act = ch_entry_act(state, entry);
		if (statement_has(&act->statement, KEY_GOOD_SEQ) && statement_number(&begun, &act->statement, KEY_EPOCH) && begun > epoch &&
		    took_over(state, entry, act))
			first = entry->seq;
	}
	return first;
}

uint64_t
ch_charter_epoch(const struct ch_state *state, const struct ch_key *registrar)
{
	uint64_t epoch = 1;

	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		epoch += key && key->scope == CH_REGISTER && key->order < registrar->order;
	}
	return epoch;
}

uint64_t
ch_charter_reach(const struct ch_state *state, const struct ch_key *without)
{
	uint64_t reach = 0;

	for (size_t i = 0; i < state->people.size; i++) {
		const struct ch_person *person = state->people.slots[i].value;
		bool reached = false;
		for (size_t k = 0; person && person->administrator && k < state->keys.size; k++) {
			const struct ch_key *key = state->keys.slots[k].value;
			reached = reached || (key && key != without && ch_key_appointed(state, key) && span_equal(key->owner, person->id));
		}
		reach += reached;
	}
	return reach;
}
