/* seal-withdraw: takes back presses that are not used yet. */
#include "batch.h"

/* A number of presses in all, not of those that remain: two withdrawals, or one that meets a press, cannot add up to something nobody meant. */
static void
fill(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *cap)
{
	draft->value[KEY_CAP] = cap ? span_text(cap) : ch_arena_number(&cli->state.arena, application->used);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {BATCH_OPTIONS, {"cap", required_argument, NULL, 'c'}, {0}};
	struct cli cli = {.name = "seal-withdraw",
			  .synopsis = "[-0nq] [--json] [-A archive] [--as person] [--keep-going] [--payload file] [--key key] [--cap n] [application ...]",
			  .options = options};
	struct batch batch = {.kind = ACT_WITHDRAW, .fill = fill, .next = "registered; not yet known to the seal"};
	int option;

	while ((option = batch_option(&batch, &cli, argc, argv)) != -1)
		if (option == 'c') {
			cli_number(&cli, "--cap", optarg, 0, 1000000);
			batch.options = optarg;
		}
	return cli_end(&cli, batch_run(&cli, &batch));
}
