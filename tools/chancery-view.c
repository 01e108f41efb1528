/*
 * chancery-view: the repository from which somebody clones a part of an archive.
 *
 *	main
 *	  run
 *	    ch_view_update    makes it, or brings it up to date
 *	    ch_views_add      so that whoever registers does that from now on
 */
#include "cli.h"
#include "extract/view.h"
#include "extract/views.h"

/* One a line, as they are kept. */
static struct span
patterns(struct cli *cli, int argc, char **argv)
{
	const char *text = "";

	for (int i = 0; i < argc; i++)
		text = ch_arena_format(&cli->lasting, "%s%s\n", text, cli_text(cli, "a pattern", argv[i]));
	return span_text(text);
}

static const struct ch_error *
run(struct cli *cli)
{
	struct span only = patterns(cli, cli->count - 1, cli->operands + 1);
	const struct ch_error *error;
	struct ch_viewed viewed;

	cli->only_registered = true;
	if ((error = cli_open(cli)))
		return error;
	if (cli->store.partial)
		return ch_fail(CH_REFUSED, "'%s' is a part of an archive itself; a view is made where the register is, or in a clone of all of it", cli->archive);
	if ((error = ch_view_update(&viewed, &cli->state, &cli->store, cli->operands[0], only, 0)))
		return error;
	if ((error = ch_views_add(&cli->store, cli->operands[0])))
		fprintf(stderr, "%s: warning: nobody else will bring it up to date: %s\n", cli->name, error->message);
	if (cli->quiet)
		return NULL;
	cli_record(cli,
		   (struct cli_field[]){{"view", span_text(cli->operands[0])},
					{"seq", ch_arena_number(&cli->lasting, viewed.seq)},
					{"pages", ch_arena_number(&cli->lasting, viewed.pages)},
					{"acts", ch_arena_number(&cli->lasting, viewed.acts)}},
		   4);
	return NULL;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "chancery-view", .synopsis = "[-q] [--json] [-A archive] directory [pattern ...]"};

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count < 1)
		cli_usage(&cli, "wants the directory of a view and, of a new one, the applications that are in it");
	if (cli.dry_run)
		cli_usage(&cli, "there is nothing to say beforehand");
	return cli_end(&cli, run(&cli));
}
