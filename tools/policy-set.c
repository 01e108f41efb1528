/* policy-set: puts a policy into force. */
#include "cli.h"
#include "records/content.h"

static const struct ch_error *
run(struct cli *cli)
{
	struct ch_draft draft = {.kind = ACT_POLICY, .subject = SPAN_LITERAL("policy")};
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_draft_file file;
	struct ch_policy policy;
	char digest[2 * SHA256_SIZE + 1];

	if ((error = cli_open_to_act(cli)) || (error = cli_read_file(&file.content, cli, cli->operands[0], RECORD_MAX)) ||
	    (error = ch_policy_read(&policy, file.content, arena)))
		return error;
	text_put_hex(digest, policy.digest, SHA256_SIZE);
	file.path = span_text(ch_content_version_name("rules", cli->state.policy_version + 1, arena));
	draft.files = &file;
	draft.file_count = 1;
	draft.value[KEY_VERSION] = ch_arena_number(arena, cli->state.policy_version + 1);
	draft.value[KEY_CONTENT_SHA256] = span_text(digest);
	return cli_act(cli, &draft);
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "policy-set", .synopsis = "[-nq] [--json] [-A archive] [--as person] file"};

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count != 1)
		cli_usage(&cli, "wants one file with a policy, or '-'");
	return cli_end(&cli, run(&cli));
}
