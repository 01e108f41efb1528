#include "service.h"

static const struct option service_options[] = {{"reason", required_argument, NULL, 'r'}, PAYLOAD_OPTIONS, {0}};

const struct ch_error *
service_draft(struct ch_draft *draft, const struct ch_seal **out, struct cli *cli, enum act_kind kind)
{
	const struct ch_seal *seal = *out = ch_state_seal(&cli->state, span_text(cli->operands[0]));

	if (seal == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; chancery-status shows those that there are", cli->operands[0]);
	*draft = (struct ch_draft){.kind = kind, .subject = seal->subject->path};
	draft->value[KEY_SEAL] = seal->id;
	draft->value[KEY_DEVICE] = seal->device;
	draft->value[KEY_EPOCH] = ch_arena_number(&cli->state.arena, seal->epoch);
	return NULL;
}

static const struct ch_error *
run(struct cli *cli, struct service *s, const struct payload *payload, const char *reason)
{
	const struct ch_error *error;
	struct ch_draft draft;

	if ((error = payload_open(cli, payload)) || (error = service_draft(&draft, &s->seal, cli, s->kind)))
		return error;
	draft.value[KEY_REASON] = span_text(reason);
	if (s->kind == ACT_SEAL_RETIRE)
		draft.value[KEY_COUNTER] = ch_arena_number(&cli->state.arena, s->seal->counter);
	else
		draft.value[KEY_VERSION] = ch_arena_number(&cli->state.arena, s->seal->suspensions + 1);
	if ((error = payload_act(cli, payload, &draft, false)))
		return error;
	s->seal = ch_state_seal(&cli->state, span_text(cli->operands[0]));
	return NULL;
}

int
service_main(struct cli *cli, struct service *s, int argc, char **argv, void (*after)(struct cli *cli, const struct service *service))
{
	const struct ch_error *error;
	struct payload payload = {0};
	const char *reason = NULL;
	int option;

	cli->options = service_options;
	cli->synopsis = SERVICE_SYNOPSIS;
	while ((option = cli_option(cli, argc, argv)) != -1)
		if (!payload_option(&payload, option))
			reason = cli_text(cli, "--reason", optarg);
	if (cli->count != 1)
		cli_usage(cli, "wants one seal");
	if (reason == NULL)
		cli_usage(cli, "why? say --reason TEXT");
	error = run(cli, s, &payload, reason);
	if (error == NULL && after && !cli->quiet && payload.file == NULL)
		after(cli, s);
	return cli_end(cli, error);
}
