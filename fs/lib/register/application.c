#include "application.h"

#include <inttypes.h>

#include "delegation.h"
#include "records/content.h"

const struct ch_error *
ch_application_record(struct ch_application_record *record, const struct ch_application *application, struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_subject *subject = application->subject;
	const struct act *apply = ch_entry_act(subject->state, application->apply);
	const struct ch_error *error;
	struct span text;

	error = ch_content_file(&text, store, apply, subject->path, "record", arena);
	return error ? error : ch_application_record_read(record, text, arena);
}

const char *
ch_application_status(const struct ch_application *application)
{
	switch (application->permit.status) {
	case PERMIT_OPEN:
		return "open";
	case PERMIT_APPROVED:
		return "approved";
	case PERMIT_REJECTED:
		return "rejected";
	case PERMIT_CANCELLED:
		return "cancelled";
	case PERMIT_DOUBTFUL:
		return "doubtful";
	}
	return "cancelled";
}

const char *
ch_application_standing(const struct ch_application *application)
{
	const struct ch_seal *seal = application->seal;
	enum permit_status status = application->permit.status;

	if ((seal->suspended || seal->retired) && (status == PERMIT_OPEN || status == PERMIT_APPROVED))
		return "suspended";
	return ch_application_status(application);
}

enum wire_code
ch_application_left(uint64_t *left, const struct ch_application *application)
{
	enum wire_code code = permit_left(left, &application->permit, application->used);

	if (code != WIRE_OK && code != WIRE_LEVEL_MISSING)
		return code;
	if (application->seal->retired)
		return WIRE_RETIRED;
	return application->seal->suspended ? WIRE_SUSPENDED : code;
}

uint64_t
ch_application_photos_due(const struct ch_application *application)
{
	uint64_t wanted = 0, had = application->photos + application->voids;

	statement_number(&wanted, &ch_entry_act(application->subject->state, application->apply)->statement, KEY_PHOTOS);
	if (wanted > application->used)
		wanted = application->used;
	return wanted > had ? wanted - had : 0;
}

uint64_t
ch_application_cap(const struct ch_application *application)
{
	const struct permit *permit = &application->permit;

	if (permit->status != PERMIT_APPROVED)
		return 0;
	return permit->presses < permit->cap ? permit->presses : permit->cap;
}

bool
ch_application_is_over(const struct ch_application *application, int64_t now)
{
	return permit_dates(&application->permit, now) == WIRE_EXPIRED;
}

bool
ch_application_has_decided(const struct ch_application *application, struct span person)
{
	const struct permit *permit = &application->permit;

	for (unsigned i = 0; i < permit->decisions; i++)
		if ((span_is(person, permit->decision[i].person) || span_is(person, permit->decision[i].giver)) &&
		    (permit->decision[i].approve || permit->decision[i].level == permit->at))
			return true;
	return false;
}

bool
ch_application_waits_for(const struct ch_application *application, const struct ch_person *person)
{
	const struct permit *permit = &application->permit;

	return permit->status == PERMIT_OPEN && roles_contain(person->roles, permit->level[permit->at - 1].role) &&
	       !span_is(person->id, permit->applicant) && !ch_application_has_decided(application, person->id);
}

size_t
ch_applications(struct ch_application ***out, struct ch_state *state)
{
	size_t count = 0;

	*out = NULL;
	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code != WIRE_OK || entry->kind != ACT_APPLY)
			continue;
		*out = ch_arena_grow(&state->arena, *out, count, sizeof(**out));
		(*out)[count++] = ch_entry_application(state, entry);
	}
	return count;
}

/* Whose turn it is: at its level, or to use what was granted. */
static const char *
turn(struct ch_state *state, const struct ch_application *application, const struct ch_person *person)
{
	const struct ch_delegation *d = ch_delegation_for(state, application, person->id, state->received);
	const struct permit *permit = &application->permit;
	struct ch_arena *arena = &state->arena;
	uint64_t left;

	if (d)
		return ch_arena_format(arena, "decide at level %u as %.*s, as substitute of %s", permit->at, (int)permit->level[permit->at - 1].role.len,
				       (const char *)permit->level[permit->at - 1].role.data, d->delegation.giver);
	if (ch_application_waits_for(application, person))
		return ch_arena_format(arena, "decide at level %u as %.*s", permit->at, (int)permit->level[permit->at - 1].role.len,
				       (const char *)permit->level[permit->at - 1].role.data);
	if (span_is(person->id, permit->applicant) && ch_application_left(&left, application) == WIRE_OK)
		return ch_arena_format(arena, "approved: %" PRIu64 " press%s may be done", left, left == 1 ? "" : "es");
	return NULL;
}

const char *
ch_application_task(struct ch_state *state, const struct ch_application *application, const struct ch_person *person, int64_t now)
{
	const char *task = ch_application_is_over(application, now) ? NULL : turn(state, application, person);
	uint64_t due = span_is(person->id, application->permit.applicant) ? ch_application_photos_due(application) : 0;

	if (task == NULL && due > 0)
		return ch_arena_format(&state->arena, "photograph: %" PRIu64 " photo%s due", due, due == 1 ? " is" : "s are");
	return task;
}

const struct ch_record *
ch_application_use(const struct ch_application *application, const struct ch_entry *entry)
{
	for (const struct ch_record *record = application->records; record < application->records + application->record_count; record++)
		if (record->entry == entry)
			return record->presses || record->photos ? record : NULL;
	return NULL;
}

const char *
ch_record_words(const struct ch_record *record, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%" PRIu64 " press%s, %" PRIu64 " photo%s", record->presses, record->presses == 1 ? "" : "es", record->photos,
			       record->photos == 1 ? "" : "s");
}

const char *
ch_application_missing(const struct ch_application *application, struct ch_arena *arena)
{
	const struct permit *permit = &application->permit;
	enum wire_code code;
	uint64_t left;

	if (permit->status == PERMIT_OPEN && !application->seal->retired)
		return ch_arena_format(arena, "level %u wants %u more '%.*s'", permit->at, permit_missing(permit),
				       (int)permit->level[permit->at - 1].role.len, (const char *)permit->level[permit->at - 1].role.data);
	if ((code = ch_application_left(&left, application)) == WIRE_SUSPENDED)
		return ch_arena_format(arena, "the end of the suspension of seal '%.*s'", (int)application->seal->id.len, (const char *)application->seal->id.data);
	if (code != WIRE_OK)
		return ch_arena_format(arena, "closed: %s", wire_code_sentence(code));
	return ch_arena_format(arena, "nothing: %" PRIu64 " of %" PRIu64 " presses are left", left, permit->presses);
}

const char *
ch_application_missing_at(const struct ch_application *application, int64_t now, struct ch_arena *arena)
{
	if (application->permit.status <= PERMIT_APPROVED && ch_application_is_over(application, now))
		return ch_arena_format(arena, "closed: %s", wire_code_sentence(WIRE_EXPIRED));
	return ch_application_missing(application, arena);
}

const char *
ch_application_decided(const struct ch_state *state, const struct ch_entry *entry, struct ch_arena *arena)
{
	const struct statement *st = &ch_entry_act(state, entry)->statement;
	struct span who = st->value[KEY_ACTOR], when = st->value[KEY_TIME];

	if (st->kind < ACT_APPROVE || st->kind > ACT_CANCEL)
		return NULL;
	return ch_arena_format(arena, "%s %.*s %.*s", act_kind_name(st->kind), (int)who.len, (const char *)who.data, (int)when.len,
			       (const char *)when.data);
}
