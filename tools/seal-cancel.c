/* seal-cancel: the applicant takes applications back. */
#include "batch.h"

static void
fill(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *reason)
{
	(void)cli;
	(void)application;
	draft->value[KEY_REASON] = span_text(reason);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {BATCH_OPTIONS, {"reason", required_argument, NULL, 'r'}, {0}};
	struct cli cli = {.name = "seal-cancel",
			  .synopsis = "[-0nq] [--json] [-A archive] [--as person] [--keep-going] [--payload file] [--key key] --reason text [application ...]",
			  .options = options};
	struct batch batch = {.kind = ACT_CANCEL, .fill = fill};
	int option;

	while ((option = batch_option(&batch, &cli, argc, argv)) != -1)
		if (option == 'r')
			batch.options = cli_text(&cli, "--reason", optarg);
	if (batch.options == NULL)
		cli_usage(&cli, "wants a --reason");
	return cli_end(&cli, batch_run(&cli, &batch));
}
