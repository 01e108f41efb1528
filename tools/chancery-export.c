/* chancery-export: writes what proves an application, and nothing of anybody else, into a tarball. */
#include "cli.h"
#include "extract/export.h"

static void
print_extract(const struct cli *cli, const char *file, const struct ch_application *application)
{
	const struct ch_entry *last = ch_subject_tip(application->subject);
	char id[2 * SHA256_SIZE + 1], seq[21];

	text_put_hex(id, last->id, SHA256_SIZE);
	cli_record(cli,
		   (struct cli_field[]){{"file", span_text(file)},
					{"subject", application->subject->path},
					{"seq", span_of(seq, text_put_number(seq, last->seq))},
					{"act", span_text(id)}},
		   4);
}

static const struct ch_error *
export(struct cli *cli, const char *name, const char *output)
{
	struct ch_application *application;
	const struct ch_error *error;
	struct ch_tarball tarball;
	int64_t mtime;

	if ((error = cli_application(&application, cli, name)) || (error = ch_export(&tarball, &mtime, &cli->state, &cli->store, application)))
		return error;
	if (output == NULL)
		output = ch_arena_format(&cli->state.arena, "%.*s.tar", (int)tarball.directory.len, (const char *)tarball.directory.data);
	if (!cli->dry_run && (error = ch_tarball_write(&tarball, output, mtime)))
		return error;
	if (!cli->quiet)
		print_extract(cli, output, application);
	return NULL;
}

static const struct ch_error *
run(struct cli *cli, const char *output)
{
	const struct ch_error *error;
	char **names;

	cli->only_registered = true;
	if ((error = cli_open(cli)) || (error = cli_subjects(&names, cli)))
		return error;
	if (output && names[0] && names[1])
		return ch_fail(CH_USAGE, "-o names the file of one application; without it each gets a file of its own");
	for (; *names && error == NULL; names++)
		error = export(cli, *names, output);
	return error;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"output", required_argument, NULL, 'o'}, {0}};
	struct cli cli = {.name = "chancery-export",
			  .synopsis = "[-0nq] [--json] [-A archive] [-o file] [application ...]",
			  .options = options,
			  .letters = "o:"};
	const char *output = NULL;

	while (cli_option(&cli, argc, argv) != -1)
		output = optarg;
	return cli_end(&cli, run(&cli, output));
}
