/* seal-retire: ends the service of a seal's device, lost, dead or replaced, and says what nobody can prove of it any more. */
#include <inttypes.h>

#include "seal/unproven.h"
#include "service.h"

static void
tell_unproven(struct cli *cli, const struct service *s)
{
	struct ch_unproven *list;
	uint64_t presses = 0;
	size_t count;

	ch_unproven(&list, &count, &cli->state, s->seal);
	for (size_t i = 0; i < count; i++) {
		const struct statement *st = &ch_entry_act(&cli->state, list[i].session)->statement;
		cli_record(cli,
			   (struct cli_field[]){{"unproven", SPAN_LITERAL("unproven")},
						{"application", list[i].application->subject->name.id},
						{"person", st->value[KEY_ACTOR]},
						{"session", st->value[KEY_TIME]},
						{"presses", ch_arena_number(&cli->state.arena, list[i].presses)}},
			   5);
		presses += list[i].presses;
	}
	cli_flush();
	fprintf(stderr, "%s: receipts up to %" PRIu64 " are recorded; ", cli->name, s->seal->counter);
	if (count)
		fprintf(stderr, "of %zu session%s behind them, with up to %" PRIu64 " press%s, no receipt has come\n", count, count == 1 ? "" : "s", presses,
			presses == 1 ? "" : "es");
	else
		fprintf(stderr, "no session is known behind them\n");
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "seal-retire"};
	struct service service = {.kind = ACT_SEAL_RETIRE};

	return service_main(&cli, &service, argc, argv, tell_unproven);
}
