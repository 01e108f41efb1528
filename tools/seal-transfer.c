/* seal-transfer: hands the decision on applications to somebody else who holds the role. */
#include "batch.h"
#include "register/decision.h"

static void
fill(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *to)
{
	ch_decision_begin(draft, &cli->state, application, cli->signer.actor);
	draft->value[KEY_TO] = span_text(to);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {BATCH_OPTIONS, {"to", required_argument, NULL, 't'}, {0}};
	struct cli cli = {.name = "seal-transfer",
			  .synopsis = "[-0nq] [--json] [-A archive] [--as person] [--keep-going] [--payload file] [--key key] --to person [application ...]",
			  .options = options};
	struct batch batch = {.kind = ACT_TRANSFER, .fill = fill};
	int option;

	while ((option = batch_option(&batch, &cli, argc, argv)) != -1)
		if (option == 't') {
			batch.options = optarg;
			if (!text_is_id(span_text(optarg)))
				cli_usage(&cli, "'%s' is not an id: letters, digits and '-'", optarg);
		}
	if (batch.options == NULL)
		cli_usage(&cli, "wants the person --to decide");
	return cli_end(&cli, batch_run(&cli, &batch));
}
