/*
 * chancery-report: what there is to say about a week or a month.
 *
 *	main
 *	  period      the week or the month that a day is in
 *	  run         fs/render/sealreport.h
 *	  put_table   or CSV, or a page
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "render/sealreport.h"

enum { DAY = 86400 };

struct reporting {
	struct cli *cli;
	bool month, csv, html;
	const char *of, *output;
	struct ch_sealreport_wish wish;
	struct ch_sealreport report;
	char title[16];
};

/* ---- the period ---- */

/* Weeks begin on Monday, and are numbered as ISO 8601 has it; days are those of UTC, as in the register. */
static void
find_week(struct reporting *r, int64_t day)
{
	time_t monday;
	struct tm tm;

	r->wish.from = day - (day / DAY + 3) % 7 * DAY;
	r->wish.until = r->wish.from + 7 * DAY;
	monday = (time_t)r->wish.from;
	gmtime_r(&monday, &tm);
	strftime(r->title, sizeof(r->title), "%G-W%V", &tm);
}

static void
find_month(struct reporting *r, int64_t day)
{
	time_t at = (time_t)day;
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(r->title, sizeof(r->title), "%Y-%m", &tm);
	tm.tm_mday = 1;
	r->wish.from = (int64_t)timegm(&tm);
	tm.tm_mon++;
	r->wish.until = (int64_t)timegm(&tm);
}

static void
period(struct reporting *r)
{
	int64_t now = (int64_t)time(NULL), at = now;

	if (r->of)
		text_get_time(&at, cli_time(r->cli, "--of", r->of));
	at -= at % DAY;
	if (r->month)
		find_month(r, at);
	else
		find_week(r, at);
	r->wish.title = r->title;
}

/* ---- as a table ---- */

static void
put_press(struct cli *cli, const struct ch_report_press *p)
{
	char *time = ch_arena_alloc(&cli->state.arena, TIME_TEXT + 1);

	text_put_time(time, p->use->receipt.time);
	cli_record(cli,
		   (struct cli_field[]){{"time", span_text(time)},
					{"seal", p->use->seal->id},
					{"counter", ch_arena_number(&cli->state.arena, p->use->receipt.counter)},
					{"person", p->person},
					{"photo", span_text(p->photo)},
					{"look", p->bad ? SPAN_LITERAL("look") : SPAN_LITERAL("ok")},
					{"application", p->application},
					{"title", p->title},
					{"position", p->position},
					{"place", *p->place ? span_text(p->place) : SPAN_LITERAL("any")}},
		   10);
}

static void
put_bars(struct cli *cli, const char *of, const struct ch_bar *bars, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cli_record(cli,
			   (struct cli_field[]){{"by", span_text(of)},
						{"name", bars[i].name},
						{"presses", ch_arena_number(&cli->state.arena, bars[i].whole)},
						{"look", ch_arena_number(&cli->state.arena, bars[i].part)}},
			   4);
}

static void
put_unproven(struct cli *cli, const struct ch_sealreport *report)
{
	for (size_t i = 0; i < report->unproven_count; i++) {
		const struct statement *st = &ch_entry_act(&cli->state, report->unproven[i].session)->statement;
		cli_record(cli,
			   (struct cli_field[]){{"unproven", SPAN_LITERAL("unproven")},
						{"application", report->unproven[i].application->subject->name.id},
						{"person", st->value[KEY_ACTOR]},
						{"session", st->value[KEY_TIME]},
						{"presses", ch_arena_number(&cli->state.arena, report->unproven[i].presses)}},
			   5);
	}
}

static void
put_table(struct cli *cli, const struct ch_sealreport *report)
{
	for (size_t i = 0; i < report->count; i++)
		put_press(cli, &report->presses[i]);
	put_bars(cli, "day", report->days, report->day_count);
	put_bars(cli, "person", report->people, report->people_count);
	put_bars(cli, "seal", report->seals, report->seal_count);
	put_bars(cli, "place", report->places, report->place_count);
	put_unproven(cli, report);
}

/* ---- */

static const struct ch_error *
put_file(struct reporting *r)
{
	FILE *out = r->output ? fopen(r->output, "w") : stdout;
	const struct ch_error *error = NULL;

	if (out == NULL)
		return ch_fail_errno("cannot write '%s'", r->output);
	if (r->csv)
		ch_sealreport_csv(out, &r->report);
	else
		error = ch_sealreport_html(out, &r->report);
	if (fflush(out) != 0 || ferror(out))
		error = ch_fail_errno("cannot write '%s'", r->output ? r->output : "standard output");
	if (r->output && fclose(out) != 0 && error == NULL)
		error = ch_fail_errno("cannot write '%s'", r->output);
	return error;
}

static const struct ch_error *
run(struct reporting *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;

	if ((error = cli_open(cli)))
		return error;
	period(r);
	if (r->wish.seal.len && ch_state_seal(&cli->state, r->wish.seal) == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", (const char *)r->wish.seal.data);
	if (r->wish.person.len && ch_state_person(&cli->state, r->wish.person) == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%s'; see people-list", (const char *)r->wish.person.data);
	if ((error = ch_sealreport(&r->report, &r->wish, &cli->state, &cli->store)))
		return error;
	if (r->csv || r->html)
		return put_file(r);
	put_table(cli, &r->report);
	return NULL;
}

enum { WEEK = 'w', MONTH = 'm', OF = 'd', CSV = 'c', HTML = 'h', SEAL = 's', PERSON = 'p' };

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"week", no_argument, NULL, WEEK}, {"month", no_argument, NULL, MONTH}, {"of", required_argument, NULL, OF},
						{"csv", no_argument, NULL, CSV}, {"html", no_argument, NULL, HTML}, {"seal", required_argument, NULL, SEAL},
						{"person", required_argument, NULL, PERSON}, {"output", required_argument, NULL, 'o'}, {0}};
	struct cli cli = {.name = "chancery-report",
			  .synopsis = "[--json] [-A archive] [--csv | --html] [-o file] [--of date] [--seal seal] [--person person] --week | --month seal",
			  .options = options,
			  .letters = "o:"};
	struct reporting r = {.cli = &cli};
	int option, periods = 0;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case WEEK:
		case MONTH:
			r.month = option == MONTH;
			periods++;
			break;
		case OF:
			r.of = optarg;
			break;
		case SEAL:
		case PERSON:
			*(option == SEAL ? &r.wish.seal : &r.wish.person) = span_text(optarg);
			break;
		case 'o':
			r.output = optarg;
			break;
		default:
			*(option == CSV ? &r.csv : &r.html) = true;
		}
	if (cli.count != 1 || strcmp(cli.operands[0], "seal") != 0)
		cli_usage(&cli, "on what? there are reports on 'seal'");
	if (periods != 1)
		cli_usage(&cli, "wants one of --week and --month");
	if (r.csv && r.html)
		cli_usage(&cli, "one of --csv and --html");
	if (r.output && !r.csv && !r.html)
		cli_usage(&cli, "-o is for --csv and --html");
	return cli_end(&cli, run(&r));
}
