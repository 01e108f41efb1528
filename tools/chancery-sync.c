/*
 * chancery-sync: sends what was signed in this clone, brings what the register has, and says what became of each of one's acts.
 *
 *	main
 *	  bring_home     what sessions with a seal have left in the spool	tools/homecoming.c
 *	  synchronise    ch_sync
 *	    see_settled  one line for each act that was in the outbox
 *	    tell_conflicts	which files two have saved	tools/conflicts.c
 *	    respool_refused	photos whose record was refused	tools/respool.c
 *	    show_on_drives	is what has come there?			tools/mounts.c
 *	    tell_unsaved what is on the drive only
 *	  list           -n: what would be sent
 *	  forget         --forget: a refused act that its author does not want any more
 */
#include <inttypes.h>
#include <unistd.h>

#include "conflicts.h"
#include "drive/trouble.h"
#include "homecoming.h"
#include "mounts.h"
#include "respool.h"
#include "seen.h"
#include "send.h"
#include "sync/wish.h"
#include "unsaved.h"

struct syncing {
	struct cli *cli;
	const char *forget, *follow, *fetch, *content;
	struct ch_line line; /* of --follow */
	const uint8_t **saves; /* ids of those that have been accepted */
	size_t save_count;
};

static void
print(struct cli *cli, const struct act *act, const char *verdict, const char *reason)
{
	cli_record(cli,
		   (struct cli_field[]){{"act", ch_arena_hex(&cli->lasting, act->id, SHA256_SIZE)},
					{"kind", span_text(act_kind_name(act->statement.kind))},
					{"subject", act->statement.value[KEY_SUBJECT]},
					{"verdict", span_text(verdict)},
					{"reason", span_text(reason)}},
		   5);
}

static void
see_settled(void *context, const struct ch_settled *settled)
{
	struct syncing *s = context;

	if (settled->fate == CH_ACCEPTED && act_saves(settled->act->statement.kind)) {
		s->saves = ch_arena_grow(&s->cli->lasting, s->saves, s->save_count, sizeof(*s->saves));
		s->saves[s->save_count++] = ch_arena_copy(&s->cli->lasting, span_of(settled->act->id, SHA256_SIZE)).data;
	}
	if (s->cli->quiet)
		return;
	if (settled->fate == CH_TURNED_DOWN)
		print(s->cli, settled->act, wire_code_name(settled->code), settled->reason);
	else
		print(s->cli, settled->act, settled->fate == CH_ACCEPTED ? "accepted" : "waits", "");
}

/* What has come is also there for whoever goes on on the drive. */
static void
show_on_drives(struct cli *cli)
{
	const char *late;

	if (!mounts_await(&late, &cli->store, &cli->lasting) && !cli->quiet)
		fprintf(stderr, "%s: the drive on '%s' is busy, and will show later what has come\n", cli->name, late);
}

/* Whoever has put something on the drive and hears nothing thinks that it has been sent. */
static const struct ch_error *
tell_unsaved(struct cli *cli)
{
	const struct ch_error *error, *trouble;
	uint64_t count;

	if (cli->quiet)
		return NULL;
	if ((error = cli_unsaved(&count, cli)) || count == 0)
		return error;
	fprintf(stderr, "%s: %" PRIu64 " changes on the drive are not saved yet, and not sent", cli->name, count);
	if ((trouble = ch_trouble_read(cli->store.path)))
		fprintf(stderr, "; when it was last tried: %s", trouble->message);
	fprintf(stderr, "; chancery-commit saves and sends them\n");
	return NULL;
}

static const struct ch_error *
tell_conflicts(const struct syncing *s)
{
	const struct ch_error *error;
	const struct ch_entry *entry;

	for (size_t i = 0; i < s->save_count; i++)
		if ((entry = ch_state_act(&s->cli->state, s->saves[i])) && (error = cli_tell_conflicts(s->cli, entry)))
			return error;
	return NULL;
}

static const struct ch_error *
synchronise(struct syncing *s)
{
	struct cli *cli = s->cli;
	const struct ch_error *error;
	struct ch_sync sync;

	cli_sync_begin(&sync, cli);
	sync.settled = see_settled;
	sync.context = s;
	sync.fetch = s->fetch ? span_text(s->fetch) : (struct span){0};
	if (s->follow)
		sync.follow = &s->line;
	error = ch_sync(&sync, &cli->state);
	cli_progress_end(cli);
	cli_flush();
	if (error == NULL)
		show_on_drives(cli);
	if (sync.handed_back && !cli->quiet)
		fprintf(stderr, "%s: %zu acts that the register has lost are handed back\n", cli->name, sync.handed_back);
	ch_arena_clear(&sync.arena);
	if (error == NULL && cli->state.seq == 0)
		error = ch_replay(&cli->state, &cli->store, NULL);
	if (error || (error = s->follow ? cli_seen_anew(cli) : cli_seen(cli)))
		return error;
	if ((error = tell_conflicts(s)) || (error = respool_refused(cli)))
		return error;
	if (sync.waiting)
		return cli_waits(&sync, ch_arena_format(&cli->lasting, "%zu acts have been received, but are not registered yet; try again", sync.waiting));
	if ((error = tell_unsaved(cli)))
		return error;
	return cli_shortage(&sync);
}

static const struct ch_error *
list(struct cli *cli)
{
	const struct ch_error *error;
	struct ch_waiting *waiting;
	size_t count;

	if ((error = ch_outbox(&waiting, &count, &cli->store, cli->origin.client, &cli->lasting)))
		return error;
	for (size_t i = 0; i < count && !cli->quiet; i++)
		print(cli, &waiting[i].act, "waits", "");
	return NULL;
}

/* An act by its id, or by the beginning of it where that is enough. */
static const struct ch_error *
forget(struct syncing *s)
{
	struct cli *cli = s->cli;
	const struct ch_refused *found = NULL;
	const struct ch_error *error;
	struct ch_refused *refused;
	size_t count;

	if ((error = ch_refused_list(&refused, &count, &cli->store, cli->origin.client, &cli->lasting)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (!span_starts(ch_arena_hex(&cli->lasting, refused[i].act, SHA256_SIZE), span_text(s->forget)))
			continue;
		if (found)
			return ch_fail(CH_REFUSED, "several refused acts begin with '%s'; say more of it", s->forget);
		found = &refused[i];
	}
	if (found == NULL)
		return ch_fail(CH_REFUSED, "no refused act '%s' is kept here; see chancery-status", s->forget);
	return cli->dry_run ? NULL : ch_refused_forget(&cli->store, cli->origin.client, found);
}

/* Where the register itself is, nothing is fetched: what it is now is to be believed, if it has that page. */
static const struct ch_error *
follow_here(struct syncing *s)
{
	struct cli *cli = s->cli;
	const struct ch_error *error;
	struct ch_line now;

	if ((error = ch_replay(&cli->state, &cli->store, NULL)))
		return error;
	now = (struct ch_line){cli->state.seq, cli->state.head};
	if (cli->state.seq == 0 || ch_memory_compare(&cli->store, &s->line, &now, cli->store.path))
		return ch_fail(CH_REFUSED, "the register of '%s' does not have the page '%s'", cli->store.path, s->follow);
	return cli->dry_run ? NULL : cli_seen_anew(cli);
}

/*
 * What a crash, a lost cable or a full disk has left in the spool, as far as that can be done without the seal: this machine's key deposits it. Where it may not, and where
 * the seal is needed, seal-unlock does it. *left: there was something.
 */
static const struct ch_error *
bring_home(bool *left, struct cli *cli)
{
	struct homecoming home = {.cli = cli, .arena = &cli->lasting, .silent = cli->quiet};
	const struct ch_error *error;
	uint8_t(*sessions)[SHA256_SIZE];
	size_t waiting;
	bool quiet = cli->quiet;

	if ((error = ch_spool_sessions(&sessions, &waiting, &cli->store, &cli->lasting)))
		return error;
	*left = waiting > 0;
	if (waiting == 0)
		return NULL;
	if ((error = cli_read_to_register(cli)) || (error = home_find_left(&home, NULL)))
		return error;
	cli->quiet = true; /* what becomes of the records is said with what else was sent */
	error = home_bring_all(&waiting, &home);
	cli->quiet = quiet;
	if (waiting && !cli->quiet)
		fprintf(stderr, "%s: what a seal has reported in %zu session%s waits in the spool; seal-unlock brings it in, with the seal attached\n", cli->name,
			waiting, waiting == 1 ? "" : "s");
	return error;
}

/* Where the register is there is nothing to send. */
static const struct ch_error *
sync_here(struct syncing *s)
{
	const struct ch_error *error;
	bool left = false;

	if (s->follow)
		return follow_here(s);
	if (!s->cli->dry_run && (error = bring_home(&left, s->cli)))
		return error;
	return left ? NULL : ch_fail(CH_REFUSED, "'%s' is no clone: its register is here", s->cli->archive);
}

static const struct ch_error *
run(struct syncing *s)
{
	struct cli *cli = s->cli;
	const struct ch_error *error;
	bool left;

	if ((error = cli_open_store(cli)))
		return error;
	if (!cli->is_clone)
		return sync_here(s);
	if (s->forget)
		return forget(s);
	if (s->content && !cli->dry_run && (error = ch_wish_save(&cli->store, span_text(s->content))))
		return error;
	if (cli->dry_run)
		return list(cli);
	if ((error = bring_home(&left, cli)))
		return error;
	ch_state_clear(&cli->state);
	return synchronise(s);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"follow", required_argument, NULL, 'f'}, {"forget", required_argument, NULL, 'g'},
						{"fetch", required_argument, NULL, 'e'}, {"content", required_argument, NULL, 'c'}, {0}};
	struct cli cli = {.name = "chancery-sync",
			  .synopsis = "[-nq] [--json] [-A archive] [--follow seq:head] [--fetch pattern] [--content which]\n[-nq] [-A archive] --forget act",
			  .options = options};
	struct syncing s = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		*(option == 'f' ? &s.follow : option == 'e' ? &s.fetch : option == 'c' ? &s.content : &s.forget) = optarg;
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	if (s.forget && (s.follow || s.fetch || s.content))
		cli_usage(&cli, "%s or --forget, not both", s.follow ? "--follow" : s.fetch ? "--fetch" : "--content");
	if (s.follow && !cli_line(&s.line, s.follow))
		cli_usage(&cli, "--follow wants the number of a page and the %d hexadecimal digits of its commit, not '%s'", 2 * OBJECT_ID_SIZE, s.follow);
	if (s.forget && strlen(s.forget) < 8)
		cli_usage(&cli, "--forget wants at least 8 digits of the act");
	return cli_end(&cli, run(&s));
}
