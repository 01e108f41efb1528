/* seal-log: the use of seals, one line for each press as the seal's own receipts tell it; or how often, with --totals. */
#include <sys/stat.h>

#include "cli.h"
#include "register/application.h"
#include "seal/usage.h"
#include "wire/crypto.h"

struct filter {
	const char *person, *since, *until, *document;
	bool is_file;
	uint8_t digest[SHA256_SIZE]; /* of that file */
	const struct ch_application *asked; /* last */
	bool has;			    /* the document, or none is wanted */
	int64_t from, to;
	bool totals;
};

/* What one person has done with one seal. */
struct total {
	const struct ch_seal *seal;
	const char *person;
	uint64_t presses, photos;
};

static const char *
person_of(const struct ch_use *use)
{
	return use->application ? use->application->permit.applicant : "unknown";
}

/* Whether the document is one of the application's: the same bytes, or the name that it was handed in under. */
static const struct ch_error *
ask(struct cli *cli, struct filter *f, const struct ch_application *a)
{
	struct ch_application_record record;
	const struct ch_error *error;

	f->has = f->document == NULL || (f->has && a == f->asked);
	if (f->document == NULL || a == NULL || a == f->asked)
		return NULL;
	f->asked = a;
	if ((error = ch_application_record(&record, a, &cli->store, &cli->state.arena)))
		return error;
	for (size_t i = 0; i < record.count && !f->has; i++)
		f->has = f->is_file ? memcmp(record.attachments[i].digest, f->digest, SHA256_SIZE) == 0 : span_is(record.attachments[i].name, f->document);
	return NULL;
}

static const struct ch_error *
read_document(struct filter *f, struct cli *cli)
{
	const struct ch_error *error;
	struct span content;
	struct stat st;

	f->is_file = stat(f->document, &st) == 0 && S_ISREG(st.st_mode);
	if (!f->is_file && strchr(f->document, '/'))
		return ch_fail_errno("cannot read '%s'", f->document);
	if (!f->is_file)
		return NULL;
	if ((error = cli_read_file(&content, cli, f->document, SIZE_MAX)))
		return error;
	wire_sha256_of(f->digest, content);
	return NULL;
}

static bool
is_wanted(const struct cli *cli, const struct filter *f, const struct ch_use *use)
{
	bool named = cli->count == 0;

	for (int i = 0; i < cli->count; i++)
		named = named || span_is(use->seal->id, cli->operands[i]);
	return use->receipt.kind == RECEIPT_PRESS && named && (!f->person || strcmp(person_of(use), f->person) == 0) &&
	       (!f->since || use->receipt.time >= f->from) && (!f->until || use->receipt.time < f->to);
}

static void
print_press(struct cli *cli, const struct ch_use *use)
{
	char time[TIME_TEXT + 1];

	text_put_time(time, use->receipt.time);
	cli_record(cli,
		   (struct cli_field[]){
			   {"time", span_text(time)},
			   {"quality", use->receipt.time_trusted ? SPAN_LITERAL("trusted") : SPAN_LITERAL("floor")},
			   {"seal", use->seal->id},
			   {"counter", ch_arena_number(&cli->state.arena, use->receipt.counter)},
			   {"person", span_text(person_of(use))},
			   {"application", use->application ? use->application->subject->name.id : SPAN_LITERAL("none")},
			   {"position", use->session ? ch_entry_act(&cli->state, use->session)->statement.value[KEY_POSITION] : SPAN_LITERAL("none")},
			   {"photo", span_text(ch_use_photo(use))},
		   },
		   8);
}

static void
print_totals(struct cli *cli, const struct total *totals, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cli_record(cli,
			   (struct cli_field[]){{"seal", totals[i].seal->id},
						{"person", span_text(totals[i].person)},
						{"presses", ch_arena_number(&cli->state.arena, totals[i].presses)},
						{"photos", ch_arena_number(&cli->state.arena, totals[i].photos)}},
			   4);
}

static void
add_to_totals(struct cli *cli, struct total **totals, size_t *count, const struct ch_use *use)
{
	size_t i = 0;

	while (i < *count && ((*totals)[i].seal != use->seal || strcmp((*totals)[i].person, person_of(use)) != 0))
		i++;
	if (i == *count) {
		*totals = ch_arena_grow(&cli->state.arena, *totals, *count, sizeof(**totals));
		(*totals)[(*count)++] = (struct total){.seal = use->seal, .person = person_of(use)};
	}
	(*totals)[i].presses++;
	(*totals)[i].photos += use->photo || (use->taken && !use->voided);
}

/* What is asked for there is. */
static const struct ch_error *
check(struct cli *cli, struct filter *f)
{
	for (int i = 0; i < cli->count; i++)
		if (ch_state_seal(&cli->state, span_text(cli->operands[i])) == NULL)
			return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", cli->operands[i]);
	if (f->person && strcmp(f->person, "unknown") != 0 && ch_state_person(&cli->state, span_text(f->person)) == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%s'; see people-list", f->person);
	return f->document ? read_document(f, cli) : NULL;
}

static const struct ch_error *
run(struct cli *cli, struct filter *f)
{
	struct total *totals = NULL;
	const struct ch_error *error;
	size_t count, total_count = 0;
	struct ch_use *uses;

	if (f->since)
		text_get_time(&f->from, cli_time(cli, "--since", f->since));
	if (f->until)
		text_get_time(&f->to, cli_time(cli, "--until", f->until));
	if ((error = cli_open(cli)) || (error = check(cli, f)) || (error = ch_usage_read(&uses, &count, &cli->state, &cli->store)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(cli, f, &uses[i]))
			continue;
		if ((error = ask(cli, f, uses[i].application)))
			return error;
		if (f->has && f->totals)
			add_to_totals(cli, &totals, &total_count, &uses[i]);
		else if (f->has)
			print_press(cli, &uses[i]);
	}
	print_totals(cli, totals, total_count);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"person", required_argument, NULL, 'p'},
						{"document", required_argument, NULL, 'd'},
						{"since", required_argument, NULL, 's'},
						{"until", required_argument, NULL, 'u'},
						{"totals", no_argument, NULL, 't'},
						{0}};
	struct cli cli = {.name = "seal-log",
			  .synopsis = "[--json] [-A archive] [--person person] [--document document] [--since time] [--until time] [--totals] [seal ...]",
			  .options = options};
	struct filter filter = {0};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'p':
			filter.person = optarg;
			break;
		case 'd':
			filter.document = optarg;
			break;
		case 's':
			filter.since = optarg;
			break;
		case 'u':
			filter.until = optarg;
			break;
		case 't':
			filter.totals = true;
			break;
		}
	return cli_end(&cli, run(&cli, &filter));
}
