/* chancery-status: where the archive stands, one thing a line; or where each configured value comes from. */
#include <inttypes.h>

#include "register/application.h"
#include "cli.h"
#include "records/content.h"
#include "drive/journal.h"
#include "drive/misnamed.h"
#include "drive/trouble.h"
#include "seal/sealtable.h"
#include "seal/spool.h"
#include "sync/outbox.h"
#include "tell/mailbox.h"
#include "unsaved.h"

static void
say(const struct cli *cli, const char *what, struct span value)
{
	cli_record(cli, (struct cli_field[]){{"what", span_text(what)}, {"value", value}}, 2);
}

static void
say_number(struct cli *cli, const char *what, uint64_t n)
{
	say(cli, what, ch_arena_number(&cli->state.arena, n));
}

static void
show_register(struct cli *cli)
{
	struct ch_state *state = &cli->state;
	char received[TIME_TEXT + 1];

	text_put_time(received, state->received);
	say(cli, "archive", state->id);
	say(cli, "name", state->name);
	say(cli, "directory", span_text(cli->store.path));
	say_number(cli, "seq", state->seq);
	say(cli, "head", ch_arena_hex(&state->arena, state->head.id, OBJECT_ID_SIZE));
	say(cli, "received", span_text(received));
	say_number(cli, "policy", state->policy_version);
	say_number(cli, "people", state->people.count);
}

/* A table without what differs in each version: its head. */
static struct span
table_body(struct span text)
{
	static const char first[] = "\nRegistrar: ";
	const uint8_t *at = memmem(text.data, text.len, first, strlen(first));

	return at ? span_skip(text, (size_t)(at - text.data)) : span_of(NULL, 0);
}

/* Up to date: its act accepts the policy in force, and a table composed now would say the same. */
static const struct ch_error *
table_is_current(bool *current, struct cli *cli, const struct ch_seal *seal)
{
	struct ch_arena *arena = &cli->state.arena;
	struct span policies = ch_entry_act(&cli->state, seal->table)->statement.value[KEY_ACCEPTS_POLICY], text;
	const struct ch_error *error;
	struct ch_sealtable next;

	*current = false;
	if ((error = ch_content_file(&text, &cli->store, ch_entry_act(&cli->state, seal->table), seal->subject->path,
				     ch_content_version_name("table", seal->table_version, arena), arena)))
		return error;
	if (ch_sealtable_compose(&next, &cli->state, seal) == NULL)
		*current = roles_contain(policies, ch_arena_hex(arena, cli->state.policy->digest, SHA256_SIZE)) &&
			   span_equal(table_body(text), table_body(next.text));
	return NULL;
}

/* Why it is not in service; empty: it is. */
static const char *
out_of_service(struct cli *cli, const struct ch_seal *seal)
{
	const struct ch_entry *entry = seal->retired;
	const struct statement *st;

	if (entry == NULL && !seal->suspended)
		return "";
	for (const struct ch_entry *e = ch_subject_tip(seal->subject); entry == NULL; e = ch_entry_before(&cli->state, e))
		if (e->kind == ACT_SEAL_SUSPEND)
			entry = e;
	st = &ch_entry_act(&cli->state, entry)->statement;
	return ch_arena_format(&cli->state.arena, "%s by %.*s: %.*s; see %s; ", seal->retired ? "its device was retired" : "suspended",
			       (int)st->value[KEY_ACTOR].len, (const char *)st->value[KEY_ACTOR].data, (int)st->value[KEY_REASON].len,
			       (const char *)st->value[KEY_REASON].data, seal->retired ? "seal-enrol" : "seal-resume");
}

static const struct ch_error *
show_seal(struct cli *cli, const struct ch_seal *seal)
{
	const struct ch_error *error;
	const char *table = "no table; see seal-table";
	bool current;

	if (seal->table) {
		if ((error = table_is_current(&current, cli, seal)))
			return error;
		table = ch_arena_format(&cli->state.arena, "table %" PRIu64 " %s", seal->table_version,
					current ? "up to date" : "out of date; see seal-table");
	}
	say(cli, "seal", span_text(ch_arena_format(&cli->state.arena, "%.*s: %s%s", (int)seal->id.len, (const char *)seal->id.data,
						   out_of_service(cli, seal), table)));
	return NULL;
}

static const struct ch_error *
show_seals(struct cli *cli)
{
	const struct ch_error *error;

	for (size_t i = 0; i < cli->state.entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(&cli->state, i);
		if (entry->code == WIRE_OK && entry->kind == ACT_SEAL_ENROL && entry == ch_subject_first(ch_entry_subject(&cli->state, entry)) &&
		    (error = show_seal(cli, ch_state_seal(&cli->state, ch_entry_subject(&cli->state, entry)->name.id))))
			return error;
	}
	return NULL;
}

static void
show_applications(struct cli *cli)
{
	struct ch_application **applications;
	size_t count = ch_applications(&applications, &cli->state), open = 0;

	for (size_t i = 0; i < count; i++)
		open += applications[i]->permit.status == PERMIT_OPEN;
	say_number(cli, "applications", count);
	say_number(cli, "open", open);
}

/* Programs show their users an errno. */
static void
show_misnamed(struct cli *cli)
{
	struct ch_arena *arena = &cli->state.arena;
	struct ch_misnamed list[CH_MISNAMED_MAX];
	size_t count = ch_misnamed(list, cli->store.path, arena);
	char when[TIME_TEXT + 1];

	for (size_t i = 0; i < count; i++) {
		text_put_time(when, list[i].time / 1000000000);
		say(cli, "refused-name",
		    span_text(ch_arena_format(arena, "%s %.*s: %.*s", when, (int)list[i].directory.len, (const char *)list[i].directory.data,
					      (int)list[i].reason.len, (const char *)list[i].reason.data)));
	}
}

static const struct ch_error *
show_journal(struct cli *cli)
{
	const struct ch_error *error, *trouble;
	struct ch_journal_holder holder;
	uint64_t unsaved;

	if ((error = cli_unsaved(&unsaved, cli)) || (error = ch_journal_holder(&holder, cli->store.path)))
		return error;
	say_number(cli, "journal", unsaved);
	say(cli, "drive",
	    span_text(holder.pid ? ch_arena_format(&cli->state.arena, "mounted%s by process %d", holder.read_only ? " read-only" : "", (int)holder.pid) : "not mounted"));
	if ((trouble = ch_trouble_read(cli->store.path)))
		say(cli, "trouble", span_text(trouble->message));
	show_misnamed(cli);
	return NULL;
}

/* Of a clone: where its register is, how many acts wait to be sent there, and which it has refused. */
static const struct ch_error *
show_outbox(struct cli *cli)
{
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_waiting *waiting;
	struct ch_refused *refused;
	size_t waits, count;

	if (!cli->is_clone)
		return NULL;
	if ((error = ch_outbox(&waiting, &waits, &cli->store, cli->origin.client, arena)) ||
	    (error = ch_refused_list(&refused, &count, &cli->store, cli->origin.client, arena)))
		return error;
	say(cli, "origin", cli->origin.url);
	if (cli->origin.view.len)
		say(cli, "view", cli->origin.view);
	say_number(cli, "outbox", waits);
	for (size_t i = 0; i < count; i++)
		say(cli, "refused",
		    span_text(ch_arena_format(arena, "%s %.*s %.*s: %s: %.*s", (const char *)ch_arena_hex(arena, refused[i].act, SHA256_SIZE).data,
					      (int)refused[i].kind.len, (const char *)refused[i].kind.data, (int)refused[i].subject.len,
					      (const char *)refused[i].subject.data, wire_code_name(refused[i].code), (int)refused[i].reason.len,
					      (const char *)refused[i].reason.data)));
	return NULL;
}

/* What seals have reported in sessions that could not be recorded at once. */
static const struct ch_error *
show_spool(struct cli *cli)
{
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	uint8_t(*sessions)[SHA256_SIZE];
	size_t count;

	if ((error = ch_spool_sessions(&sessions, &count, &cli->store, arena)))
		return error;
	if (count)
		say(cli, "spool", span_text(ch_arena_format(arena, "%zu session%s with a seal %s not on record; chancery-sync brings in what it can, seal-unlock the rest",
							    count, count == 1 ? "" : "s", count == 1 ? "is" : "are")));
	return NULL;
}

/* Where this machine tells people. */
static const struct ch_error *
show_mails(struct cli *cli)
{
	const struct ch_error *error;
	size_t waiting, given_up;
	bool exists;

	if ((error = ch_mailbox_look(&exists, &waiting, &given_up, &cli->store)) || !exists)
		return error;
	say_number(cli, "mails", waiting);
	say_number(cli, "mails-failed", given_up);
	return NULL;
}

static const struct ch_error *
status(struct cli *cli)
{
	const struct ch_error *error;

	cli->only_registered = true;
	if ((error = cli_open(cli)))
		return error;
	show_register(cli);
	if ((error = show_seals(cli)))
		return error;
	show_applications(cli);
	if ((error = show_outbox(cli)) || (error = show_spool(cli)) || (error = show_mails(cli)))
		return error;
	return show_journal(cli);
}

static void
show_setting(const struct cli *cli, const char *name, struct cli_setting setting)
{
	cli_record(cli,
		   (struct cli_field[]){{"setting", span_text(name)},
					{"value", span_text(setting.value ? setting.value : "none")},
					{"source", span_text(setting.source)}},
		   3);
}

static void
show_settings(struct cli *cli)
{
	show_setting(cli, "archive", cli_archive(cli));
	show_setting(cli, "person", cli_person(cli));
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"config", no_argument, NULL, 'c'}, {0}};
	struct cli cli = {.name = "chancery-status", .synopsis = "[--json] [-A archive] [--as person] [--config]", .options = options};
	bool wants_config = false;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		wants_config = wants_config || option == 'c';
	if (cli.count != 0)
		cli_usage(&cli, "takes no operands");
	if (!wants_config)
		return cli_end(&cli, status(&cli));
	show_settings(&cli);
	return cli_end(&cli, NULL);
}
