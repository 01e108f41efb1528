/* Acts, from a draft to the register, and what follows them. */
#include "cli.h"
#include "extract/views.h"
#include "register/standing.h"
#include "send.h"

/* What has been registered is registered, whatever becomes of that. */
static const struct ch_error *
report_standings(struct cli *cli, const struct ch_oid *commits, size_t count)
{
	return ch_report_standings(&cli->state, &cli->store, &cli->registrar, commits, count) ? cli_reload(cli) : NULL;
}

static void
warn_of_view(void *context, const char *directory, const struct ch_error *error)
{
	const struct cli *cli = context;

	fprintf(stderr, "%s: warning: '%s' is not up to date, chancery-view brings it there: %s\n", cli->name, directory, error->message);
}

void
cli_update_views(struct cli *cli)
{
	ch_views_update(&cli->state, &cli->store, warn_of_view, cli);
}

static const struct ch_error *
register_again(struct cli *cli, const struct ch_oid *commits, size_t count)
{
	const struct ch_error *error;

	if ((error = ch_store_lock(&cli->store)))
		return error;
	if ((error = cli_reload(cli)) == NULL)
		error = ch_register(&cli->state, &cli->store, &cli->registrar, commits, count, true);
	ch_store_unlock(&cli->store);
	return error;
}

const struct ch_error *
cli_register(struct cli *cli, const struct ch_oid *commits, size_t count)
{
	const struct ch_error *error;

	if (cli->is_clone)
		return cli_send(cli, commits, count);
	error = ch_register(&cli->state, &cli->store, &cli->registrar, commits, count, true);
	if (error && error->class == CH_LATER)
		error = register_again(cli, commits, count);
	if (error == NULL && (error = report_standings(cli, commits, count)) == NULL)
		cli_update_views(cli);
	return error;
}

static void
print_act(const struct cli *cli, const struct ch_oid *commit)
{
	const struct ch_entry *entry = ch_state_commit(&cli->state, commit);
	char id[2 * SHA256_SIZE + 1];

	if (cli->quiet || entry == NULL)
		return;
	text_put_hex(id, entry->id, SHA256_SIZE);
	cli_record(cli, (struct cli_field[]){{"act", span_text(id)}, {"subject", ch_entry_act(&cli->state, entry)->statement.value[KEY_SUBJECT]}}, 2);
}

const struct ch_error *
cli_would(struct cli *cli, struct ch_draft *draft)
{
	struct ch_judgement judgement;
	const struct ch_error *error;

	if ((error = ch_draft_judge(&judgement, draft, &cli->state, &cli->signer)))
		return error;
	if (judgement.code != WIRE_OK)
		return ch_refuse(judgement.code, "%s", judgement.reason);
	if (cli_has_reader(cli) && !cli->quiet)
		cli_record(cli, (struct cli_field[]){{"", SPAN_LITERAL("would be accepted:")}, {"", span_text(act_kind_name(draft->kind))}, {"", draft->subject}}, 3);
	return NULL;
}

const struct ch_error *
cli_act(struct cli *cli, struct ch_draft *draft)
{
	const struct ch_error *error;
	struct ch_oid commit;

	if (cli->dry_run)
		return cli_would(cli, draft);
	if ((error = ch_draft_sign(&commit, draft, &cli->state, &cli->store, &cli->signer)))
		return error;
	error = cli_register(cli, &commit, 1);
	if (error == NULL || cli->kept)
		print_act(cli, &commit);
	return error;
}
