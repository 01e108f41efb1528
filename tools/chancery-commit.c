/*
 * chancery-commit: save what was written to the drive, now.
 *
 *	main
 *	  run
 *	    ask          a mounted drive saves itself when it is told; wait until it has
 *	    save         nobody has the journal: recover and save here
 *	    show_saves   the acts that came of it
 */
#include <signal.h>
#include <time.h>

#include "conflicts.h"
#include "send.h"
#include "drive/overlay.h"
#include "drive/save.h"
#include "drive/toil.h"
#include "drive/trouble.h"

enum { PATIENCE = 60, ROUNDS = 4, PAUSE = 20 * 1000 * 1000, LONG_PAUSE = 10 * PAUSE };

static const struct ch_error *
failed_attempt(const char *archive)
{
	const struct ch_error *trouble = ch_trouble_read(archive);

	if (trouble)
		return ch_fail(trouble->class, "the drive cannot save: %s", trouble->message);
	return ch_trouble_is_told(archive) ? NULL : ch_fail(CH_IO, "the drive cannot save, nor write down why; the system log says it");
}

static const struct ch_error *
count_waiting(size_t *count, struct cli *cli)
{
	struct ch_waiting *waiting;
	const struct ch_error *error = ch_outbox(&waiting, count, &cli->store, cli->origin.client, &cli->lasting);
	size_t all = *count;

	*count = 0;
	for (size_t i = 0; i < all && error == NULL; i++)
		*count += act_saves(waiting[i].act.statement.kind);
	return error;
}

/* In a clone: what has been saved goes to the register, and its answer comes back. *sent is false when there was nothing. */
static const struct ch_error *
send(bool *sent, struct cli *cli)
{
	const struct ch_error *error;
	size_t count = 0;

	*sent = false;
	if (!cli->is_clone)
		return NULL;
	if ((error = count_waiting(&count, cli)) || count == 0)
		return error;
	*sent = true;
	if ((error = cli_send(cli, NULL, 0)) || (error = count_waiting(&count, cli)) || count == 0)
		return error;
	return ch_fail(CH_LATER, "received, but not registered yet; kept here, chancery-sync tells what becomes of it");
}

/*
 * The drive notes a failed attempt in a file; what is there from before is taken away, so that any is of this attempt. A gigabyte takes as long as it takes: patience
 * ends with a drive that does nothing.
 */
static const struct ch_error *
ask(struct cli *cli, pid_t drive, const struct ch_journal_survey *asked)
{
	const char *archive = cli->store.path;
	time_t began = time(NULL), moved = began;
	struct ch_journal_survey now;
	const struct ch_error *error;
	struct ch_toil toil;
	bool again = true; /* what had to wait for the answer is saved next */

	ch_trouble_write(archive, NULL);
	ch_toil_watch(&toil, drive);
	do {
		if (again && kill(drive, SIGUSR1) != 0)
			return ch_fail_errno("cannot signal the drive, process %d", (int)drive);
		if (kill(drive, 0) != 0)
			return ch_fail(CH_LATER, "the drive, process %d, has ended meanwhile; nothing is lost, try again", (int)drive);
		nanosleep(&(struct timespec){.tv_nsec = time(NULL) > began + 1 ? LONG_PAUSE : PAUSE}, NULL);
		if ((error = failed_attempt(archive)) || (error = send(&again, cli)) || (error = ch_journal_survey(&now, archive)))
			return error;
		if (now.through >= asked->last)
			return NULL;
		if (again || ch_toil_goes_on(&toil))
			moved = time(NULL);
		cli_tell(cli, (uint64_t)(time(NULL) - began), "seconds that the drive has been saving");
	} while (time(NULL) < moved + PATIENCE);
	return ch_fail(CH_LATER, "the drive, process %d, has not saved, and done nothing towards it for %d seconds; nothing is lost", (int)drive, PATIENCE);
}

static const struct ch_error *
save_cut(struct ch_overlay *overlay, struct ch_saver *saver, const struct ch_journal *journal)
{
	const struct ch_error *error, *refused = NULL;
	struct ch_oid head = overlay->commit;
	struct ch_error kept;
	struct ch_cut cut;

	if ((error = ch_overlay_cut(&cut, overlay)) == NULL) {
		refused = ch_error_keep(&kept, ch_save(&head, saver, &cut, journal->id));
		ch_overlay_note_saved(overlay, &cut);
		error = ch_overlay_advance(overlay, &head, &cut);
	}
	ch_cut_release(&cut);
	return refused ? ch_error_again(refused) : error;
}

/* When what is saved was changed: what the next drive shows. Without that it shows when it was registered, which is no error. */
static void
follow_times(struct ch_times *times, struct ch_store *store, const struct ch_oid *head)
{
	struct ch_past past = {0};

	ch_times_follow(times, &past, store, head, 0);
	ch_past_release(&past);
}

static const struct ch_error *
save_once(struct cli *cli)
{
	struct ch_saver saver = {.store.lock = -1};
	struct ch_overlay overlay = {0};
	struct ch_journal journal;
	struct ch_times *times = NULL;
	const struct ch_error *error;

	if ((error = ch_journal_open(&journal, cli->store.path)) == NULL && (error = ch_saver_open(&saver, cli->store.path)) == NULL &&
	    (error = ch_saver_load(&saver)) == NULL) {
		ch_times_open(&times, cli->store.path, false);
		follow_times(times, &cli->store, &saver.state.head);
		if ((error = ch_saver_recover(&overlay, &saver, &cli->store, &journal, times)) == NULL && ch_overlay_is_pending(&overlay))
			error = save_cut(&overlay, &saver, &journal);
	}
	if (error == NULL || error->class != CH_LATER)
		ch_trouble_write(cli->store.path, error);
	if (error == NULL) {
		ch_overlay_note_directories(&overlay);
		follow_times(times, &cli->store, &overlay.commit);
	}
	ch_overlay_release(&overlay);
	ch_times_close(times);
	ch_journal_close(&journal);
	ch_saver_close(&saver);
	return error;
}

/* What is changed while a clone's save is under way is saved when that is back; and that it is back the journal learns when it is opened. */
static const struct ch_error *
save(struct cli *cli)
{
	struct ch_journal_survey survey = {.pending = 1};
	const struct ch_error *error;
	bool sent;

	for (int round = 0; round < ROUNDS && survey.pending; round++)
		if ((error = save_once(cli)) || (error = send(&sent, cli)) || (error = ch_journal_survey(&survey, cli->store.path)))
			return error;
	return survey.pending ? ch_fail(CH_REFUSED, "the register does not accept what was saved; see chancery-status") : NULL;
}

/* Saves of this archive that main did not have when this program began. */
static const struct ch_error *
show_saves(struct cli *cli, uint64_t seq)
{
	const struct ch_error *error;

	ch_state_clear(&cli->state);
	if ((error = ch_replay(&cli->state, &cli->store, NULL)) || cli->quiet)
		return error;
	for (size_t i = 0; i < cli->state.entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(&cli->state, i);

		if (entry->seq <= seq || entry->code != WIRE_OK || !act_saves(entry->kind))
			continue;
		cli_record(cli,
			   (struct cli_field[]){{"act", ch_arena_hex(&cli->state.arena, entry->id, SHA256_SIZE)}, {"subject", ch_entry_subject(&cli->state, entry)->path}},
			   2);
		if ((error = cli_tell_conflicts(cli, entry)))
			return error;
	}
	return NULL;
}

static const struct ch_error *
run(struct cli *cli)
{
	struct ch_journal_survey survey;
	const struct ch_error *error;
	struct ch_journal_holder drive;
	uint64_t seq;

	if ((error = cli_open(cli)) || (error = ch_journal_survey(&survey, cli->store.path)) || (error = ch_journal_holder(&drive, cli->store.path)))
		return error;
	if (cli->dry_run) {
		cli_record(cli, (struct cli_field[]){{"changes", ch_arena_number(&cli->state.arena, survey.pending)}}, 1);
		return NULL;
	}
	seq = cli->state.seq;
	if (survey.pending && drive.pid && drive.read_only)
		return ch_fail(CH_LATER, "the drive, process %d, is mounted read-only; unmount it, and try again", (int)drive.pid);
	if (survey.pending && (error = drive.pid ? ask(cli, drive.pid, &survey) : save(cli)))
		return error;
	return show_saves(cli, seq);
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "chancery-commit", .synopsis = "[-nq] [--json] [-A archive]"};

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	return cli_end(&cli, run(&cli));
}
