#include "delegation.h"

#include "doubt.h"
#include "keylife.h"

const struct ch_delegation *
ch_delegation_of(const struct ch_state *state, const uint8_t act[SHA256_SIZE])
{
	for (size_t i = 0; i < state->delegation_count; i++)
		if (memcmp(state->delegations[i]->delegation.act, act, SHA256_SIZE) == 0)
			return state->delegations[i];
	return NULL;
}

bool
ch_delegation_holds(const struct ch_state *state, const struct ch_delegation *d, int64_t time, const char **why)
{
	struct span giver = span_text(d->delegation.giver);

	*why = NULL;
	if (d->ended)
		*why = "the delegation has ended";
	else if (time < d->delegation.from)
		*why = "the delegation has not begun";
	else if (time > d->delegation.until)
		*why = "the delegation is over";
	else if (ch_key_valid_of(state, giver) == NULL)
		*why = "whoever gave it has no valid key any more";
	else if (ch_entry_doubtful(state, d->entry))
		*why = "nobody can tell who gave it: the key is compromised";
	return *why == NULL;
}

static struct span
roles_of(const struct ch_state *state, struct span id)
{
	const struct ch_person *person = ch_state_person(state, id);

	return person ? person->roles : span_of(NULL, 0);
}

const struct ch_delegation *
ch_delegation_for(const struct ch_state *state, const struct ch_application *application, struct span person, int64_t now)
{
	const struct permit *permit = &application->permit;
	struct span role = permit->level[(permit->at <= permit->levels ? permit->at : permit->levels) - 1].role;
	const struct ch_person *self = ch_state_person(state, person);
	const char *why;

	if (self == NULL || permit->status != PERMIT_OPEN || roles_contain(self->roles, role) || span_is(person, permit->applicant))
		return NULL;
	for (size_t i = state->delegation_count; i-- > 0;) {
		const struct ch_delegation *d = state->delegations[i];
		const struct ch_person *giver = ch_state_person(state, span_text(d->delegation.giver));
		if (span_is(person, d->delegation.to) && ch_delegation_holds(state, d, now, &why) &&
		    delegation_covers(&d->delegation, role, application->seal->id) && ch_application_waits_for(application, giver) &&
		    !ch_application_has_decided(application, person))
			return d;
	}
	return NULL;
}

/* Rounds over all of them, until none reaches anybody new. */
bool
ch_delegation_leads(struct ch_state *state, struct span from, struct span to, int64_t time)
{
	struct ch_map reached = {0};
	bool grown = true;

	ch_map_put(&reached, &state->arena, from, state);
	while (grown && ch_map_get(&reached, to) == NULL) {
		grown = false;
		for (size_t i = 0; i < state->delegation_count; i++) {
			const struct ch_delegation *d = state->delegations[i];
			if (d->ended || d->delegation.until < time || ch_map_get(&reached, span_text(d->delegation.giver)) == NULL ||
			    ch_map_get(&reached, span_text(d->delegation.to)))
				continue;
			ch_map_put(&reached, &state->arena, span_text(d->delegation.to), state);
			grown = true;
		}
	}
	return ch_map_get(&reached, to) != NULL;
}

bool
ch_authority_of(struct ch_authority *out, const struct ch_state *state, const struct ch_application *application, const struct statement *st,
		int64_t received, const char **why)
{
	const struct ch_delegation *d = NULL;
	uint8_t via[SHA256_SIZE];

	*out = (struct ch_authority){.roles = roles_of(state, st->value[KEY_ACTOR])};
	*why = NULL;
	if (statement_bytes(via, sizeof(via), st, KEY_VIA))
		d = ch_delegation_of(state, via);
	if (d == NULL)
		return true;
	out->giver = span_text(d->delegation.giver);
	out->roles = roles_of(state, out->giver);
	if (ch_delegation_holds(state, d, received, why) && delegation_judge(&d->delegation, st, application->seal->id) != WIRE_OK)
		*why = "the delegation is not to this person, for this role and seal, at that time";
	return *why == NULL;
}

enum wire_code
ch_authority_decide(struct permit *permit, const struct act *act, const struct ch_authority *by, const struct ch_state *state)
{
	struct span to_roles = roles_of(state, act->statement.value[KEY_TO]);

	if (by->giver.len)
		return permit_decide_for(permit, act, by->giver, by->roles, to_roles);
	return permit_decide(permit, act, by->roles, to_roles);
}

void
ch_delegate(struct ch_state *state, const struct ch_entry *entry, const struct act *act)
{
	const struct statement *st = &act->statement;
	struct ch_person *giver = ch_state_person(state, ch_entry_subject(state, entry)->name.id);
	struct ch_delegation *d;

	for (size_t i = 0; i < state->delegation_count; i++)
		if (span_is(giver->id, state->delegations[i]->delegation.giver) && span_is(st->value[KEY_TO], state->delegations[i]->delegation.to))
			state->delegations[i]->ended = true;
	d = ch_arena_alloc(&state->arena, sizeof(*d));
	*d = (struct ch_delegation){.entry = entry};
	if (!delegation_read(&d->delegation, act))
		return; /* an end, whose Version nobody counts */
	statement_number(&giver->delegations, st, KEY_VERSION);
	state->delegations = ch_arena_grow(&state->arena, state->delegations, state->delegation_count, sizeof(d));
	state->delegations[state->delegation_count++] = d;
}
