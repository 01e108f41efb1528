/*
 * seal-show: everything about applications, one record per line; the first field says which kind of record it is. To a person at a
 * terminal the same is told (tell_...) without headings, since every line says what it is.
 *
 *	main
 *	  show
 *	    show_head         application, reason, attachment ...
 *	    show_time_line    act ..., in order of registration, refused ones too; receipt ... behind the act that brought them
 *	    show_what_next    missing ..., could ...
 */
#include <inttypes.h>
#include <time.h>

#include "register/application.h"
#include "cli.h"
#include "register/decision.h"
#include "register/people.h"
#include "seal/usage.h"

struct showing {
	struct cli *cli;
	struct ch_arena *arena;
	const struct ch_application *application;
	struct ch_use *uses;
	size_t use_count;
	bool tells; /* a person */
};

static void
tell(const struct showing *s, const char *what, const char *text)
{
	cli_record(s->cli, (struct cli_field[]){{"", span_text(what)}, {"", span_text(text)}}, 2);
}

static void
tell_event(const struct showing *s, int64_t time, struct span who, const char *what)
{
	char when[TIME_TEXT + 1];

	text_put_time(when, time);
	when[10] = ' ';
	cli_record(s->cli, (struct cli_field[]){{"", span_text(when)}, {"", who}, {"", span_text(what)}}, 3);
}

static const char *
name_of(const struct showing *s, struct span id)
{
	const struct ch_person *person = ch_state_person(&s->cli->state, id);

	return person ? ch_arena_format(s->arena, "%.*s, %.*s", (int)id.len, (const char *)id.data, (int)person->name.len,
					(const char *)person->name.data)
		      : ch_arena_text(s->arena, id);
}

static void
tell_head(const struct showing *s, const struct ch_application_record *record)
{
	const struct ch_application *a = s->application;

	tell(s, "application", ch_arena_text(s->arena, a->subject->name.id));
	tell(s, "title", ch_arena_text(s->arena, record->title));
	tell(s, "reason", ch_arena_text(s->arena, record->reason));
	tell(s, "seal", ch_arena_text(s->arena, a->seal->id));
	tell(s, "applicant", name_of(s, span_text(a->permit.applicant)));
	tell(s, "state", ch_application_status(a));
	tell(s, "presses", ch_arena_format(s->arena, "%" PRIu64 " granted, %" PRIu64 " used", ch_application_cap(a), (uint64_t)a->used));
	for (size_t i = 0; i < record->count; i++) {
		const struct ch_attachment *file = &record->attachments[i];
		struct span digest = ch_arena_hex(s->arena, file->digest, SHA256_SIZE);
		tell(s, i ? "attachment" : "document", ch_arena_format(s->arena, "%.*s, %" PRIu64 " bytes", (int)file->name.len,
								      (const char *)file->name.data, file->size));
		tell(s, "  SHA-256", (const char *)digest.data);
	}
	tell(s, "path", ch_arena_text(s->arena, a->subject->path));
}

static struct span
time_text(struct showing *s, int64_t seconds)
{
	char *text = ch_arena_alloc(s->arena, TIME_TEXT + 1);

	text_put_time(text, seconds);
	return span_text(text);
}

static const struct ch_error *
show_head(struct showing *s)
{
	const struct ch_application *a = s->application;
	struct ch_application_record record;
	const struct ch_error *error;

	if ((error = ch_application_record(&record, a, &s->cli->store, s->arena)))
		return error;
	if (s->tells) {
		tell_head(s, &record);
		return NULL;
	}
	cli_record(s->cli,
		   (struct cli_field[]){{"record", SPAN_LITERAL("application")},
					{"id", a->subject->name.id},
					{"seal", a->seal->id},
					{"state", span_text(ch_application_status(a))},
					{"applicant", span_text(a->permit.applicant)},
					{"granted", ch_arena_number(s->arena, ch_application_cap(a))},
					{"used", ch_arena_number(s->arena, a->used)},
					{"title", record.title},
					{"path", a->subject->path}},
		   9);
	cli_record(s->cli, (struct cli_field[]){{"record", SPAN_LITERAL("reason")}, {"reason", record.reason}}, 2);
	for (size_t i = 0; i < record.count; i++)
		cli_record(s->cli,
			   (struct cli_field[]){{"record", SPAN_LITERAL("attachment")},
						{"name", record.attachments[i].name},
						{"size", ch_arena_number(s->arena, record.attachments[i].size)},
						{"sha256", ch_arena_hex(s->arena, record.attachments[i].digest, SHA256_SIZE)}},
			   4);
	return NULL;
}

/* Whether it counts; and of a withdrawal, whether the seal has heard of it. */
static const char *
verdict(const struct showing *s, const struct ch_entry *entry)
{
	if (entry->code != WIRE_OK)
		return ch_arena_format(s->arena, "refused: %s", wire_code_name(entry->code));
	if (entry->seq == CH_SEQ_EXPECTED)
		return "not registered yet";
	if (entry->kind != ACT_WITHDRAW)
		return "accepted";
	return ch_usage_shows(s->uses, s->use_count, &s->cli->state, entry) ? "accepted; known to the seal" : "accepted; not yet known to the seal";
}

/* What is accepted needs no word. */
static void
tell_act(const struct showing *s, const struct ch_entry *entry)
{
	const struct statement *st = &ch_entry_act(&s->cli->state, entry)->statement;
	static const char accepted[] = "accepted";
	struct span value[KEYS], level = st->value[KEY_LEVEL], role = st->value[KEY_ROLE];
	const char *kind = act_kind_name(st->kind), *words, *but = verdict(s, entry);

	memcpy(value, st->value, sizeof(value));
	value[KEY_LEVEL] = value[KEY_ROLE] = span_of(NULL, 0);
	words = ch_decision_words(value, s->arena);
	if (level.len)
		kind = ch_arena_format(s->arena, "%s at level %.*s as %.*s%s", kind, (int)level.len, (const char *)level.data, (int)role.len,
				       (const char *)role.data, ch_decision_substitute(&s->cli->state, st));
	but += strncmp(but, accepted, strlen(accepted)) == 0 ? strlen(accepted) : 0;
	but += strspn(but, "; ");
	tell_event(s, entry->received, st->value[KEY_ACTOR],
		   ch_arena_format(s->arena, "%s%s%s%s%s", kind, *words ? ": " : "", words, *but ? " -- " : "", but));
}

static const char *
what(const struct showing *s, const struct statement *st)
{
	const char *substitute = ch_decision_substitute(&s->cli->state, st);

	return ch_arena_format(s->arena, "%s%s%s", ch_decision_words(st->value, s->arena), *substitute ? "," : "", substitute);
}

static void
show_act(struct showing *s, const struct ch_entry *entry)
{
	const struct statement *st = &ch_entry_act(&s->cli->state, entry)->statement;

	if (s->tells) {
		tell_act(s, entry);
		return;
	}
	cli_record(s->cli,
		   (struct cli_field[]){{"record", SPAN_LITERAL("act")},
					{"received", time_text(s, entry->received)},
					{"person", st->value[KEY_ACTOR]},
					{"kind", st->value[KEY_ACT]},
					{"what", span_text(what(s, st))},
					{"verdict", span_text(verdict(s, entry))},
					{"act", ch_arena_hex(s->arena, entry->id, SHA256_SIZE)}},
		   7);
}

static const char *
photo_words(const struct ch_use *press)
{
	static const char *const words[] = {[CH_NO_PHOTO] = ", without a photo", [CH_PHOTO_ACKNOWLEDGED] = ", with a photo",
					    [CH_PHOTO_LATER] = ", with a photo taken afterwards", [CH_PHOTO_VOID] = ", no photo, as was said why"};

	return words[ch_use_photographed(press)];
}

static void
tell_receipt(const struct showing *s, const struct ch_use *use)
{
	const struct receipt *r = &use->receipt;
	const char *photo = r->kind != RECEIPT_PRESS ? "" : photo_words(use);

	tell_event(s, r->time, r->device,
		   ch_arena_format(s->arena, "receipt %" PRIu64 ": %s%s%s", r->counter, receipt_kind_name(r->kind), photo,
				   r->time_trusted ? "" : " -- not before this time"));
}

static void
show_receipt(struct showing *s, const struct ch_use *use)
{
	const struct receipt *r = &use->receipt;
	struct span photo = r->has_photo ? ch_arena_hex(s->arena, r->photo, SHA256_SIZE) : SPAN_LITERAL("none");

	if (s->tells) {
		tell_receipt(s, use);
		return;
	}
	if (r->kind == RECEIPT_PRESS)
		photo = span_text(ch_use_photo(use));
	cli_record(s->cli,
		   (struct cli_field[]){{"record", SPAN_LITERAL("receipt")},
					{"time", time_text(s, r->time)},
					{"quality", r->time_trusted ? SPAN_LITERAL("trusted") : SPAN_LITERAL("floor")},
					{"device", r->device},
					{"counter", ch_arena_number(s->arena, r->counter)},
					{"kind", span_text(receipt_kind_name(r->kind))},
					{"photo", photo}},
		   7);
}

static void
show_time_line(struct showing *s)
{
	const struct ch_state *state = &s->cli->state;

	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (ch_entry_about(state, entry) != s->application->subject)
			continue;
		show_act(s, entry);
		for (size_t j = 0; j < s->use_count; j++)
			if (s->uses[j].record == entry)
				show_receipt(s, &s->uses[j]);
	}
}

static void
show_missing(struct showing *s, const char *what)
{
	if (s->tells)
		tell(s, "missing", what);
	else
		cli_record(s->cli, (struct cli_field[]){{"record", SPAN_LITERAL("missing")}, {"missing", span_text(what)}}, 2);
}

static void
show_what_next(struct showing *s)
{
	const struct ch_person **people;
	size_t count = ch_people(&people, &s->cli->state);
	int64_t now = time(NULL);

	show_missing(s, ch_application_missing_at(s->application, now, s->arena));
	if (permit_dates(&s->application->permit, now) == WIRE_NOT_YET)
		show_missing(s, wire_code_sentence(WIRE_NOT_YET));
	for (size_t i = 0; i < count; i++) {
		const char *task = ch_application_task(&s->cli->state, s->application, people[i], now);
		if (task && s->tells)
			tell(s, "could", ch_arena_format(s->arena, "%s: %s", name_of(s, people[i]->id), task));
		else if (task)
			cli_record(s->cli,
				   (struct cli_field[]){{"record", SPAN_LITERAL("could")},
							{"person", people[i]->id},
							{"name", people[i]->name},
							{"what", span_text(task)}},
				   4);
	}
}

static const struct ch_error *
show(struct showing *s, const char *name)
{
	struct ch_application *application;
	const struct ch_error *error;

	if ((error = cli_application(&application, s->cli, name)))
		return error;
	s->application = application;
	if ((error = show_head(s)))
		return error;
	show_time_line(s);
	show_what_next(s);
	cli_flush();
	return NULL;
}

static const struct ch_error *
run(struct cli *cli)
{
	struct showing s = {.cli = cli, .arena = &cli->state.arena, .tells = cli_has_reader(cli)};
	const struct ch_error *error;
	char **names;

	if ((error = cli_open(cli)) || (error = cli_subjects(&names, cli)) || (error = ch_usage_read(&s.uses, &s.use_count, &cli->state, &cli->store)))
		return error;
	for (; *names; names++)
		if ((error = show(&s, *names)))
			return error;
	return NULL;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "seal-show", .synopsis = "[-0] [--json] [-A archive] [application ...]"};

	while (cli_option(&cli, argc, argv) != -1)
		;
	return cli_end(&cli, run(&cli));
}
