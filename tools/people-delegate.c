/* people-delegate: lets somebody decide in one's place for some time, and ends that. */
#include "payload.h"
#include "register/delegation.h"

enum { SCOPES_MAX = 16 };

struct wish {
	const char *to, *from, *until, *giver;
	const char *scope[SCOPES_MAX];
	size_t scopes;
	bool end;
	struct payload payload;
};

/* What is not said is everything: whatever role the giver has on the day. */
static struct span
roles_text(struct cli *cli, const struct wish *w)
{
	const char *text = "";

	for (size_t i = 0; i < w->scopes; i++)
		text = ch_arena_format(&cli->state.arena, "%s%s%s", text, *text ? " " : "", w->scope[i]);
	return w->scopes ? span_text(text) : SPAN_LITERAL("*");
}

static const struct ch_error *
run(struct cli *cli, const struct wish *w)
{
	struct ch_draft draft = {.kind = ACT_DELEGATE};
	const struct ch_person *giver;
	const struct ch_error *error;
	char path[VALUE_MAX];

	if ((error = payload_open(cli, &w->payload)))
		return error;
	giver = ch_state_person(&cli->state, w->giver ? span_text(w->giver) : cli->signer.actor);
	if (giver == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%s'; see people-list", w->giver);
	draft.subject = span_of(path, ch_subject_person(path, sizeof(path), giver->id));
	draft.value[KEY_VERSION] = ch_arena_number(&cli->state.arena, giver->delegations + 1);
	draft.value[KEY_TO] = span_text(w->to);
	if (!w->end) {
		draft.value[KEY_ROLES] = roles_text(cli, w);
		draft.value[KEY_UNTIL] = cli_time(cli, "--until", w->until);
		if (w->from)
			draft.value[KEY_FROM] = cli_time(cli, "--from", w->from);
	}
	return payload_act(cli, &w->payload, &draft, false);
}

static void
check_usage(struct cli *cli, const struct wish *w)
{
	if (w->to == NULL || !text_is_id(span_text(w->to)))
		cli_usage(cli, "to whom? say it with --to");
	if (w->end && (w->from || w->until || w->scopes))
		cli_usage(cli, "--end ends all that was given to that person; it goes with nothing else");
	if (!w->end && w->until == NULL)
		cli_usage(cli, "until when? say it with --until");
	if (cli->count > (w->end ? 1 : 0))
		cli_usage(cli, "%s", w->end ? "ends the delegations of one person" : "takes no operands: everybody delegates for himself");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"to", required_argument, NULL, 't'},	 {"from", required_argument, NULL, 'f'},
						{"until", required_argument, NULL, 'u'}, {"scope", required_argument, NULL, 's'},
						{"end", no_argument, NULL, 'e'},	 PAYLOAD_OPTIONS,
						{0}};
	struct cli cli = {.name = "people-delegate",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] --to person [--from time] --until time [--scope role[@seal] ...] [--payload file] [--key key]\n"
				      "[-nq] [--json] [-A archive] [--as person] --end --to person [--payload file] [--key key] [giver]",
			  .options = options};
	struct wish w = {0};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 't':
			w.to = optarg;
			break;
		case 'f':
			w.from = optarg;
			break;
		case 'u':
			w.until = optarg;
			break;
		case 's':
			if (w.scopes == SCOPES_MAX)
				cli_usage(&cli, "at most %d times --scope", SCOPES_MAX);
			w.scope[w.scopes++] = optarg;
			break;
		case 'e':
			w.end = true;
			break;
		default:
			payload_option(&w.payload, option);
			break;
		}
	w.giver = cli.count ? cli.operands[0] : NULL;
	check_usage(&cli, &w);
	return cli_end(&cli, run(&cli, &w));
}
