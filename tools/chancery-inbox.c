/*
 * chancery-inbox: what waits for me, and what became of what I asked for.
 *
 *	main
 *	  whose        the person
 *	  show         what is in the inbox and has not been printed yet
 *	  watch        again whenever the register moves; in a clone also elsewhere
 */
#include "cli.h"
#include "register/inbox.h"
#include "send.h"
#include "watch.h"

struct inbox {
	struct cli *cli;
	struct ch_arena arena; /* outlives the state, which is read anew */
	struct ch_map seen;
	const char *person;
	bool watch, text;
	uint64_t every; /* seconds between looking elsewhere */
	bool lost;	/* the link, and that has been said */
};

static const struct ch_error *
whose(struct inbox *in)
{
	struct cli *cli = in->cli;
	const struct ch_error *error;
	const char *person = cli_person(cli).value;

	if (person == NULL) {
		if ((error = ch_signer_person(&cli->signer, &cli->state, span_text(""))))
			return error;
		person = ch_arena_text(&cli->state.arena, cli->signer.actor);
	}
	if (ch_state_person(&cli->state, span_text(person)) == NULL)
		return ch_fail(CH_UNKNOWN, "there is nobody called '%s'; see people-list", person);
	in->person = ch_arena_text(&in->arena, span_text(person));
	return NULL;
}

/* Without operands all; else those named. */
static bool
asked_for(const struct cli *cli, struct span name)
{
	for (int i = 0; i < cli->count; i++)
		if (span_is(name, cli->operands[i]))
			return true;
	return cli->count == 0;
}

static void
print(const struct inbox *in, const struct ch_inbox_item *item)
{
	struct cli_field fields[] = {{"name", item->name}, {"summary", item->summary}, {"text", item->text}};

	if (in->text && !in->cli->json)
		printf("%s%.*s", in->seen.count ? "\n" : "", (int)item->text.len, (const char *)item->text.data);
	else
		cli_record(in->cli, fields, in->text ? 3 : 2);
}

static void
print_once(struct inbox *in, const struct ch_inbox_item *item)
{
	if (ch_map_get(&in->seen, item->name) || !asked_for(in->cli, item->name))
		return;
	print(in, item);
	ch_map_put(&in->seen, &in->arena, ch_arena_copy(&in->arena, item->name), in);
}

/* Of a clone: the person's acts that the register has refused, which nobody else may know of. */
static const struct ch_error *
show_refused(struct inbox *in)
{
	struct cli *cli = in->cli;
	struct ch_arena *arena = &cli->state.arena;
	struct ch_refused *refused;
	const struct ch_error *error;
	size_t count;

	if ((error = ch_refused_list(&refused, &count, &cli->store, cli->origin.client, arena)))
		return error;
	for (size_t i = 0; i < count; i++) {
		const struct ch_refused *r = &refused[i];
		const char *act = (const char *)ch_arena_hex(arena, r->act, SHA256_SIZE).data;
		struct ch_inbox_item item = {
			.name = span_text(ch_arena_format(arena, "refused.%.12s", act)),
			.summary = span_text(ch_arena_format(arena, "refused: %.*s %.*s: %s: %.*s", (int)r->kind.len, (const char *)r->kind.data,
							     (int)r->subject.len, (const char *)r->subject.data, wire_code_name(r->code),
							     (int)r->reason.len, (const char *)r->reason.data)),
			.text = span_text(ch_arena_format(arena, "Act: %s\nKind: %.*s\nSubject: %.*s\nCode: %s\nReason: %.*s\nNext: chancery-sync --forget\n",
							  act, (int)r->kind.len, (const char *)r->kind.data, (int)r->subject.len,
							  (const char *)r->subject.data, wire_code_name(r->code), (int)r->reason.len,
							  (const char *)r->reason.data)),
		};
		if (span_is(r->actor, in->person))
			print_once(in, &item);
	}
	return NULL;
}

static const struct ch_error *
show(struct inbox *in)
{
	struct cli *cli = in->cli;
	const struct ch_person *person = ch_state_person(&cli->state, span_text(in->person));
	struct ch_inbox_item *items;
	const struct ch_error *error;
	size_t count;

	if ((error = ch_inbox(&items, &count, &cli->state, &cli->store, person, time(NULL))))
		return error;
	for (size_t i = 0; i < count; i++)
		print_once(in, &items[i]);
	if (cli->is_clone && (error = show_refused(in)))
		return error;
	cli_flush();
	return ferror(stdout) == 0 ? NULL : ch_fail_errno("cannot write to standard output");
}

/* In a clone the register moves elsewhere. A link that is lost is waited for; that is said once. */
static const struct ch_error *
bring(struct inbox *in)
{
	struct cli *cli = in->cli;
	struct ch_state state = {0};
	const struct ch_error *error;
	struct ch_sync sync;

	if (!cli->is_clone)
		return NULL;
	cli_sync_begin(&sync, cli);
	error = ch_sync(&sync, &state);
	ch_state_clear(&state);
	ch_arena_clear(&sync.arena);
	if (error && error->class != CH_LATER)
		return error;
	if (error && !in->lost)
		fprintf(stderr, "%s: %s; goes on trying\n", cli->name, error->message);
	if (error == NULL && in->lost)
		fprintf(stderr, "%s: reached again\n", cli->name);
	in->lost = error != NULL;
	return NULL;
}

static const struct ch_error *
watch(struct inbox *in)
{
	struct cli *cli = in->cli;
	const struct ch_error *error;
	int fd;

	if ((error = cli_watch(&fd, &cli->store)))
		return error;
	for (;;) {
		if ((error = bring(in)) || (error = cli_reload(cli)) || (error = show(in)) ||
		    (error = cli_watch_wait(fd, cli->is_clone ? (int64_t)in->every : -1)))
			return error;
	}
}

static const struct ch_error *
run(struct inbox *in)
{
	const struct ch_error *error;

	if ((error = cli_open(in->cli)) || (error = whose(in)))
		return error;
	return in->watch ? watch(in) : show(in);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"text", no_argument, NULL, 't'}, {"watch", no_argument, NULL, 'w'}, {"every", required_argument, NULL, 'e'}, {0}};
	struct cli cli = {.name = "chancery-inbox",
			  .synopsis = "[--json] [--text] [--watch] [--every seconds] [-A archive] [--as person] [name ...]",
			  .options = options};
	struct inbox in = {.cli = &cli, .every = 5};
	int option, status;

	while ((option = cli_option(&cli, argc, argv)) != -1) {
		if (option == 'e')
			in.every = cli_number(&cli, "--every", optarg, 1, 86400);
		in.watch = in.watch || option == 'w';
		in.text = in.text || option == 't';
	}
	status = cli_end(&cli, run(&in));
	ch_arena_clear(&in.arena);
	return status;
}
