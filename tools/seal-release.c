/*
 * seal-release: lets the stamp die of the attached seal be taken out, once, by a permit of its own.
 *
 *	main
 *	  permit      the die-release act over the device's nonce, registered
 *	  wait        until the seal holds the die again
 */
#include <time.h>

#include "cli.h"
#include "link/visit.h"

struct releasing {
	struct cli *cli;
	const char *reason;
	struct ch_seal *seal;
	struct ch_link *link;
	struct frame_identity identity;
};

static const struct ch_error *
find(struct releasing *r)
{
	r->seal = ch_state_seal(&r->cli->state, span_text(r->cli->operands[0]));
	return r->seal ? NULL : ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", r->cli->operands[0]);
}

static const struct ch_error *
permit(struct span *raw, struct releasing *r)
{
	struct cli *cli = r->cli;
	struct ch_draft draft = {.kind = ACT_DIE_RELEASE, .subject = r->seal->subject->path};
	const struct ch_entry *act;
	const struct ch_error *error;

	draft.value[KEY_SEAL] = r->seal->id;
	draft.value[KEY_DEVICE] = r->seal->device;
	draft.value[KEY_EPOCH] = ch_arena_number(&cli->state.arena, r->seal->epoch);
	draft.value[KEY_NONCE] = ch_arena_hex(&cli->state.arena, r->identity.nonce, NONCE_SIZE);
	draft.value[KEY_REASON] = span_text(r->reason);
	if ((error = cli_act(cli, &draft)) && !cli->kept)
		return error;
	if ((error = find(r)))
		return error;
	act = ch_subject_tip(r->seal->subject);
	return ch_store_read(raw, &cli->store, CH_COMMIT, &act->commit, &cli->state.arena);
}

static const struct ch_error *
wait(struct releasing *r)
{
	struct frame_status status;
	const struct ch_error *error;

	if (!r->cli->quiet)
		fprintf(stderr, "%s: the die can be taken out now\n", r->cli->name);
	do {
		nanosleep(&(struct timespec){.tv_nsec = 50 * 1000000L}, NULL);
		if ((error = ch_session_status(&status, r->link)))
			return error;
	} while (status.state != DEVICE_LOCKED);
	if (!r->cli->quiet)
		fprintf(stderr, "%s: the seal holds it again\n", r->cli->name);
	return NULL;
}

static const struct ch_error *
run(struct releasing *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	struct span raw;

	if ((error = cli_open_to_act(cli)) || (error = find(r)) || (error = ch_visit(&r->link, &r->identity, &cli->state, r->seal)) ||
	    (error = ch_visit_equip(r->link, &r->identity, &cli->state, &cli->store, r->seal)) ||
	    (error = ch_session_begin(&r->identity, r->link)) || (error = permit(&raw, r)) || (error = ch_session_show(r->link, raw)) ||
	    (error = ch_session_release(r->link)))
		return error;
	return wait(r);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"reason", required_argument, NULL, 'r'}, {0}};
	struct cli cli = {.name = "seal-release", .synopsis = "[-q] [--json] [-A archive] [--as person] --reason text seal", .options = options};
	struct releasing r = {.cli = &cli};
	const struct ch_error *error;

	while (cli_option(&cli, argc, argv) != -1)
		r.reason = cli_text(&cli, "--reason", optarg);
	if (cli.count != 1)
		cli_usage(&cli, "wants one seal");
	if (r.reason == NULL)
		cli_usage(&cli, "why? say --reason TEXT");
	error = run(&r);
	ch_link_close(r.link);
	return cli_end(&cli, error);
}
