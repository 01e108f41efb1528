/* people-list: who is in the archive, with which roles and keys. */
#include "cli.h"
#include "register/people.h"

/* Fingerprints of the valid keys the person decides with, separated by spaces. */
static struct span
keys_of(struct cli *cli, const struct ch_person *person)
{
	const struct ch_map *keys = &cli->state.keys;
	const char *text = "";

	for (size_t i = 0; i < keys->size; i++) {
		const struct ch_key *key = keys->slots[i].value;
		if (key && key->scope == CH_DECIDE && key->ended == CH_VALID && span_equal(key->owner, person->id))
			text = ch_arena_format(&cli->state.arena, "%s%s%s", text, *text ? " " : "",
					       (const char *)ch_arena_hex(&cli->state.arena, key->key.fingerprint, FINGERPRINT_SIZE).data);
	}
	return *text ? span_text(text) : SPAN_LITERAL("none");
}

static const struct ch_error *
run(struct cli *cli, const char *role)
{
	const struct ch_error *error;
	const struct ch_person **people;
	size_t count;

	if ((error = cli_open(cli)))
		return error;
	count = ch_people(&people, &cli->state);
	for (size_t i = 0; i < count; i++) {
		const struct ch_person *p = people[i];
		if (role == NULL || roles_contain(p->roles, span_text(role)))
			cli_record(cli,
				   (struct cli_field[]){{"person", p->id},
							{"name", p->name},
							{"roles", p->roles.len ? p->roles : SPAN_LITERAL("none")},
							{"mail", p->mail.len ? p->mail : SPAN_LITERAL("none")},
							{"keys", keys_of(cli, p)}},
				   5);
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"role", required_argument, NULL, 'r'}, {0}};
	struct cli cli = {.name = "people-list", .synopsis = "[--json] [-A archive] [--role role]", .options = options};
	const char *role = NULL;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'r')
			role = optarg;
	if (cli.count != 0)
		cli_usage(&cli, "takes no operands; --role chooses");
	return cli_end(&cli, run(&cli, role));
}
