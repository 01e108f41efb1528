/*
 * seal-clock: lets the time of a seal go on by more than 400 days. One administrator says how far, another agrees; seal-unlock shows the seal what they have signed.
 *
 *	main
 *	  choose   until when: as said, or as another administrator has said
 *	  tell     who has yet to agree
 */
#include "seal/sealclock.h"
#include "service.h"

struct setting {
	struct cli *cli;
	struct payload payload;
	const char *until; /* NULL: agree with another */
};

/* What another administrator has said, and nobody has agreed with yet. */
static const struct ch_error *
agree(struct span *until, const struct setting *s, const struct ch_seal *seal)
{
	struct ch_sealclock clock;
	const struct statement *st;

	ch_sealclock_find(&clock, &s->cli->state, seal, seal->subject->count);
	if (clock.word[0] == NULL)
		return ch_refuse(WIRE_LEVEL_MISSING, "no administrator has said anything about the time of '%s' yet; say --until TIME", s->cli->operands[0]);
	st = &ch_entry_act(&s->cli->state, clock.word[0])->statement;
	if (span_equal(st->value[KEY_ACTOR], s->cli->signer.actor))
		return ch_refuse(WIRE_DUPLICATE, "you have said %.*s yourself; another administrator has to agree", (int)st->value[KEY_UNTIL].len,
				 (const char *)st->value[KEY_UNTIL].data);
	*until = st->value[KEY_UNTIL];
	return NULL;
}

static void
tell(const struct setting *s, const struct ch_seal *seal)
{
	struct cli *cli = s->cli;
	struct ch_sealclock clock;
	char until[TIME_TEXT + 1];

	ch_sealclock_find(&clock, &cli->state, seal, seal->subject->count);
	if (clock.until == INT64_MIN) {
		fprintf(stderr, "%s: another administrator has to agree: seal-clock %s\n", cli->name, cli->operands[0]);
		return;
	}
	text_put_time(until, clock.until);
	fprintf(stderr, "%s: the time of '%s' may go on until %s; the next seal-unlock tells it\n", cli->name, cli->operands[0], until);
}

static const struct ch_error *
run(struct setting *s)
{
	struct cli *cli = s->cli;
	const struct ch_seal *seal;
	const struct ch_error *error;
	struct ch_draft draft;

	if ((error = payload_open(cli, &s->payload)) || (error = service_draft(&draft, &seal, cli, ACT_SEAL_CLOCK)))
		return error;
	if (s->until)
		draft.value[KEY_UNTIL] = cli_time(cli, "--until", s->until);
	else if ((error = agree(&draft.value[KEY_UNTIL], s, seal)))
		return error;
	if ((error = payload_act(cli, &s->payload, &draft, false)))
		return error;
	if (!cli->quiet && !cli->dry_run && s->payload.file == NULL)
		tell(s, ch_state_seal(&cli->state, span_text(cli->operands[0])));
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"until", required_argument, NULL, 'u'}, PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "seal-clock",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--payload file] [--key key] [--until time] seal",
			  .options = options};
	struct setting s = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (!payload_option(&s.payload, option))
			s.until = optarg;
	if (cli.count != 1)
		cli_usage(&cli, "wants one seal");
	return cli_end(&cli, run(&s));
}
