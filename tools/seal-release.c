/*
 * seal-release: lets the stamp die of the attached seal be taken out, once, by a permit of its own.
 *
 *	main
 *	  permit      the die-release act over the device's nonce, registered; with --payload by whom it may concern, while the seal waits
 *	  wait        until the seal holds the die again
 */
#include <stdlib.h>
#include <time.h>

#include "link/visit.h"
#include "service.h"
#include "watch.h"

struct releasing {
	struct cli *cli;
	struct payload payload;
	const char *reason, *device;
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

/* The permit over the nonce that the device shows now, if it has been accepted. */
static const struct ch_entry *
registered(const struct releasing *r)
{
	const struct ch_subject *subject = r->seal->subject;
	uint8_t nonce[NONCE_SIZE];

	for (size_t i = subject->count; i-- > 0;)
		if (ch_subject_entry(subject, i)->kind == ACT_DIE_RELEASE &&
		    statement_bytes(nonce, sizeof(nonce), &ch_entry_act(&r->cli->state, ch_subject_entry(subject, i))->statement, KEY_NONCE) &&
		    memcmp(nonce, r->identity.nonce, sizeof(nonce)) == 0)
			return ch_subject_entry(subject, i);
	return NULL;
}

static const struct ch_error *
draw_up(struct releasing *r)
{
	const struct ch_error *error;
	const struct ch_seal *seal;
	struct ch_draft draft;

	if ((error = service_draft(&draft, &seal, r->cli, ACT_DIE_RELEASE)))
		return error;
	draft.value[KEY_NONCE] = ch_arena_hex(&r->cli->state.arena, r->identity.nonce, NONCE_SIZE);
	draft.value[KEY_REASON] = span_text(r->reason);
	if ((error = payload_act(r->cli, &r->payload, &draft, false)) && !r->cli->kept)
		return error;
	return find(r);
}

/* What is signed elsewhere comes in from there; the seal shows the same nonce for as long as it stays attached and nobody speaks to it. */
static const struct ch_error *
permit(struct span *raw, struct releasing *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	int moves;

	if ((error = cli_watch(&moves, &cli->store)) || (error = draw_up(r)))
		return error;
	if (r->payload.file && !cli->quiet)
		fprintf(stderr, "%s: leave the seal attached; waiting for the signature to be handed in\n", cli->name);
	cli_flush();
	while (registered(r) == NULL)
		if ((error = cli_watch_wait(moves, -1)) || (error = cli_reload(cli)) || (error = find(r)))
			return error;
	return ch_store_read(raw, &cli->store, CH_COMMIT, &registered(r)->commit, &cli->state.arena);
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

	if ((error = payload_open(cli, &r->payload)) || (error = find(r)) || (error = ch_visit(&r->link, &r->identity, &cli->state, r->seal, r->device)) ||
	    (error = ch_visit_equip(r->link, &r->identity, &cli->state, &cli->store, r->seal)) ||
	    (error = ch_session_begin(&r->identity, r->link)) || (error = permit(&raw, r)) || (error = ch_session_show(r->link, raw)) ||
	    (error = ch_session_release(r->link)))
		return error;
	return wait(r);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"reason", required_argument, NULL, 'r'}, {"device", required_argument, NULL, 'd'}, PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "seal-release",
			  .synopsis = "[-q] [--json] [-A archive] [--as person] [--device device] [--payload file] [--key key] --reason text seal",
			  .options = options};
	struct releasing r = {.cli = &cli, .device = getenv("CHANCERY_SEAL")};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'd')
			r.device = optarg;
		else if (!payload_option(&r.payload, option))
			r.reason = cli_text(&cli, "--reason", optarg);
	if (cli.count != 1)
		cli_usage(&cli, "wants one seal");
	if (r.reason == NULL)
		cli_usage(&cli, "why? say --reason TEXT");
	error = run(&r);
	ch_link_close(r.link);
	return cli_end(&cli, error);
}
