/*
 * seal-unlock: opens the attached seal for an approved application, keeps watch over it, and brings home what it reports.
 *
 *	main
 *	  foresee            -n: would it open, what is missing
 *	  ch_visit           the seal that the application names		fs/link/visit.c
 *	  home_bring_left    what earlier sessions left in the spool	tools/homecoming.c
 *	  recover_sessions   or, when the spool was lost, in the seal	tools/recovery.c
 *	  plan               presses of this session; would the register accept it
 *	  use
 *	    try_camera         before anything is signed
 *	    ch_visit_equip   newer approver tables
 *	    session          until the seal agrees on how many presses remain
 *	      begin            seal-state and seal-session over the device's nonce, registered or on their way
 *	      ch_visit_open    the bundle, act by act; the seal judges
 *	      ch_watch         code, presses, photos		fs/link/watch.c
 *	      home_bring       the rest of the receipts, seal-record, the spool is gone
 *	      tell_unmade      what the seal counts and nobody else
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "register/application.h"
#include "cli.h"
#include "deposit.h"
#include "recovery.h"
#include "register/foresee.h"
#include "register/standing.h"
#include "link/gps.h"
#include "link/visit.h"
#include "link/watch.h"
#include "seal/place.h"
#include "seal/shown.h"
#include "seal/usage.h"

enum { REPORT_TRIES = 5 };

struct unlocking {
	struct cli *cli;
	const char *name, *camera, *device;
	struct ch_session_wish wish;
	char position[GPS_POSITION_SIZE]; /* that gpsd has said */
	bool all; /* no number of presses was given: all that remain */
	uint64_t used; /* presses of the application by the end of this session, if each that the seal has let through was made */
	struct ch_application *application;
	struct ch_link *link;
	struct ch_camera eye; /* the camera, when it runs */
	struct frame_identity seal;
	struct ch_arena arena; /* of answers; outlives the state */
	struct homecoming home;
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

static struct span
time_or(struct ch_arena *arena, int64_t time, const char *otherwise)
{
	char *text = ch_arena_alloc(arena, TIME_TEXT + 1);

	if (time == INT64_MAX || time == INT64_MIN)
		return span_text(otherwise);
	text_put_time(text, time);
	return span_text(text);
}

/* Its period is held against the clock of this machine, which may be wrong. */
static const struct ch_error *
refuse_period(struct unlocking *u, enum wire_code code)
{
	const struct permit *permit = &u->application->permit;
	struct ch_arena *arena = &u->cli->state.arena;
	const char *end = ch_arena_text(arena, time_or(arena, code == WIRE_EXPIRED ? permit->not_after : permit->not_before, "none"));

	return ch_refuse(code, "%s: %s %s, and this machine's clock says %s", wire_code_sentence(code), code == WIRE_EXPIRED ? "it ended" : "it begins", end,
			 ch_arena_text(arena, time_or(arena, time(NULL), "none")));
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
	if (judgement.code == WIRE_NOT_YET || judgement.code == WIRE_EXPIRED)
		return refuse_period(u, judgement.code);
	if (judgement.code == WIRE_LEVEL_MISSING)
		return ch_refuse(judgement.code, "%s", ch_application_missing(u->application, &u->cli->state.arena));
	if (judgement.code == WIRE_RETIRED)
		return ch_refuse(judgement.code, "%s, and what was granted for it has ended with it; apply again (seal-apply)", judgement.reason);
	return judgement.code == WIRE_OK ? NULL : ch_refuse(judgement.code, "%s", judgement.reason);
}

/*
 * Whether this is the place that was applied for, as far as this machine says where it is. The seal cannot know; who is elsewhere by mistake is told before anything is
 * pressed. `here`: it matters now.
 */
static const struct ch_error *
check_place(const char **words, struct unlocking *u, bool here)
{
	const struct statement *st = &ch_entry_act(&u->cli->state, u->application->apply)->statement;
	struct ch_arena *arena = &u->cli->state.arena;
	char distance[PLACE_WORDS];
	uint64_t radius = 0;
	double metres;

	*words = "any";
	if (!statement_has(st, KEY_PLACE))
		return NULL;
	statement_number(&radius, st, KEY_RADIUS);
	*words = ch_arena_format(arena, "within %" PRIu64 " m of %s", radius, ch_arena_text(arena, st->value[KEY_PLACE]));
	if (!ch_place_distance(&metres, st->value[KEY_PLACE], u->wish.position))
		return here ? ch_fail(CH_REFUSED, "it was applied for to be used %s: say --position LAT,LON, or --position gpsd", *words) : NULL;
	ch_place_words(distance, metres);
	if (metres > (double)radius)
		return ch_fail(CH_REFUSED, "it was applied for to be used %s; this is %s away from there", *words, distance);
	*words = ch_arena_format(arena, "%s: %s away", *words, distance);
	return NULL;
}

/* Whether it has rested for too long, as far as its receipts say when it was opened last. */
static const struct ch_error *
check_rest(struct unlocking *u)
{
	const struct ch_seal *seal = u->application->seal;
	const struct ch_error *error;
	struct ch_sealclock clock;
	char when[TIME_TEXT + 1];
	int64_t last, now = time(NULL);

	if ((error = ch_usage_clock(&last, seal, &u->cli->state, &u->cli->store)))
		return error;
	ch_sealclock_find(&clock, &u->cli->state, seal, seal->subject->count);
	if (last == INT64_MIN || now - last <= CH_SEALCLOCK_ALONE || now <= clock.until)
		return NULL;
	text_put_time(when, last);
	return ch_refuse(WIRE_TIME_JUMP, "the seal was last shown the time %s, more than 400 days ago; two administrators must say so with seal-clock", when);
}

static const struct ch_error *
foresee(struct unlocking *u)
{
	struct ch_arena *arena = &u->cli->state.arena;
	struct ch_forecast forecast;
	const struct ch_error *error;
	const char *place;

	if ((error = plan(u)) || (error = check_place(&place, u, false)) || (error = ch_foresee(&forecast, &u->cli->state, &u->cli->store, u->application, time(NULL))))
		return error;
	if (forecast.code != WIRE_OK)
		return ch_refuse(forecast.code, "%s", forecast.reason);
	if ((error = check_rest(u)))
		return error;
	if (!u->cli->quiet)
		cli_record(u->cli, (struct cli_field[]){{"application", u->application->subject->path},
							{"presses", ch_arena_number(arena, u->wish.presses)},
							{"missing", span_text(ch_application_missing(u->application, arena))},
							{"until", time_or(arena, forecast.until, "any time")},
							{"without a network until", time_or(arena, forecast.alone_until, "needs one")},
							{"place", span_text(place)}}, 6);
	cli_flush();
	return NULL;
}

/* ---- the session ---- */

static const struct ch_entry *
latest_session(const struct ch_subject *subject)
{
	for (size_t i = subject->count; i-- > 0;)
		if (ch_subject_entry(subject, i)->kind == ACT_SEAL_SESSION)
			return ch_subject_entry(subject, i);
	return NULL;
}

/* When somebody has decided on it meanwhile, what stands by then is reported. */
static const struct ch_error *
report_standing(struct unlocking *u)
{
	for (unsigned tries = 1;; tries++) {
		struct ch_draft draft = ch_draft_seal_state(&u->cli->state, u->application, u->seal.nonce);
		const struct ch_error *error = cli_report(u->cli, &draft);

		if (error == NULL || error->code != WIRE_WRONG_PREVIOUS || tries == REPORT_TRIES)
			return error ? error : find(u);
		if ((error = cli_reload(u->cli)) || (error = find(u)))
			return error;
	}
}

/*
 * The register's word on the application, over the seal's nonce. Where the register is kept the registrar gives it beforehand; in a clone it is the answer to the
 * session, and when that cannot be sent, what was fetched before has to do: the seal knows how old that may be.
 */
static const struct ch_error *
sign_session(struct unlocking *u)
{
	struct cli *cli = u->cli;
	const struct ch_error *error;
	struct ch_draft draft;

	if (!cli->is_clone && (error = report_standing(u)))
		return error;
	draft = ch_draft_seal_session(&cli->state, u->application, u->seal.nonce, &u->wish);
	cli->kept = false;
	if ((error = cli_act(cli, &draft)) && !cli->kept)
		return error;
	u->home.kept = error != NULL;
	if (error && !cli->quiet)
		fprintf(stderr, "%s: %s; going on with what was fetched before\n", cli->name, error->message);
	return find(u);
}

static const struct ch_error *
begin(struct unlocking *u, struct ch_spool *spool)
{
	const struct ch_entry *session;
	const struct ch_error *error;

	if ((error = ch_session_begin(&u->seal, u->link)) || (error = sign_session(u)))
		return error;
	if ((session = latest_session(u->application->subject)) == NULL)
		return ch_fail(CH_REFUSED, "the session that was signed would not be accepted any more; see seal-show");
	if ((error = ch_spool_open(spool, &u->cli->store, session->id)))
		return error;
	return ch_spool_reserve(spool);
}

/* Of the person who holds seal and camera: what to do now. */
static const char *
advice(const struct ch_watch *w)
{
	if (w->status.state == DEVICE_STAMPING)
		return w->done < w->begun ? "press now" : "lift the stamp";
	if (w->status.state == DEVICE_ARMED && w->done == w->presses)
		return "done";
	return w->status.state == DEVICE_ARMED ? "wait for a new code" : "locked";
}

static void
report_live(const struct ch_watch *w)
{
	char left[40] = "", photos[48] = "";

	if (w->status.deadline > 0)
		snprintf(left, sizeof(left), ", locks in %.1f s", w->status.deadline / 1000.0);
	if (w->photos)
		snprintf(photos, sizeof(photos), ", %" PRIu64 " photo%s", w->kept, w->kept == 1 ? "" : "s");
	cli_live("%s; %" PRIu64 " of %" PRIu64 " press%s%s; %s%s", advice(w), w->done, w->presses, w->presses == 1 ? "" : "es", photos,
		 *w->complaint ? w->complaint : w->seen ? "code seen" : "code not seen", left);
}

/* A line that changes in place on a terminal, a line for each change elsewhere. */
static void
report(const struct ch_watch *w, const void *context)
{
	static const char *const states[] = {"locked", "verifying", "armed", "stamping"};
	static uint64_t last = UINT64_MAX;
	const struct cli *cli = context;
	uint64_t now = w->done << 2 | w->status.state;

	if (cli->quiet)
		return;
	if (isatty(STDERR_FILENO)) {
		report_live(w);
		return;
	}
	if (now == last)
		return;
	last = now;
	fprintf(stderr, "%s: %s, %" PRIu64 " of %" PRIu64 " press%s", cli->name, states[w->status.state], w->done, w->presses, w->presses == 1 ? "" : "es");
	if (w->photos)
		fprintf(stderr, ", %" PRIu64 " photo%s kept", w->kept, w->kept == 1 ? "" : "s");
	fputc('\n', stderr);
}

static const struct ch_error *
watch(struct unlocking *u, struct ch_spool *spool)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct ch_watch w = {.collector = {.link = u->link, .spool = spool, .arena = &u->arena},
			     .camera = &u->eye,
			     .photos = span_is(u->wish.photo_mode, "automatic"),
			     .presses = u->wish.presses,
			     .counter = u->application->seal->counter,
			     .stop = &stop,
			     .report = report,
			     .context = u->cli};
	const struct ch_error *error;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL); /* a terminal that was closed; what is said to it goes nowhere */
	error = ch_watch(&w);
	u->used += w.begun;
	if (isatty(STDERR_FILENO) && !u->cli->quiet)
		fputc('\n', stderr);
	ch_watch_clear(&w);
	return error;
}

/* A camera that gives no picture now would have the seal opened in vain. Whether it looks at the display is seen when that shows something. */
static const struct ch_error *
try_camera(struct unlocking *u)
{
	const struct ch_error *error;
	struct ch_photo photo;

	ch_camera_init(&u->eye, u->camera);
	error = ch_camera_take(&photo, &u->eye);
	ch_photo_free(&photo);
	return error ? ch_fail(error->class, "%s; the seal was not opened", error->message) : NULL;
}

static const struct ch_error *
kept(const struct ch_error *first, const struct ch_error *second)
{
	const char *message = second->message;
	bool both = first->class && strcmp(first->message, message) != 0; /* a cable that is lost is lost for both */

	return ch_fail(CH_LATER, "%s%s%s; what the seal has reported is kept: run seal-unlock again with the seal attached", both ? first->message : "",
		       both ? "; " : "", message);
}

/* A seal names the rule only; who broke it, and what to do, can be read from the archive where that foresees the same. */
static const struct ch_error *
explained(struct unlocking *u, const struct ch_error *refusal)
{
	struct ch_error first = *refusal;
	struct ch_forecast forecast;

	if (first.code == WIRE_USED_UP)
		return ch_fail(first.class, "%s; it also counts presses that it let through and nobody made; seal-withdraw --cap %" PRIu64 " %s closes what the register has left",
			       first.message, u->application->used, u->name);
	if (first.code == WIRE_TOO_MANY_PRESSES)
		return ch_fail(first.class, "%s; it also counts presses that it let through and nobody made; ask for fewer with --presses", first.message);
	if (first.code == WIRE_OK || ch_foresee(&forecast, &u->cli->state, &u->cli->store, u->application, time(NULL)) || forecast.code != first.code ||
	    strcmp(forecast.reason, wire_code_sentence(first.code)) == 0)
		return ch_fail(first.class, "%s", first.message);
	return ch_fail(first.class, "%s; %s", first.message, forecast.reason);
}

/* A press is used before the lock is released for it (acts.md 22). Of one that was not made then there is no receipt, so that only the seal counts it. */
static void
tell_unmade(const struct unlocking *u)
{
	uint64_t unmade = u->used > u->application->used ? u->used - u->application->used : 0;

	if (unmade && !u->cli->quiet)
		fprintf(stderr, "%s: %" PRIu64 " press%s let through and not made; the seal counts %s as used\n", u->cli->name, unmade, unmade == 1 ? " was" : "es were",
			unmade == 1 ? "it" : "them");
}

/* Whatever becomes of it, what the seal reports of it comes home. *first: what went wrong at the seal; its class is 0 when nothing did. */
static const struct ch_error *
session(struct ch_error *first, bool *too_many, struct unlocking *u)
{
	struct ch_spool spool = {.directory = -1};
	const struct ch_error *error;

	*first = (struct ch_error){0};
	*too_many = false;
	if ((error = begin(u, &spool)))
		return error;
	u->used = u->application->used;
	if ((error = ch_visit_open(u->link, &u->cli->state, &u->cli->store, u->application, u->wish.presses))) {
		*too_many = error->code == WIRE_TOO_MANY_PRESSES;
		*first = *explained(u, error);
	} else if ((error = watch(u, &spool))) {
		*first = *error;
	}
	error = home_bring(&u->home, &spool);
	ch_spool_close(&spool);
	if (error)
		return kept(first, error);
	if ((error = find(u)))
		return error;
	tell_unmade(u);
	return NULL;
}

/* All that remain are those that the seal says remain. */
static const struct ch_error *
sessions(struct ch_error *first, struct unlocking *u)
{
	const struct ch_error *error;
	bool too_many;

	while (!(error = session(first, &too_many, u)) && too_many && u->all && u->wish.presses > 1) {
		u->wish.presses--;
		if (!u->cli->quiet)
			fprintf(stderr, "%s: the seal has fewer presses left than the register; asking for %" PRIu64 "\n", u->cli->name, u->wish.presses);
	}
	return error;
}

/* The first error is told, and what is still kept here. */
static const struct ch_error *
use(struct unlocking *u)
{
	const struct ch_error *error;
	struct ch_error first;
	uint64_t due;

	if ((error = try_camera(u)) || (error = ch_visit_equip(u->link, &u->seal, &u->cli->state, &u->cli->store, u->application->seal)) || (error = sessions(&first, u)))
		return error;
	due = ch_application_photos_due(u->application);
	if (!u->cli->quiet && due)
		fprintf(stderr, "%s: %" PRIu64 " photo%s due; seal-photo brings %s\n", u->cli->name, due, due == 1 ? " is" : "s are", due == 1 ? "it" : "them");
	if (first.class)
		return ch_fail(first.class, "%s", first.message);
	return u->home.kept ? ch_fail(CH_LATER, "done; session and record are kept here, chancery-sync sends them") : NULL;
}

static const struct ch_error *
fetch(void *context, struct ch_spool *spool, uint64_t counter)
{
	struct unlocking *u = context;
	struct ch_collector collector = {.link = u->link, .spool = spool, .arena = &u->arena};

	return ch_collect_rest(&collector, counter);
}

/* Where the spool of a session is gone the seal has it all but the photos. What follows a session that is brought in so is fetched with the last of them. */
static const struct ch_error *
recover(struct unlocking *u)
{
	char seal[ID_MAX + 1];
	const struct ch_error *error;

	snprintf(seal, sizeof(seal), "%s", u->seal.seal);
	if ((error = recover_sessions(&u->home, u->link, span_text(seal))))
		return error;
	u->home.fetch = NULL;
	error = home_bring_left(&u->home);
	u->home.fetch = fetch;
	return error;
}

/* The seal learns what administrators have said of it, and hands in what earlier sessions have left. */
static const struct ch_error *
catch_up(struct unlocking *u)
{
	struct cli *cli = u->cli;
	const struct ch_error *error;

	if ((error = ch_visit(&u->link, &u->seal, &cli->state, u->application->seal, u->device)) ||
	    (error = ch_visit_orders(u->link, &cli->state, &cli->store, u->application->seal)))
		return error;
	u->home.fetch = fetch;
	u->home.context = u;
	if ((error = home_bring_left(&u->home)) || (error = recover(u)))
		return error;
	return find(u);
}

/* Also a seal that is not to be opened hears why, if it is here. */
static const struct ch_error *
refused(struct unlocking *u, const struct ch_error *refusal)
{
	struct ch_error first = *refusal;

	if (first.code == WIRE_SUSPENDED || first.code == WIRE_RETIRED)
		catch_up(u); /* why it is not to be opened is told, not what became of this */
	return ch_fail(first.class, "%s", first.message);
}

/* "gpsd", "gpsd:host:port": where gpsd says that we are. */
static const struct ch_error *
locate(struct unlocking *u)
{
	const char *server = u->wish.position.len ? (const char *)u->wish.position.data : "";
	const struct ch_error *error;

	if (strncmp(server, "gpsd", 4) != 0)
		return NULL;
	server += 4 + (server[4] == ':');
	if ((error = ch_gps_position(u->position, server)))
		return error;
	u->wish.position = span_text(u->position);
	if (!u->cli->quiet)
		fprintf(stderr, "%s: gpsd says: %s\n", u->cli->name, u->position);
	return NULL;
}

static const struct ch_error *
run(struct unlocking *u)
{
	struct cli *cli = u->cli;
	const struct ch_error *error;
	const char *place;

	if ((error = cli_open_to_act(cli)) || (error = locate(u)))
		return error;
	if (cli->dry_run)
		return foresee(u);
	u->home.cli = cli;
	u->home.arena = &u->arena;
	u->home.silent = cli->quiet;
	if ((error = find(u)) || (error = check_place(&place, u, true)) || (error = home_find_left(&u->home, u->application->seal)))
		return error;
	if (u->home.left_count == 0 && (error = plan(u)))
		return refused(u, error);
	if ((error = catch_up(u)) || (error = plan(u)))
		return error;
	return use(u);
}

static void
check(struct cli *cli, struct unlocking *u)
{
	if (cli->count != 1)
		cli_usage(cli, "wants one application");
	if (u->wish.position.len && !text_is_position(u->wish.position) && !span_is(u->wish.position, "gpsd") &&
	    !span_starts(u->wish.position, SPAN_LITERAL("gpsd:")))
		cli_usage(cli, "--position wants LAT,LON in degrees, or gpsd");
	if (!span_is(u->wish.photo_mode, "automatic") && !span_is(u->wish.photo_mode, "manual"))
		cli_usage(cli, "--photo-mode is automatic or manual");
	if (u->camera == NULL && !cli->dry_run)
		cli_usage(cli, "which camera? say --camera CAMERA or set CHANCERY_CAMERA");
	u->name = cli->operands[0];
	u->all = u->wish.presses == 0;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"presses", required_argument, NULL, 'p'}, {"position", required_argument, NULL, 'o'},
						{"photo-mode", required_argument, NULL, 'm'}, {"camera", required_argument, NULL, 'c'}, {"photos-lost", no_argument, NULL, 'l'},
						{"device", required_argument, NULL, 'd'}, {0}};
	struct cli cli = {.name = "seal-unlock",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--presses n] [--position place] [--photo-mode mode] "
				      "[--camera camera] [--device device] [--photos-lost] application",
			  .options = options};
	struct unlocking u = {.cli = &cli, .camera = getenv("CHANCERY_CAMERA"), .device = getenv("CHANCERY_SEAL"), .wish = {.photo_mode = SPAN_LITERAL("automatic")}};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'p')
			u.wish.presses = cli_number(&cli, "--presses", optarg, 1, 1000000);
		else if (option == 'c')
			u.camera = optarg;
		else if (option == 'd')
			u.device = optarg;
		else if (option == 'l')
			u.home.photos_lost = true;
		else
			*(option == 'o' ? &u.wish.position : &u.wish.photo_mode) = span_text(optarg);
	check(&cli, &u);
	error = run(&u);
	ch_camera_stop(&u.eye);
	ch_link_close(u.link);
	ch_arena_clear(&u.arena);
	return cli_end(&cli, error);
}
