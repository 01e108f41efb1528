/* policy-set: puts a policy into force. */
#include "payload.h"
#include "records/content.h"
#include "register/keylife.h"
#include "register/people.h"

/* A policy that nobody may replace is there for good. */
static bool
is_replaceable(const struct ch_policy *policy, struct ch_state *state)
{
	const struct ch_person **people;
	size_t count = ch_people(&people, state);

	for (size_t i = 0; i < count; i++)
		if (ch_key_valid_of(state, people[i]->id) && ch_policy_allows(policy, people[i]->roles, SPAN_LITERAL("policy"), SPAN_LITERAL("policy")))
			return true;
	return false;
}

static const struct ch_error *
run(struct cli *cli, const struct payload *payload, bool last)
{
	struct ch_draft draft = {.kind = ACT_POLICY, .subject = SPAN_LITERAL("policy")};
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_draft_file file;
	struct ch_policy policy;
	char digest[2 * SHA256_SIZE + 1];

	if ((error = payload_open(cli, payload)) || (error = cli_read_file(&file.content, cli, cli->operands[0], RECORD_MAX)) ||
	    (error = ch_policy_read(&policy, file.content, arena)))
		return error;
	if (!last && !is_replaceable(&policy, &cli->state))
		return ch_fail(CH_REFUSED, "nobody with a valid key could ever set another policy: let 'Allow: ROLE policy policy' name a role that somebody has, or say --last");
	text_put_hex(digest, policy.digest, SHA256_SIZE);
	file.path = span_text(ch_content_version_name("rules", cli->state.policy_version + 1, arena));
	draft.files = &file;
	draft.file_count = 1;
	draft.value[KEY_VERSION] = ch_arena_number(arena, cli->state.policy_version + 1);
	draft.value[KEY_CONTENT_SHA256] = span_text(digest);
	return payload_act(cli, payload, &draft, false);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"last", no_argument, NULL, 'l'}, PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "policy-set",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--payload file] [--key key] [--last] file",
			  .options = options};
	struct payload payload = {0};
	bool last = false;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		last = !payload_option(&payload, option) || last;
	if (cli.count != 1)
		cli_usage(&cli, "wants one file with a policy, or '-'");
	return cli_end(&cli, run(&cli, &payload, last));
}
