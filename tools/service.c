#include "service.h"

static const struct option service_options[] = {{"reason", required_argument, NULL, 'r'}, {0}};

static const struct ch_error *
draw_up(struct ch_draft *draft, struct cli *cli, const struct service *s, const char *reason)
{
	const struct ch_seal *seal = ch_state_seal(&cli->state, span_text(cli->operands[0]));
	struct ch_arena *arena = &cli->state.arena;

	if (seal == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; chancery-status shows those that there are", cli->operands[0]);
	*draft = (struct ch_draft){.kind = s->kind, .subject = seal->subject->path};
	draft->value[KEY_SEAL] = seal->id;
	draft->value[KEY_DEVICE] = seal->device;
	draft->value[KEY_EPOCH] = ch_arena_number(arena, seal->epoch);
	draft->value[KEY_REASON] = span_text(reason);
	if (s->kind == ACT_SEAL_RETIRE)
		draft->value[KEY_COUNTER] = ch_arena_number(arena, seal->counter);
	else
		draft->value[KEY_VERSION] = ch_arena_number(arena, seal->suspensions + 1);
	return NULL;
}

static const struct ch_error *
run(struct cli *cli, struct service *s, const char *reason)
{
	const struct ch_error *error;
	struct ch_draft draft;

	if ((error = cli_open_to_act(cli)) || (error = draw_up(&draft, cli, s, reason)) || (error = cli_act(cli, &draft)))
		return error;
	s->seal = ch_state_seal(&cli->state, span_text(cli->operands[0]));
	return NULL;
}

int
service_main(struct cli *cli, struct service *s, int argc, char **argv, void (*after)(struct cli *cli, const struct service *service))
{
	const struct ch_error *error;
	const char *reason = NULL;

	cli->options = service_options;
	cli->synopsis = SERVICE_SYNOPSIS;
	while (cli_option(cli, argc, argv) != -1)
		reason = cli_text(cli, "--reason", optarg);
	if (cli->count != 1)
		cli_usage(cli, "wants one seal");
	if (reason == NULL)
		cli_usage(cli, "why? say --reason TEXT");
	error = run(cli, s, reason);
	if (error == NULL && after && !cli->quiet)
		after(cli, s);
	return cli_end(cli, error);
}
