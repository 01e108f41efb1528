/* seal-reject: ends applications at the level where each stands, with a reason. */
#include "batch.h"
#include "register/decision.h"

static void
fill(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *reason)
{
	ch_decision_begin(draft, &cli->state, application, cli->signer.actor);
	draft->value[KEY_REASON] = span_text(reason);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {BATCH_OPTIONS, {"reason", required_argument, NULL, 'r'}, {0}};
	struct cli cli = {.name = "seal-reject",
			  .synopsis = "[-0nq] [--json] [-A archive] [--as person] [--keep-going] [--payload file] [--key key] --reason text [application ...]",
			  .options = options};
	struct batch batch = {.kind = ACT_REJECT, .fill = fill};
	int option;

	while ((option = batch_option(&batch, &cli, argc, argv)) != -1)
		if (option == 'r')
			batch.options = cli_text(&cli, "--reason", optarg);
	if (batch.options == NULL)
		cli_usage(&cli, "wants a --reason");
	return cli_end(&cli, batch_run(&cli, &batch));
}
