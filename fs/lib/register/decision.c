#include "decision.h"

#include <time.h>

#include "delegation.h"

static const struct permit_decision *
latest_transfer(const struct permit *permit, struct span person, unsigned level)
{
	for (unsigned i = permit->decisions; i-- > 0;)
		if (!permit->decision[i].approve && permit->decision[i].level == level && span_is(person, permit->decision[i].to))
			return &permit->decision[i];
	return NULL;
}

void
ch_decision_begin(struct ch_draft *draft, struct ch_state *state, const struct ch_application *application, struct span person)
{
	const struct ch_delegation *d = ch_delegation_for(state, application, person, draft->time ? draft->time : time(NULL));
	const struct permit *permit = &application->permit;
	struct ch_arena *arena = &state->arena;
	unsigned level = permit->at <= permit->levels ? permit->at : permit->levels;
	const struct permit_decision *transfer = latest_transfer(permit, person, level);

	draft->subject = application->subject->path;
	draft->value[KEY_LEVEL] = ch_arena_number(arena, level);
	draft->value[KEY_ROLE] = permit->level[level - 1].role;
	if (d)
		draft->value[KEY_VIA] = ch_arena_hex(arena, d->delegation.act, SHA256_SIZE);
	else if (transfer)
		draft->value[KEY_VIA] = ch_arena_hex(arena, transfer->act, SHA256_SIZE);
}

const char *
ch_decision_substitute(struct ch_state *state, const struct statement *st)
{
	const struct ch_delegation *d = NULL;
	uint8_t via[SHA256_SIZE];

	if (statement_bytes(via, sizeof(via), st, KEY_VIA))
		d = ch_delegation_of(state, via);
	return d ? ch_arena_format(&state->arena, " as substitute of %s", d->delegation.giver) : "";
}

const char *
ch_decision_words(const struct span value[KEYS], struct ch_arena *arena)
{
	static const enum key telling[] = {
		KEY_LEVEL, KEY_ROLE, KEY_TO, KEY_PRESSES, KEY_PHOTOS, KEY_NOT_BEFORE, KEY_NOT_AFTER, KEY_APPROVERS, KEY_COPY, KEY_PLACE, KEY_RADIUS,
		KEY_CAP, KEY_STATUS, KEY_POSITION, KEY_PHOTO_MODE, KEY_FIRST_COUNTER, KEY_LAST_COUNTER, KEY_PRESS, KEY_VOID, KEY_VERSION,
		KEY_SCOPE, KEY_ROLES, KEY_FROM, KEY_UNTIL, KEY_ENDED, KEY_EFFECTIVE_SEQ, KEY_DEVICE_KEY, KEY_IMAGE_SHA256, KEY_CONTENT_SHA256, KEY_REASON,
	};
	const char *words = "";

	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		struct span said = value[telling[i]];
		if (said.len && !span_is(said, "none"))
			words = ch_arena_format(arena, "%s%s%s %.*s", words, *words ? ", " : "", key_name(telling[i]), (int)said.len,
						(const char *)said.data);
	}
	return words;
}
