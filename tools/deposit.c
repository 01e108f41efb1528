#include "deposit.h"

/* The actor is kept aside: when the register has moved on, the state is read again and its spans are gone. */
static const struct ch_error *
act_with(struct cli *cli, struct ch_draft *draft, const struct ch_secret *secret, struct span actor)
{
	struct ch_signer person = cli->signer;
	const struct ch_error *error;
	char id[ID_MAX + 1];

	snprintf(id, sizeof(id), "%.*s", (int)person.actor.len, (const char *)person.actor.data);
	ch_signer_own(&cli->signer, secret, actor);
	error = cli_act(cli, draft);
	cli->signer = person;
	cli->signer.actor = span_text(ch_arena_text(&cli->state.arena, span_text(id)));
	return error;
}

const struct ch_error *
cli_report(struct cli *cli, struct ch_draft *draft)
{
	return act_with(cli, draft, &cli->registrar, SPAN_LITERAL("registrar"));
}

const struct ch_error *
cli_deposit(struct cli *cli, struct ch_draft *draft)
{
	struct ch_judgement judgement;
	const struct ch_error *error;
	struct ch_signer device;

	if ((error = cli_need_device(cli)))
		return cli->is_clone ? cli_act(cli, draft) : error;
	ch_signer_own(&device, &cli->device, cli->device_id);
	if ((error = ch_draft_judge(&judgement, draft, &cli->state, &device)))
		return error;
	return judgement.code == WIRE_NOT_ALLOWED ? cli_act(cli, draft) : act_with(cli, draft, &cli->device, cli->device_id);
}
