/* seal-table: tells a seal who may ask, decide and administrate: writes its approver table from policy and people in force, and signs it. */
#include "payload.h"
#include "records/content.h"
#include "register/application.h"
#include "register/foresee.h"
#include "seal/sealtable.h"

enum { LEFT_OUT_TOLD = 10 };

struct equipping {
	const char *not_after;
	uint64_t earlier; /* policies before the one in force whose approvals are still good */
	struct payload payload;
};

/* Digests of the policy in force and of as many before it as are wanted, newest first. */
static struct span
accepted_policies(struct cli *cli, uint64_t earlier)
{
	const struct ch_subject *policy = ch_state_subject(&cli->state, SPAN_LITERAL("policy"));
	const char *list = "";

	for (size_t i = policy->count; i-- > 0 && policy->count - i <= earlier + 1;) {
		struct span digest = ch_entry_act(&cli->state, ch_subject_entry(policy, i))->statement.value[KEY_CONTENT_SHA256];
		list = ch_arena_format(&cli->state.arena, "%s%s%.*s", list, *list ? " " : "", (int)digest.len, (const char *)digest.data);
	}
	return span_text(list);
}

static const struct ch_error *
sign(struct cli *cli, const struct equipping *e, const struct ch_seal *seal, const struct ch_sealtable *table)
{
	struct ch_arena *arena = &cli->state.arena;
	struct ch_draft_file file = {span_text(ch_content_version_name("table", table->version, arena)), table->text};
	struct ch_draft draft = {.kind = ACT_SEAL_TABLE, .subject = seal->subject->path, .files = &file, .file_count = 1};

	draft.value[KEY_SEAL] = seal->id;
	draft.value[KEY_DEVICE] = seal->device;
	draft.value[KEY_EPOCH] = ch_arena_number(arena, seal->epoch);
	draft.value[KEY_VERSION] = ch_arena_number(arena, table->version);
	draft.value[KEY_TABLE_SHA256] = ch_arena_hex(arena, table->digest, SHA256_SIZE);
	draft.value[KEY_ACCEPTS_POLICY] = accepted_policies(cli, e->earlier);
	if (e->not_after)
		draft.value[KEY_NOT_AFTER] = cli_time(cli, "--not-after", e->not_after);
	return payload_act(cli, &e->payload, &draft, false);
}

static bool
is_pending(const struct ch_application *application, const char *seal, int64_t now)
{
	uint64_t left;

	return span_is(application->seal->id, seal) && !ch_application_is_over(application, now) &&
	       (application->permit.status == PERMIT_OPEN || ch_application_left(&left, application) == WIRE_OK);
}

/* Who makes a table after a change of the policy or of a key does not think of what was granted before it. */
static const struct ch_error *
tell_left_out(struct cli *cli)
{
	struct ch_application **applications;
	size_t count = ch_applications(&applications, &cli->state), out = 0;
	const struct ch_error *error;
	struct ch_forecast forecast;
	int64_t now = time(NULL);

	for (size_t i = 0; i < count; i++) {
		const struct ch_application *a = applications[i];
		struct span id = a->subject->name.id;
		if (!is_pending(a, cli->operands[0], now))
			continue;
		if ((error = ch_foresee(&forecast, &cli->state, &cli->store, a, now)))
			return error;
		if ((forecast.code == WIRE_WRONG_POLICY || forecast.code == WIRE_UNKNOWN_KEY) && out++ < LEFT_OUT_TOLD)
			fprintf(stderr, "%s: warning: closed for '%.*s': %s\n", cli->name, (int)id.len, (const char *)id.data, forecast.reason);
	}
	if (out > LEFT_OUT_TOLD)
		fprintf(stderr, "%s: warning: and for %zu more\n", cli->name, out - LEFT_OUT_TOLD);
	return NULL;
}

static const struct ch_error *
compose(const struct ch_seal **seal, struct ch_sealtable *table, struct cli *cli, const struct payload *payload)
{
	const struct ch_error *error;

	if ((error = cli->dry_run ? cli_open(cli) : payload_open(cli, payload)))
		return error;
	if ((*seal = ch_state_seal(&cli->state, span_text(cli->operands[0]))) == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see seal-enrol", cli->operands[0]);
	return ch_sealtable_compose(table, &cli->state, *seal);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"earlier", required_argument, NULL, 'e'}, {"not-after", required_argument, NULL, 'a'}, PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "seal-table",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--earlier n] [--not-after time] [--payload file] [--key key] seal",
			  .options = options};
	struct equipping e = {0};
	struct ch_sealtable table = {0};
	const struct ch_error *error;
	const struct ch_seal *seal;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'e':
			e.earlier = cli_number(&cli, "--earlier", optarg, 0, 2);
			break;
		case 'a':
			e.not_after = optarg;
			break;
		default:
			payload_option(&e.payload, option);
			break;
		}
	if (cli.count != 1)
		cli_usage(&cli, "wants one seal");
	error = compose(&seal, &table, &cli, &e.payload);
	for (size_t i = 0; i < table.unusable_count && error == NULL; i++)
		fprintf(stderr, "%s: '%.*s' is not usable at the seal: no Ed25519 key\n", cli.name, (int)table.unusable[i]->id.len,
			(const char *)table.unusable[i]->id.data);
	if (error == NULL && cli.dry_run)
		fwrite(table.text.data, 1, table.text.len, stdout);
	else if (error == NULL)
		error = sign(&cli, &e, seal, &table);
	if (error == NULL && !cli.dry_run && !cli.quiet && e.payload.file == NULL)
		error = tell_left_out(&cli);
	return cli_end(&cli, error);
}
