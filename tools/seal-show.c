/*
 * seal-show: everything about applications, one record per line; the first field says which kind of record it is.
 *
 *	main
 *	  show
 *	    show_head         application, reason, attachment ...
 *	    show_time_line    act ..., in order of registration, refused ones too; receipt ... behind the act that brought them
 *	    show_what_next    missing ..., could ...
 */
#include <time.h>

#include "register/application.h"
#include "cli.h"
#include "records/content.h"
#include "register/decision.h"
#include "register/people.h"
#include "records/records.h"
#include "seal/usage.h"

struct showing {
	struct cli *cli;
	struct ch_arena *arena;
	const struct ch_application *application;
	struct ch_use *uses;
	size_t use_count;
};

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
	struct span text;

	if ((error = ch_content_file(&text, &s->cli->store, a->apply->act, a->subject->path, "record", s->arena)) ||
	    (error = ch_application_record_read(&record, text, s->arena)))
		return error;
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
	if (entry->act->statement.kind != ACT_WITHDRAW)
		return "accepted";
	return ch_usage_shows(s->uses, s->use_count, entry) ? "accepted; known to the seal" : "accepted; not yet known to the seal";
}

static void
show_act(struct showing *s, const struct ch_entry *entry)
{
	const struct statement *st = &entry->act->statement;

	cli_record(s->cli,
		   (struct cli_field[]){{"record", SPAN_LITERAL("act")},
					{"received", time_text(s, entry->received)},
					{"person", st->value[KEY_ACTOR]},
					{"kind", st->value[KEY_ACT]},
					{"what", span_text(ch_decision_words(st->value, s->arena))},
					{"verdict", span_text(verdict(s, entry))},
					{"act", ch_arena_hex(s->arena, entry->act->id, SHA256_SIZE)}},
		   7);
}

static void
show_receipt(struct showing *s, const struct ch_use *use)
{
	const struct receipt *r = &use->receipt;
	struct span photo = r->has_photo ? ch_arena_hex(s->arena, r->photo, SHA256_SIZE) : SPAN_LITERAL("none");

	if (r->kind == RECEIPT_PRESS)
		photo = use->photo ? SPAN_LITERAL("yes") : SPAN_LITERAL("no");
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
		const struct ch_entry *entry = state->entries[i];
		if (!span_equal(entry->act->statement.value[KEY_SUBJECT], s->application->subject->path))
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
	cli_record(s->cli, (struct cli_field[]){{"record", SPAN_LITERAL("missing")}, {"missing", span_text(what)}}, 2);
}

static void
show_what_next(struct showing *s)
{
	enum wire_code dates = permit_dates(&s->application->permit, time(NULL));
	const struct ch_person **people;
	size_t count = ch_people(&people, &s->cli->state);

	show_missing(s, ch_application_missing(s->application, s->arena));
	if (dates != WIRE_OK)
		show_missing(s, wire_code_sentence(dates));
	for (size_t i = 0; i < count; i++) {
		const char *task = ch_application_task(s->application, people[i], s->arena);
		if (task)
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
	return NULL;
}

static const struct ch_error *
run(struct cli *cli)
{
	struct showing s = {.cli = cli, .arena = &cli->state.arena};
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
