/*
 * chancery-submit: hands in an act that somebody has signed elsewhere.
 *
 *	main
 *	  run
 *	    ch_detached_read       the signature, in canonical form
 *	    ch_payload_complete    and the file: an act of this archive
 *	    judge                  may it be? as with every other tool, before it is registered
 *	    cli_register
 */
#include "cli.h"
#include "keys/dearmor.h"
#include "keys/detached.h"
#include "register/application.h"
#include "register/decision.h"
#include "register/payload.h"

/* The judge's reason, and what can be done about it elsewhere. */
static const struct ch_error *
refuse(const struct ch_judgement *judgement, const struct act *act)
{
	const char *hint = "";

	if (judgement->code == WIRE_BAD_SIGNATURE)
		hint = "; the file was changed before or after it was signed, or another one was signed; send it as an attachment, and sign what arrives";
	if (judgement->code == WIRE_WRONG_TIME)
		hint = act->signature.created > time(NULL) ? "; is the clock right where it was signed?" : "; draw it up again";
	return ch_refuse(judgement->code, "%s%s", judgement->reason, hint);
}

static const struct ch_error *
judge(struct cli *cli, const struct act *act)
{
	struct ch_judgement judgement;
	const struct ch_error *error;

	if ((error = ch_payload_judge(&judgement, &cli->state, &cli->store, act, time(NULL))))
		return error;
	return judgement.code ? refuse(&judgement, act) : NULL;
}

static void
tell(struct cli *cli, const struct act *act)
{
	struct span actor = act->statement.value[KEY_ACTOR];
	const char *would = ch_arena_format(&cli->state.arena, "%.*s, %s: %s", (int)actor.len, (const char *)actor.data,
					    act_kind_name(act->statement.kind), ch_decision_words(act->statement.value, &cli->state.arena));

	cli_record(cli, (struct cli_field[]){{"subject", act->statement.value[KEY_SUBJECT]}, {"would", span_text(would)}}, 2);
}

static void
print_registered(struct cli *cli, const struct ch_oid *commit)
{
	const struct ch_entry *entry = ch_state_commit(&cli->state, commit);
	const struct ch_application *application;

	if (entry == NULL)
		return; /* kept in the outbox, and it would not be accepted any more */
	application = ch_entry_application(&cli->state, entry);
	cli_record(cli,
		   (struct cli_field[]){{"act", ch_arena_hex(&cli->state.arena, entry->id, SHA256_SIZE)},
					{"subject", ch_entry_subject(&cli->state, entry)->path},
					{"next", span_text(application ? ch_application_missing(application, &cli->state.arena) : "none")}},
		   application ? 3 : 2);
}

static const struct ch_error *
run(struct cli *cli)
{
	struct span payload, signature, packet;
	const struct ch_error *error;
	const struct act *act;
	struct ch_oid commit;

	if ((error = cli_open_to_register(cli)) || (error = cli_read_file(&payload, cli, cli->operands[0], ACT_MAX)) ||
	    (error = cli_read_file(&signature, cli, cli->operands[1], CH_DEARMOR_MAX)) || (error = ch_payload_check(payload)) ||
	    (error = ch_detached_read(&packet, signature, &cli->state.arena)) ||
	    (error = ch_payload_complete(&commit, &act, payload, packet, &cli->state, &cli->store)) || (error = judge(cli, act)))
		return error;
	if (cli->dry_run) {
		if (!cli->quiet)
			tell(cli, act);
		return NULL;
	}
	error = cli_register(cli, &commit, 1);
	if (error && !cli->kept)
		return error;
	if (!cli->quiet)
		print_registered(cli, &commit);
	if (error == NULL)
		ch_payload_tidy(&cli->state, &cli->store, time(NULL)); /* it is registered; what cannot be tidied now is with the next */
	return error;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "chancery-submit", .synopsis = "[-nq] [--json] [-A archive] file signature"};

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count != 2)
		cli_usage(&cli, "wants the file that was signed, and its signature");
	return cli_end(&cli, run(&cli));
}
