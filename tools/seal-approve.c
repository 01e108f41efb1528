/* seal-approve: agrees to applications, at the level where each stands and in the role that it asks for. */
#include <time.h>

#include "batch.h"
#include "register/decision.h"

struct approval {
	const char *presses, *not_after;
};

/* What is not said stays as it is: as many presses as the levels before have left, no end of its own. */
static void
fill(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *options)
{
	const struct approval *approval = options;

	ch_decision_begin(draft, &cli->state, application, cli->signer.actor);
	draft->value[KEY_PRESSES] =
		approval->presses ? span_text(approval->presses) : ch_arena_number(&cli->state.arena, application->permit.presses);
	if (approval->not_after)
		draft->value[KEY_NOT_AFTER] = cli_time(cli, "--not-after", approval->not_after);
}

/* The levels would be passed, and the seal never opened. */
static const struct ch_error *
check_end(struct cli *cli, const char *not_after)
{
	int64_t end;

	if (not_after && text_get_time(&end, cli_time(cli, "--not-after", not_after)) && end < time(NULL))
		return ch_refuse(WIRE_EXPIRED, "'%s' has passed already; say a later --not-after", not_after);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {BATCH_OPTIONS,
						{"presses", required_argument, NULL, 'p'},
						{"not-after", required_argument, NULL, 'a'},
						{0}};
	struct cli cli = {.name = "seal-approve",
			  .synopsis = "[-0nq] [--json] [-A archive] [--as person] [--keep-going] [--payload file] [--key key] [--presses n] [--not-after time] [application ...]",
			  .options = options};
	struct approval approval = {0};
	const struct ch_error *error;
	struct batch batch = {.kind = ACT_APPROVE, .fill = fill, .options = &approval};
	int option;

	while ((option = batch_option(&batch, &cli, argc, argv)) != -1)
		switch (option) {
		case 'p':
			cli_number(&cli, "--presses", approval.presses = optarg, 1, 1000000);
			break;
		case 'a':
			approval.not_after = optarg;
			break;
		}
	error = check_end(&cli, approval.not_after);
	return cli_end(&cli, error ? error : batch_run(&cli, &batch));
}
