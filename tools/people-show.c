/* people-show: somebody with his keys: those that are valid, and how and when the others ended; and with his delegations. Machines that deposit are shown as well. */
#include <inttypes.h>

#include "cli.h"
#include "register/delegation.h"
#include "register/keylife.h"

static void
show_key(struct cli *cli, const struct ch_key *key)
{
	struct ch_arena *arena = &cli->state.arena;
	struct span none = SPAN_LITERAL("none");

	cli_record(cli,
		   (struct cli_field[]){{"what", SPAN_LITERAL("key")},
					{"key", ch_arena_hex(arena, key->key.fingerprint, FINGERPRINT_SIZE)},
					{"scope", key->scope == CH_DEPOSIT ? SPAN_LITERAL("deposit") : SPAN_LITERAL("decide")},
					{"state", span_text(ch_ended_name(key->ended))},
					{"admitted", ch_arena_number(arena, key->admitted)},
					{"ended", key->ended == CH_VALID ? none : ch_arena_number(arena, key->end)},
					{"doubtful", key->ended == CH_COMPROMISED ? ch_arena_number(arena, key->doubtful) : none}},
		   7);
}

/* Given or received; those that have ended or are over are told from the register, not from here. */
static void
show_delegation(struct cli *cli, const struct ch_delegation *d)
{
	char from[TIME_TEXT + 1], until[TIME_TEXT + 1];
	const char *why;

	if (d->ended || d->delegation.until < time(NULL))
		return;
	text_put_time(from, d->delegation.from);
	text_put_time(until, d->delegation.until);
	cli_record(cli,
		   (struct cli_field[]){{"what", SPAN_LITERAL("delegation")},
					{"giver", span_text(d->delegation.giver)},
					{"to", span_text(d->delegation.to)},
					{"roles", span_text(d->delegation.roles)},
					{"from", span_text(from)},
					{"until", span_text(until)},
					{"holds", ch_delegation_holds(&cli->state, d, time(NULL), &why) ? SPAN_LITERAL("yes") : span_text(why)}},
		   7);
}

static void
show_person(struct cli *cli, const struct ch_person *person)
{
	struct span none = SPAN_LITERAL("none");

	cli_record(cli,
		   (struct cli_field[]){{"what", SPAN_LITERAL("person")},
					{"person", person->id},
					{"name", person->name},
					{"roles", person->roles.len ? person->roles : none},
					{"mail", person->mail.len ? person->mail : none}},
		   5);
}

static const struct ch_error *
run(struct cli *cli)
{
	const struct ch_person *person;
	const struct ch_error *error;
	const struct ch_key **keys;
	struct span id;
	size_t count;

	if ((error = cli_open(cli)))
		return error;
	id = span_text(cli->operands[0]);
	person = ch_state_person(&cli->state, id);
	count = ch_keys_of(&keys, &cli->state, id);
	if (person == NULL && count == 0)
		return ch_fail(CH_REFUSED, "there is nobody called '%s'; see people-list", cli->operands[0]);
	if (person)
		show_person(cli, person);
	for (size_t i = 0; i < count; i++)
		show_key(cli, keys[i]);
	for (size_t i = 0; i < cli->state.delegation_count; i++) {
		const struct ch_delegation *d = cli->state.delegations[i];
		if (span_is(id, d->delegation.giver) || span_is(id, d->delegation.to))
			show_delegation(cli, d);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "people-show", .synopsis = "[--json] [-A archive] person"};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		;
	if (cli.count != 1)
		cli_usage(&cli, "wants one person");
	return cli_end(&cli, run(&cli));
}
