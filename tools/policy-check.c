/* policy-check: is this a policy? And may this person do that, and why (not)? */
#include "cli.h"
#include "register/explain.h"

static struct span
or_none(struct span text)
{
	return text.len ? text : SPAN_LITERAL("none");
}

/* Who may put the next policy into force: a policy that lets nobody do that is there for good. */
static struct span
successors(const struct ch_policy *policy, struct ch_arena *arena)
{
	const char *roles = "";

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct ch_rule *rule = &policy->rules[i];
		if (ch_policy_allows(policy, rule->role, SPAN_LITERAL("policy"), SPAN_LITERAL("policy")) == rule)
			roles = ch_arena_format(arena, "%s%s%.*s", roles, *roles ? " " : "", (int)rule->role.len, (const char *)rule->role.data);
	}
	return or_none(span_text(roles));
}

static const struct ch_error *
check(struct cli *cli)
{
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_policy policy;
	struct span text;

	if ((error = cli_read_file(&text, cli, cli->operands[0], RECORD_MAX)) || (error = ch_policy_read(&policy, text, arena)))
		return error;
	if (!cli->quiet)
		cli_record(cli,
			   (struct cli_field[]){{"policy", ch_arena_hex(arena, policy.digest, SHA256_SIZE)},
						{"rules", ch_arena_number(arena, policy.rule_count)},
						{"levels", ch_arena_number(arena, policy.level_count)},
						{"successors", successors(&policy, arena)}},
			   4);
	return NULL;
}

static const struct ch_error *
explain(struct cli *cli)
{
	struct ch_explanation answer;
	const struct ch_judgement *judgement = &answer.judgement;
	const struct ch_error *error;

	if ((error = cli_open(cli)) || (error = ch_explain(&answer, &cli->state, span_text(cli->operands[0]), span_text(cli->operands[1]),
							  span_text(cli->operands[2]))))
		return error;
	cli_record(cli,
		   (struct cli_field[]){{"verdict", span_text(judgement->code == WIRE_OK ? "allow" : "deny")},
					{"code", span_text(wire_code_name(judgement->code))},
					{"line", ch_arena_number(&cli->state.arena, judgement->line)},
					{"rule", or_none(answer.rule)},
					{"needed", or_none(answer.needed)}},
		   5);
	return judgement->code == WIRE_OK ? NULL : ch_refuse(judgement->code, "%s", judgement->reason);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"explain", no_argument, NULL, 'e'}, {0}};
	struct cli cli = {.name = "policy-check",
			  .synopsis = "[-q] [--json] file\n[--json] [-A archive] --explain person act subject",
			  .options = options};
	bool explains = false;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		explains = explains || option == 'e';
	if (explains && cli.count != 3)
		cli_usage(&cli, "--explain wants a person, an act and a subject");
	if (!explains && cli.count != 1)
		cli_usage(&cli, "wants one file with a policy, or '-'");
	return cli_end(&cli, explains ? explain(&cli) : check(&cli));
}
