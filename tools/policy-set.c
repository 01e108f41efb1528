/* policy-set: puts a policy into force. */
#include "payload.h"
#include "records/content.h"

static const struct ch_error *
run(struct cli *cli, const struct payload *payload)
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
	static const struct option options[] = {PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "policy-set",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--payload file] [--key key] file",
			  .options = options};
	struct payload payload = {0};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		payload_option(&payload, option);
	if (cli.count != 1)
		cli_usage(&cli, "wants one file with a policy, or '-'");
	return cli_end(&cli, run(&cli, &payload));
}
