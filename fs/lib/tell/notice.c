/*
 * ch_notices
 *   of_act                each act behind the place
 *     of_application      approvers, applicant, copy
 *     of_person           whose record or key it is
 *   of_standstill         each open application: reminders and escalations
 */
#include "notice.h"

#include <inttypes.h>

#include "records/content.h"
#include "records/records.h"
#include "register/application.h"
#include "register/people.h"

struct telling {
	struct ch_telling *out;
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_told *told;
	int64_t now;
	const struct ch_person **people;
	size_t people_count;
};

static const char *const words[] = {
	[CH_NOTICE_DECIDE] = "decide",	     [CH_NOTICE_REMIND] = "remind",   [CH_NOTICE_ESCALATE] = "escalate",
	[CH_NOTICE_APPROVED] = "approved",   [CH_NOTICE_CHANGED] = "changed", [CH_NOTICE_PERSON] = "person",
};

/* `which` tells notices of one act, matter and person apart: empty where there is only one. */
static void
tell(struct telling *t, enum ch_notice_what what, const struct ch_entry *entry, const struct ch_person *person, struct span mail, const char *which,
     int64_t date)
{
	struct ch_arena *arena = &t->state->arena;
	struct span act = ch_arena_hex(arena, entry->id, SHA256_SIZE);
	struct ch_notice *notice;

	if (mail.len == 0 || span_is(mail, "none"))
		return;
	t->out->notices = ch_arena_grow(arena, t->out->notices, t->out->count, sizeof(*notice));
	notice = &t->out->notices[t->out->count++];
	*notice = (struct ch_notice){.what = what, .entry = entry, .person = person, .mail = mail, .date = date};
	notice->id = span_text(ch_arena_format(arena, "%s.%s%s.%.*s", (const char *)act.data, words[what], which, (int)person->id.len,
					       (const char *)person->id.data));
}

static void
tell_person(struct telling *t, enum ch_notice_what what, const struct ch_entry *entry, const struct ch_person *person)
{
	tell(t, what, entry, person, person->mail, "", entry->received);
}

/* ---- applications ---- */

/* Whom a decision could come from moves with these. */
static bool
moves_on(const struct ch_entry *entry)
{
	return entry->kind == ACT_APPLY || entry->kind == ACT_APPROVE || entry->kind == ACT_TRANSFER;
}

/* The act that brought an application to where it stands. */
static const struct ch_entry *
last_move(const struct ch_subject *subject)
{
	for (size_t i = subject->count; i-- > 0;)
		if (moves_on(ch_subject_entry(subject, i)))
			return ch_subject_entry(subject, i);
	return NULL;
}

static bool
is_in_copy(const struct telling *t, const struct ch_application *application, const struct ch_person *person)
{
	const struct statement *apply = &ch_entry_act(t->state, application->apply)->statement;

	return statement_has(apply, KEY_COPY) && roles_contain(apply->value[KEY_COPY], person->id); /* a list of ids reads like one of roles */
}

static bool
has_approved_use(const struct ch_application *application, const struct ch_entry *entry, const struct ch_person *person)
{
	return entry->kind == ACT_SEAL_RECORD && permit_has_approved(&application->permit, person->id);
}

static bool
tells_of(enum act_kind kind)
{
	return kind == ACT_APPLY || kind == ACT_APPROVE || kind == ACT_REJECT || kind == ACT_TRANSFER || kind == ACT_WITHDRAW || kind == ACT_CANCEL ||
	       kind == ACT_SEAL_RECORD;
}

static void
of_application(struct telling *t, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(t->state, entry);
	struct span actor = ch_entry_act(t->state, entry)->statement.value[KEY_ACTOR];
	bool latest = entry == last_move(application->subject), approved = latest && application->permit.status == PERMIT_APPROVED;

	if (!tells_of(entry->kind) || (entry->kind == ACT_SEAL_RECORD && ch_application_use(application, entry) == NULL))
		return;
	for (size_t i = 0; i < t->people_count; i++) {
		const struct ch_person *person = t->people[i];
		bool applied = span_is(person->id, application->permit.applicant);
		if (latest && ch_application_waits_for(application, person))
			tell_person(t, CH_NOTICE_DECIDE, entry, person);
		else if (span_equal(person->id, actor))
			continue;
		else if (applied && approved)
			tell_person(t, CH_NOTICE_APPROVED, entry, person);
		else if (applied || is_in_copy(t, application, person) || has_approved_use(application, entry, person))
			tell_person(t, CH_NOTICE_CHANGED, entry, person);
	}
}

/* ---- people ---- */

/* Where the person could be reached before this act described him: whoever changes somebody's address does not do so unnoticed. */
static const struct ch_error *
mail_before(struct span *mail, struct telling *t, const struct ch_entry *entry)
{
	const struct ch_entry *before = ch_entry_before(t->state, entry);
	struct ch_person_record record;
	const struct ch_error *error;
	uint64_t version = 0;
	struct span text;

	*mail = span_of(NULL, 0);
	while (before && before->kind != ACT_PERSON)
		before = ch_entry_before(t->state, before);
	if (before == NULL)
		return NULL;
	statement_number(&version, &ch_entry_act(t->state, before)->statement, KEY_VERSION);
	if ((error = ch_content_file(&text, t->store, ch_entry_act(t->state, before), ch_entry_subject(t->state, entry)->path,
				     ch_content_version_name("person", version, &t->state->arena),
				     &t->state->arena)) ||
	    (error = ch_person_record_read(&record, text)))
		return error;
	*mail = record.mail;
	return NULL;
}

static const struct ch_person *
owner_of(const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_subject_name *name = &ch_entry_subject(state, entry)->name;
	uint8_t fingerprint[FINGERPRINT_SIZE];
	const struct ch_key *key;

	if (name->kind == CH_PERSON)
		return ch_state_person(state, name->id);
	if (name->kind != CH_KEY || !text_get_hex(fingerprint, sizeof(fingerprint), name->id))
		return NULL;
	key = ch_state_key(state, fingerprint);
	return key ? ch_state_person(state, key->behalf.len ? key->behalf : key->owner) : NULL;
}

/* Also of what he has done himself: it may not have been he. */
static const struct ch_error *
of_person(struct telling *t, const struct ch_entry *entry)
{
	const struct ch_person *person = owner_of(t->state, entry);
	const struct ch_error *error;
	struct span before;

	if (person == NULL)
		return NULL;
	tell_person(t, CH_NOTICE_PERSON, entry, person);
	if (entry->kind != ACT_PERSON)
		return NULL;
	if ((error = mail_before(&before, t, entry)))
		return error;
	if (!span_equal(before, person->mail))
		tell(t, CH_NOTICE_PERSON, entry, person, before, "-before", entry->received);
	return NULL;
}

static const struct ch_error *
of_act(struct telling *t, const struct ch_entry *entry)
{
	if (entry->code != WIRE_OK || entry->seq <= t->told->seq)
		return NULL;
	if (ch_entry_application(t->state, entry))
		of_application(t, entry);
	return of_person(t, entry);
}

/* ---- standstill ---- */

/* Due behind the place, or of an act behind it. */
static bool
is_due(struct telling *t, const struct ch_entry *move, int64_t due)
{
	if (due > t->now) {
		t->out->next = due < t->out->next ? due : t->out->next;
		return false;
	}
	return due > t->told->time || move->seq > t->told->seq;
}

static void
of_reminder(struct telling *t, const struct ch_application *application, const struct ch_policy_reminder *reminder)
{
	const struct ch_entry *move = last_move(application->subject);
	int64_t due = (int64_t)reminder->after + move->received;
	const char *which = ch_arena_format(&t->state->arena, "-%" PRIu64, reminder->after);

	if (!is_due(t, move, due))
		return;
	for (size_t i = 0; i < t->people_count; i++) {
		const struct ch_person *person = t->people[i];
		if (reminder->role.len == 0 && ch_application_waits_for(application, person))
			tell(t, CH_NOTICE_REMIND, move, person, person->mail, which, due);
		else if (reminder->role.len && roles_contain(person->roles, reminder->role))
			tell(t, CH_NOTICE_ESCALATE, move, person, person->mail, which, due);
	}
}

static void
of_standstill(struct telling *t)
{
	const struct ch_policy *policy = t->state->policy;
	struct ch_application **applications;
	size_t count = policy && policy->reminder_count ? ch_applications(&applications, t->state) : 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < policy->reminder_count; j++) {
			const struct ch_policy_reminder *reminder = &policy->reminders[j];
			const struct permit *permit = &applications[i]->permit;
			if (permit->status == PERMIT_OPEN && permit->at == reminder->number && span_equal(applications[i]->seal->id, reminder->seal))
				of_reminder(t, applications[i], reminder);
		}
}

const struct ch_error *
ch_notices(struct ch_telling *out, struct ch_state *state, struct ch_store *store, const struct ch_told *told, int64_t now)
{
	struct telling t = {.out = out, .state = state, .store = store, .told = told, .now = now};
	const struct ch_error *error;

	*out = (struct ch_telling){.next = INT64_MAX};
	t.people_count = ch_people(&t.people, state);
	for (size_t i = 0; i < state->entry_count; i++)
		if ((error = of_act(&t, ch_state_entry(state, i))))
			return error;
	of_standstill(&t);
	return ch_state_trouble(state);
}
