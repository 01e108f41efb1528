/* seal-list: the applications, where each stands and what it waits for. */
#include "register/application.h"
#include "cli.h"

struct filter {
	const char *state, *seal, *person, *since;
	int64_t from;
};

static bool
has_acted(const struct ch_state *state, const struct ch_subject *subject, struct span person)
{
	for (size_t i = 0; i < subject->count; i++)
		if (span_equal(ch_entry_act(state, ch_subject_entry(subject, i))->statement.value[KEY_ACTOR], person))
			return true;
	return false;
}

static bool
is_wanted(const struct filter *f, const struct ch_state *state, const struct ch_application *application)
{
	const struct ch_subject *subject = application->subject;

	return (!f->state || strcmp(ch_application_status(application), f->state) == 0) && (!f->seal || span_is(application->seal->id, f->seal)) &&
	       (!f->person || has_acted(state, subject, span_text(f->person))) && (!f->since || ch_subject_tip(subject)->received >= f->from);
}

static const struct ch_error *
list(struct cli *cli, const struct ch_application *application)
{
	struct ch_arena *arena = &cli->state.arena;
	struct ch_application_record record;
	const struct ch_error *error;

	if ((error = ch_application_record(&record, application, &cli->store, arena)))
		return error;
	cli_record(cli,
		   (struct cli_field[]){{"id", application->subject->name.id},
					{"seal", application->seal->id},
					{"state", span_text(ch_application_status(application))},
					{"applicant", span_text(application->permit.applicant)},
					{"granted", ch_arena_number(arena, ch_application_cap(application))},
					{"used", ch_arena_number(arena, application->used)},
					{"title", record.title},
					{"missing", span_text(ch_application_missing_at(application, time(NULL), arena))},
					{"path", application->subject->path}},
		   9);
	return NULL;
}

static const struct ch_error *
run(struct cli *cli, struct filter *f)
{
	struct ch_application **applications;
	const struct ch_error *error;
	size_t count;

	if (f->since)
		text_get_time(&f->from, cli_time(cli, "--since", f->since));
	if ((error = cli_open(cli)))
		return error;
	if (f->seal && ch_state_seal(&cli->state, span_text(f->seal)) == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", f->seal);
	if (f->person && ch_state_person(&cli->state, span_text(f->person)) == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%s'; see people-list", f->person);
	count = ch_applications(&applications, &cli->state);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(f, &cli->state, applications[i]) && (error = list(cli, applications[i])))
			return error;
	return NULL;
}

static bool
is_state(const char *name)
{
	return strcmp(name, "open") == 0 || strcmp(name, "approved") == 0 || strcmp(name, "rejected") == 0 || strcmp(name, "cancelled") == 0 ||
	       strcmp(name, "doubtful") == 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"state", required_argument, NULL, 's'},
						{"seal", required_argument, NULL, 'S'},
						{"person", required_argument, NULL, 'p'},
						{"since", required_argument, NULL, 't'},
						{0}};
	struct cli cli = {.name = "seal-list",
			  .synopsis = "[--json] [-A archive] [--state state] [--seal seal] [--person person] [--since time]",
			  .options = options};
	struct filter filter = {0};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 's':
			if (!is_state(filter.state = optarg))
				cli_usage(&cli, "--state wants open, approved, rejected, cancelled or doubtful, not '%s'", optarg);
			break;
		case 'S':
			filter.seal = optarg;
			break;
		case 'p':
			filter.person = optarg;
			break;
		case 't':
			filter.since = optarg;
			break;
		}
	if (cli.count)
		cli_usage(&cli, "takes no operands; --seal and --person choose");
	return cli_end(&cli, run(&cli, &filter));
}
