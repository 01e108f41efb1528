#include "delegation.h"

bool
delegation_read(struct delegation *d, const struct act *act)
{
	const struct statement *st = &act->statement;

	memset(d, 0, sizeof(*d));
	if (st->kind != ACT_DELEGATE || !statement_has(st, KEY_ROLES) || !statement_time(&d->until, st, KEY_UNTIL))
		return false;
	memcpy(d->act, act->id, SHA256_SIZE);
	text_copy(d->giver, sizeof(d->giver), st->value[KEY_ACTOR]);
	text_copy(d->to, sizeof(d->to), st->value[KEY_TO]);
	text_copy(d->roles, sizeof(d->roles), st->value[KEY_ROLES]);
	if (!statement_time(&d->from, st, KEY_FROM))
		statement_time(&d->from, st, KEY_TIME);
	return true;
}

bool
delegation_covers(const struct delegation *d, struct span role, struct span seal)
{
	struct span rest = span_text(d->roles);

	while (rest.len > 0) {
		struct span at = span_cut(&rest, ' '), word = at, named = span_cut(&at, '@');

		if ((span_is(named, "*") || span_equal(named, role)) && (named.len == word.len || span_equal(at, seal)))
			return true;
	}
	return false;
}

enum wire_code
delegation_judge(const struct delegation *d, const struct statement *decision, struct span seal)
{
	uint8_t via[SHA256_SIZE];
	int64_t time;

	if (!statement_bytes(via, sizeof(via), decision, KEY_VIA) || memcmp(via, d->act, SHA256_SIZE) != 0 || !span_is(decision->value[KEY_ACTOR], d->to) ||
	    !delegation_covers(d, decision->value[KEY_ROLE], seal))
		return WIRE_NOT_DELEGATED;
	return statement_time(&time, decision, KEY_TIME) && time >= d->from && time <= d->until ? WIRE_OK : WIRE_NOT_DELEGATED;
}
