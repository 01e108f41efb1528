/* Delegations: who may let whom decide in his place. That one holds when it is used: delegation.h. */
#include <inttypes.h>

#include "delegation.h"
#include "judge_case.h"

/* Ending one takes authority away: whoever gave or got it may, in any order. */
static bool
ends(struct judge_case *c)
{
	struct span giver = c->name.id, to = c->st->value[KEY_TO], actor = c->st->value[KEY_ACTOR];

	if (statement_has(c->st, KEY_FROM) || statement_has(c->st, KEY_UNTIL))
		return case_refuse(c, WIRE_WRONG_CONTENT, "the end of a delegation has no dates");
	for (size_t i = 0; i < c->state->delegation_count; i++) {
		const struct ch_delegation *d = c->state->delegations[i];
		if (!d->ended && span_is(giver, d->delegation.giver) && span_is(to, d->delegation.to))
			return span_equal(actor, giver) || span_equal(actor, to) || case_allowed(c);
	}
	return case_refuse(c, WIRE_CONFLICT, "'%.*s' is not a substitute of '%.*s'", (int)to.len, (const char *)to.data, (int)giver.len,
			   (const char *)giver.data);
}

static bool
dates_make_sense(struct judge_case *c)
{
	int64_t from = 0, until = 0;

	if (!statement_time(&until, c->st, KEY_UNTIL))
		return case_refuse(c, WIRE_WRONG_CONTENT, "a delegation has an end");
	if (until < c->received)
		return case_refuse(c, WIRE_EXPIRED, "Until has passed already");
	return !statement_time(&from, c->st, KEY_FROM) || from <= until || case_refuse(c, WIRE_WRONG_TIME, "From is after Until");
}

/* Only what one has oneself: roles that somebody else gave are not among them. */
static bool
has_what_he_gives(struct judge_case *c, const struct ch_person *giver)
{
	struct span rest = c->st->value[KEY_ROLES];

	while (rest.len) {
		struct span word = span_cut(&rest, ' '), role = span_cut(&word, '@');
		if (span_is(role, "*") ? giver->roles.len == 0 : !roles_contain(giver->roles, role))
			return case_refuse(c, WIRE_NO_AUTHORITY, "'%.*s' does not have the role '%.*s'", (int)giver->id.len,
					   (const char *)giver->id.data, (int)role.len, (const char *)role.data);
	}
	return true;
}

bool
judge_delegation(struct judge_case *c)
{
	const struct ch_person *giver = ch_state_person(c->state, c->name.id);
	struct span to = c->st->value[KEY_TO], actor = c->st->value[KEY_ACTOR];

	if (giver == NULL)
		return case_refuse(c, WIRE_WRONG_SUBJECT, "there is nobody called '%.*s'", (int)c->name.id.len, (const char *)c->name.id.data);
	if (!statement_has(c->st, KEY_ROLES))
		return ends(c);
	if (!span_equal(actor, giver->id))
		return case_refuse(c, WIRE_NOT_ALLOWED, "only '%.*s' may let somebody decide in his place", (int)giver->id.len, (const char *)giver->id.data);
	if (ch_state_person(c->state, to) == NULL)
		return case_refuse(c, WIRE_NO_AUTHORITY, "there is nobody called '%.*s'; see people-list", (int)to.len, (const char *)to.data);
	if (span_equal(to, giver->id))
		return case_refuse(c, WIRE_CIRCULAR, "nobody is his own substitute");
	if (ch_delegation_leads(c->state, to, giver->id, c->received))
		return case_refuse(c, WIRE_CIRCULAR, "'%.*s' has let '%.*s' decide in his place already, or by way of others", (int)to.len,
				   (const char *)to.data, (int)giver->id.len, (const char *)giver->id.data);
	return case_next_version(c, giver->delegations) && dates_make_sense(c) && has_what_he_gives(c, giver);
}
