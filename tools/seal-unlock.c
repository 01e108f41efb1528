/*
 * seal-unlock: opens the attached seal for an approved application, keeps watch over it, and brings home what it reports.
 *
 *	main
 *	  foresee            -n: would it open, what is missing
 *	  ch_visit           the seal that the application names		fs/link/visit.c
 *	  recover            what an earlier session left in the spool
 *	  plan               presses of this session; would the register accept it
 *	  use
 *	    ch_visit_equip   newer approver tables
 *	    begin            seal-state and seal-session over the device's nonce, registered
 *	    ch_visit_open    the bundle, act by act; the seal judges
 *	    ch_watch         code, presses, photos		fs/link/watch.c
 *	    come_home        the rest of the receipts, seal-record, the spool is gone
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "register/application.h"
#include "cli.h"
#include "deposit.h"
#include "register/foresee.h"
#include "link/visit.h"
#include "link/watch.h"
#include "seal/sealrecord.h"
#include "seal/sealstate.h"

struct unlocking {
	struct cli *cli;
	const char *name, *camera;
	struct ch_session_wish wish;
	bool all; /* no number of presses was given: all that remain */
	struct ch_application *application;
	struct ch_link *link;
	struct frame_identity seal;
	struct ch_arena arena; /* of answers; outlives the state */
	uint8_t (*left_behind)[SHA256_SIZE];
	size_t left_count;
};

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* ---- before: what for, and with whom ---- */

static const struct ch_error *
find(struct unlocking *u)
{
	return cli_application(&u->application, u->cli, u->name);
}

static const struct ch_error *
plan(struct unlocking *u)
{
	static const uint8_t any[NONCE_SIZE];
	struct ch_judgement judgement;
	const struct ch_error *error;
	struct ch_draft draft;

	if ((error = find(u)))
		return error;
	if (u->all && permit_left(&u->wish.presses, &u->application->permit, u->application->used) != WIRE_OK)
		u->wish.presses = 1;
	draft = ch_draft_seal_session(&u->cli->state, u->application, any, &u->wish);
	if ((error = ch_draft_judge(&judgement, &draft, &u->cli->state, &u->cli->signer)))
		return error;
	if (judgement.code == WIRE_LEVEL_MISSING)
		return ch_refuse(judgement.code, "%s", ch_application_missing(u->application, &u->cli->state.arena));
	return judgement.code == WIRE_OK ? NULL : ch_refuse(judgement.code, "%s", judgement.reason);
}

static const struct ch_error *
foresee(struct unlocking *u)
{
	struct ch_arena *arena = &u->cli->state.arena;
	struct ch_forecast forecast;
	const struct ch_error *error;

	if ((error = plan(u)) || (error = ch_foresee(&forecast, &u->cli->state, &u->cli->store, u->application, time(NULL))))
		return error;
	if (forecast.code != WIRE_OK)
		return ch_refuse(forecast.code, "%s", forecast.reason);
	if (!u->cli->quiet)
		cli_record(u->cli, (struct cli_field[]){{"application", u->application->subject->path},
							{"presses", ch_arena_number(arena, u->wish.presses)},
							{"missing", span_text(ch_application_missing(u->application, arena))}}, 3);
	cli_flush();
	return NULL;
}

/* ---- after: into the archive ---- */

static const struct ch_error *
deliver(struct unlocking *u, struct ch_spool *spool)
{
	const struct ch_entry *session = ch_state_act(&u->cli->state, spool->session);
	const struct ch_error *error;
	uint64_t receipts;
	struct ch_draft draft;

	if ((error = ch_draft_seal_record(&draft, &receipts, &u->cli->state, spool, session)) ||
	    (receipts && (error = cli_deposit(u->cli, &draft))) || (error = ch_spool_remove(spool, &u->cli->store)))
		return error;
	return find(u);
}

static const struct ch_error *
come_home(struct unlocking *u, struct ch_spool *spool)
{
	struct ch_collector collector = {.link = u->link, .spool = spool, .arena = &u->arena};
	const struct ch_error *error = ch_collect_rest(&collector, u->application->seal->counter);

	return error ? error : deliver(u, spool);
}

/* Sessions of this seal whose record has not been made: a crash, a lost cable, a full disk. */
static const struct ch_error *
find_left_behind(struct unlocking *u)
{
	uint8_t(*sessions)[SHA256_SIZE];
	const struct ch_error *error;
	size_t count;

	if ((error = ch_spool_sessions(&sessions, &count, &u->cli->store, &u->arena)))
		return error;
	for (size_t i = 0; i < count; i++) {
		const struct ch_entry *session = ch_state_act(&u->cli->state, sessions[i]);
		if (session == NULL || ch_entry_subject(&u->cli->state, session) == NULL || ch_entry_application(&u->cli->state, session)->seal != u->application->seal)
			continue;
		u->left_behind = ch_arena_grow(&u->arena, u->left_behind, u->left_count, SHA256_SIZE);
		memcpy(u->left_behind[u->left_count++], sessions[i], SHA256_SIZE);
	}
	return NULL;
}

static const struct ch_error *
recover(struct unlocking *u)
{
	const struct ch_error *error = NULL;
	struct ch_spool spool;

	for (size_t i = 0; i < u->left_count && error == NULL; i++) {
		if ((error = ch_spool_open(&spool, &u->cli->store, u->left_behind[i])) == NULL)
			error = come_home(u, &spool);
		ch_spool_close(&spool);
	}
	return error;
}

/* ---- the session ---- */

static const struct ch_error *
begin(struct unlocking *u, struct ch_spool *spool)
{
	const struct ch_error *error;
	struct ch_draft draft;

	if ((error = ch_session_begin(&u->seal, u->link)))
		return error;
	draft = ch_draft_seal_state(&u->cli->state, u->application, u->seal.nonce);
	if ((error = cli_report(u->cli, &draft)) || (error = find(u)))
		return error;
	draft = ch_draft_seal_session(&u->cli->state, u->application, u->seal.nonce, &u->wish);
	if ((error = cli_act(u->cli, &draft)) || (error = find(u)))
		return error;
	return ch_spool_open(spool, &u->cli->store, ch_subject_tip(u->application->subject)->id);
}

/* A line that changes in place on a terminal, a line for each change elsewhere. */
static void
report(const struct ch_watch *w, const void *context)
{
	static const char *const states[] = {"locked", "verifying", "armed", "stamping"};
	static uint64_t last = UINT64_MAX;
	const struct cli *cli = context;
	bool terminal = isatty(STDERR_FILENO);
	uint64_t now = w->done << 2 | w->status.state;

	if (cli->quiet || (!terminal && now == last))
		return;
	last = now;
	fprintf(stderr, terminal ? "\r\033[K%s: " : "%s: ", cli->name);
	fprintf(stderr, "%s, %" PRIu64 " of %" PRIu64 " presses", states[w->status.state], w->done, w->presses);
	if (!terminal)
		fputc('\n', stderr);
	else if (w->status.deadline > 0)
		fprintf(stderr, ", code %s, locks in %.1f s", w->seen ? "seen" : "not seen", w->status.deadline / 1000.0);
	else
		fprintf(stderr, ", code %s", w->seen ? "seen" : "not seen");
}

static const struct ch_error *
watch(struct unlocking *u, struct ch_spool *spool)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct ch_watch w = {.collector = {.link = u->link, .spool = spool, .arena = &u->arena},
			     .camera = u->camera,
			     .photos = span_is(u->wish.photo_mode, "automatic"),
			     .presses = u->wish.presses,
			     .counter = u->application->seal->counter,
			     .stop = &stop,
			     .report = report,
			     .context = u->cli};
	const struct ch_error *error;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	error = ch_watch(&w);
	if (isatty(STDERR_FILENO) && !u->cli->quiet)
		fputc('\n', stderr);
	ch_watch_clear(&w);
	return error;
}

/* Whatever became of the session, what the seal reports of it comes home; the first error is told, and what is still kept here. */
static const struct ch_error *
use(struct unlocking *u)
{
	struct ch_spool spool = {.directory = -1};
	struct ch_error first = {0};
	const struct ch_error *error;

	if ((error = ch_visit_equip(u->link, &u->seal, &u->cli->state, &u->cli->store, u->application->seal)) || (error = begin(u, &spool)))
		return error;
	if ((error = ch_visit_open(u->link, &u->cli->state, &u->cli->store, u->application, u->wish.presses)) || (error = watch(u, &spool)))
		first = *error;
	error = come_home(u, &spool);
	ch_spool_close(&spool);
	if (error)
		return ch_fail(CH_LATER, "%s%s%s; what the seal has reported is kept: run seal-unlock again with the seal attached", first.message,
			       first.class ? "; " : "", error->message);
	return first.class ? ch_fail(first.class, "%s", first.message) : NULL;
}

static const struct ch_error *
run(struct unlocking *u)
{
	struct cli *cli = u->cli;
	const struct ch_error *error;

	if ((error = cli_open_to_act(cli)))
		return error;
	if (cli->dry_run)
		return foresee(u);
	if ((error = find(u)) || (error = find_left_behind(u)) || (u->left_count == 0 && (error = plan(u))) ||
	    (error = ch_visit(&u->link, &u->seal, &cli->state, u->application->seal)) || (error = recover(u)) || (error = plan(u)))
		return error;
	return use(u);
}

static void
check(struct cli *cli, struct unlocking *u)
{
	if (cli->count != 1)
		cli_usage(cli, "wants one application");
	if (u->wish.position.len && !text_is_position(u->wish.position))
		cli_usage(cli, "--position wants LAT,LON in degrees");
	if (!span_is(u->wish.photo_mode, "automatic") && !span_is(u->wish.photo_mode, "manual"))
		cli_usage(cli, "--photo-mode is automatic or manual");
	if (u->camera == NULL && !cli->dry_run)
		cli_usage(cli, "which camera? say --camera COMMAND or set CHANCERY_CAMERA");
	u->name = cli->operands[0];
	u->all = u->wish.presses == 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"presses", required_argument, NULL, 'p'}, {"position", required_argument, NULL, 'o'},
						{"photo-mode", required_argument, NULL, 'm'}, {"camera", required_argument, NULL, 'c'}, {0}};
	struct cli cli = {.name = "seal-unlock",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--presses n] [--position lat,lon] [--photo-mode mode] "
				      "[--camera command] application",
			  .options = options};
	struct unlocking u = {.cli = &cli, .camera = getenv("CHANCERY_CAMERA"), .wish = {.photo_mode = SPAN_LITERAL("automatic")}};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'p')
			u.wish.presses = cli_number(&cli, "--presses", optarg, 1, 1000000);
		else if (option == 'c')
			u.camera = optarg;
		else
			*(option == 'o' ? &u.wish.position : &u.wish.photo_mode) = span_text(optarg);
	check(&cli, &u);
	error = run(&u);
	ch_link_close(u.link);
	ch_arena_clear(&u.arena);
	return cli_end(&cli, error);
}
