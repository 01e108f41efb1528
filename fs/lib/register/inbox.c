#include "inbox.h"

#include <inttypes.h>

#include "application.h"
#include "delegation.h"

enum { TOLD_FOR = 30 * 86400, TEXT_SIZE = 8192 };

struct inbox {
	struct ch_inbox_item *items;
	size_t count;
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_person *person;
	int64_t now;
};

/* Why an act is in the inbox: its part of the name, what it says, what can be done. */
struct matter {
	const char *what, *summary, *next;
	size_t number; /* among records of use, from 1; 0: there is only one */
};

static unsigned
kind_bit(const struct ch_entry *entry)
{
	return 1u << entry->kind;
}

/* Whether no later act of these kinds has followed on the same subject. */
static bool
is_latest(const struct inbox *in, const struct ch_entry *entry, unsigned kinds)
{
	const struct ch_entry *at = ch_subject_tip(ch_entry_subject(in->state, entry));

	while (at && (kind_bit(at) & kinds) == 0)
		at = ch_entry_before(in->state, at);
	return at == entry;
}

static bool
is_recent(const struct inbox *in, const struct ch_entry *entry)
{
	return in->now - entry->received <= TOLD_FOR;
}

static bool
is_applicant(const struct inbox *in, const struct ch_entry *entry)
{
	return span_is(in->person->id, ch_entry_application(in->state, entry)->permit.applicant);
}

/* Who is told what a seal was used for: those who approved it, and those in copy. (A list of ids reads like one of roles.) */
static bool
is_told_of_use(const struct inbox *in, const struct ch_application *application)
{
	const struct statement *apply = &ch_entry_act(in->state, application->apply)->statement;

	return permit_has_approved(&application->permit, in->person->id) ||
	       (statement_has(apply, KEY_COPY) && roles_contain(apply->value[KEY_COPY], in->person->id));
}

static bool
to_decide(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(in->state, entry);

	if (!is_latest(in, entry, 1u << ACT_APPLY | 1u << ACT_APPROVE | 1u << ACT_TRANSFER) || ch_application_is_over(application, in->now) ||
	    (!ch_application_waits_for(application, in->person) &&
	     ch_delegation_for(in->state, application, in->person->id, in->state->received) == NULL))
		return false;
	*m = (struct matter){.what = "decide", .next = "seal-show, then seal-approve, seal-transfer or seal-reject"};
	m->summary = ch_application_task(in->state, application, in->person, in->now);
	return true;
}

static bool
approved(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(in->state, entry);
	uint64_t left;

	if (!is_applicant(in, entry) || !is_latest(in, entry, 1u << ACT_APPROVE) ||
	    ch_application_left(&left, application) != WIRE_OK ||
	    ch_application_is_over(application, in->now))
		return false;
	*m = (struct matter){.what = "approved", .next = "seal-unlock"};
	m->summary = ch_application_task(in->state, application, in->person, in->now);
	return true;
}

static bool
rejected(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	const struct statement *st = &ch_entry_act(in->state, entry)->statement;
	struct span who = st->value[KEY_ACTOR], reason = st->value[KEY_REASON];

	if (!is_applicant(in, entry) || !is_recent(in, entry))
		return false;
	*m = (struct matter){.what = "rejected", .next = "seal-apply again, with what was missing"};
	m->summary = ch_arena_format(&in->state->arena, "rejected by %.*s, who says '%.*s'", (int)who.len, (const char *)who.data, (int)reason.len,
				     (const char *)reason.data);
	return true;
}

static bool
used(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(in->state, entry);
	const struct ch_record *record = ch_application_use(application, entry);
	struct span seal = application->seal->id;

	if (record == NULL || !is_told_of_use(in, application) || !is_recent(in, entry))
		return false;
	*m = (struct matter){.what = "used", .next = "seal-show, to review the photos", .number = (size_t)(record - application->records) + 1};
	m->summary = ch_arena_format(&in->state->arena, "%s used %.*s: %s", application->permit.applicant, (int)seal.len, (const char *)seal.data,
				     ch_record_words(record, &in->state->arena));
	return true;
}

/* What is owed for presses that are done; told once, with the latest record. */
static bool
photos_due(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	const struct ch_application *application = ch_entry_application(in->state, entry);
	uint64_t due = ch_application_photos_due(application);

	if (!is_applicant(in, entry) || !is_latest(in, entry, 1u << ACT_SEAL_RECORD) || due == 0)
		return false;
	*m = (struct matter){.what = "photograph", .next = "seal-photo"};
	m->summary = ch_arena_format(&in->state->arena, "%" PRIu64 " photo%s due of %" PRIu64 " press%s", due, due == 1 ? " is" : "s are",
				    application->used, application->used == 1 ? "" : "es");
	return true;
}

static bool
concerns(struct matter *m, struct inbox *in, const struct ch_entry *entry)
{
	if (entry->code != WIRE_OK)
		return false;
	switch (entry->kind) {
	case ACT_APPLY:
	case ACT_TRANSFER:
		return to_decide(m, in, entry);
	case ACT_APPROVE:
		return to_decide(m, in, entry) || approved(m, in, entry);
	case ACT_REJECT:
		return rejected(m, in, entry);
	case ACT_SEAL_RECORD:
		return used(m, in, entry) || photos_due(m, in, entry);
	default:
		return false;
	}
}

/* seals/S-0007/applications/2026/0/d1-000042 becomes decide.S-0007.2026.d1-000042: no id has a dot, so the name is as unique as the path. */
static struct span
item_name(const struct matter *m, const struct ch_subject *subject, struct ch_arena *arena)
{
	const struct ch_subject_name *name = &subject->name;
	struct span rest = span_skip(subject->path, strlen("seals/") + name->seal.len + strlen("/applications/"));
	struct span year = span_cut(&rest, '/');
	const char *text = ch_arena_format(arena, "%s.%.*s.%.*s.%.*s", m->what, (int)name->seal.len, (const char *)name->seal.data, (int)year.len,
					   (const char *)year.data, (int)name->id.len, (const char *)name->id.data);

	return span_text(m->number ? ch_arena_format(arena, "%s.%zu", text, m->number) : text);
}

/* What has been decided so far, one line each. */
static void
put_decisions(char *text, size_t *at, const struct inbox *in, const struct ch_subject *subject)
{
	struct ch_arena *arena = &in->state->arena;

	for (size_t i = 1; i < subject->count; i++) {
		const char *decided = ch_application_decided(in->state, ch_subject_entry(subject, i), arena);
		if (decided)
			record_put(text, TEXT_SIZE, at, "Decided", span_text(decided));
	}
}

static struct span
item_text(const struct inbox *in, const struct matter *m, const struct ch_application *application, const struct ch_application_record *record)
{
	struct ch_arena *arena = &in->state->arena;
	const struct statement *apply = &ch_entry_act(in->state, application->apply)->statement;
	static const enum key asked[] = {KEY_PRESSES, KEY_PHOTOS, KEY_NOT_BEFORE, KEY_NOT_AFTER, KEY_COPY, KEY_PLACE};
	char text[TEXT_SIZE];
	size_t at = 0;

	record_put(text, TEXT_SIZE, &at, "Application", application->subject->path);
	record_put(text, TEXT_SIZE, &at, "Applicant", apply->value[KEY_ACTOR]);
	record_put(text, TEXT_SIZE, &at, "Title", record->title);
	record_put(text, TEXT_SIZE, &at, "Reason", record->reason);
	record_put(text, TEXT_SIZE, &at, "Document", record->attachments[0].name);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (statement_has(apply, asked[i]))
			record_put(text, TEXT_SIZE, &at, key_name(asked[i]), apply->value[asked[i]]);
	put_decisions(text, &at, in, application->subject);
	record_put(text, TEXT_SIZE, &at, "Missing", span_text(ch_application_missing(application, arena)));
	record_put(text, TEXT_SIZE, &at, "Next", span_text(m->next));
	return ch_arena_copy(arena, span_of(text, at));
}

static const struct ch_error *
add(struct inbox *in, const struct ch_entry *entry, const struct matter *m)
{
	const struct ch_application *application = ch_entry_application(in->state, entry);
	struct ch_arena *arena = &in->state->arena;
	struct ch_application_record record;
	struct ch_inbox_item *item;
	const struct ch_error *error;

	if ((error = ch_application_record(&record, application, in->store, arena)))
		return error;
	in->items = ch_arena_grow(arena, in->items, in->count, sizeof(*item));
	item = &in->items[in->count++];
	item->entry = entry;
	item->name = item_name(m, application->subject, arena);
	item->summary = span_text(ch_arena_format(arena, "%s: %.*s", m->summary, (int)record.title.len, (const char *)record.title.data));
	item->text = item_text(in, m, application, &record);
	return NULL;
}

const struct ch_error *
ch_inbox(struct ch_inbox_item **items, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_person *person, int64_t now)
{
	struct inbox in = {.state = state, .store = store, .person = person, .now = now > state->received ? now : state->received};
	const struct ch_error *error;
	struct matter m;

	for (size_t i = 0; i < state->entry_count; i++)
		if (concerns(&m, &in, ch_state_entry(state, i)) && (error = add(&in, ch_state_entry(state, i), &m)))
			return error;
	*items = in.items;
	*count = in.count;
	return NULL;
}
