/*
 * chancery-register: registers what has been received. git's post-receive hook (--answer), a timer, or somebody by hand.
 *
 *	main
 *	  list              -n: what waits
 *	  run
 *	    read_push       --answer: the acts of this push
 *	    work            under the registrar's lock: sweep, catch up, register the queue (fs/lib/intake/queue.h)
 *	      report_due    --report: where applications stand, for seals without a network
 *	    answer          one line for each act of the push
 *	    promise         signed, kept for the client
 *	    cli_update_views   those that were made of the archive (chancery-view)
 */
#include <inttypes.h>
#include <stdlib.h>

#include "hook.h"
#include "intake/promise.h"
#include "intake/queue.h"
#include "register/explain.h"
#include "register/standing.h"
#include "store/leftover.h"
#include "store/refs.h"

enum { WAIT = 60, WAIT_MAX = 3600 };

struct pushed {
	struct ch_oid commit;
	uint8_t id[SHA256_SIZE];
	const char *summary;
};

struct registering {
	struct cli *cli;
	bool answer, report;
	unsigned wait; /* seconds, for the lock */
	struct ch_arena arena; /* of what outlives the state */
	struct ch_push push;
	struct pushed *acts; /* of the push */
	size_t count;
	struct ch_map verdicts; /* commit -> what the register says of it, as text */
	struct ch_map dropped;	/* the same, of what is on no page */
	struct span archive;
	uint64_t seq;
	struct ch_oid head; /* of main, as far as known */
	int status; /* 1: something was dropped, 74: something must wait */
};

static struct span
key_of(struct registering *r, const struct ch_oid *commit)
{
	return ch_arena_copy(&r->arena, span_of(commit->id, OBJECT_ID_SIZE));
}

static const struct act *
act_of(struct registering *r, const struct ch_oid *commit)
{
	const struct act *act;

	return ch_state_read_act(&act, &r->cli->state, &r->cli->store, commit) ? NULL : act;
}

/* ---- what is told ---- */

static const char *
refusal(struct registering *r, const struct act *act, const struct ch_judgement *judgement)
{
	struct ch_explanation why;
	const char *text;

	ch_explain_refused(&why, &r->cli->state, act, judgement);
	text = ch_arena_format(&r->arena, "%s: %s", wire_code_name(judgement->code),
			       *judgement->reason ? judgement->reason : wire_code_sentence(judgement->code));
	if (why.rule.len)
		text = ch_arena_format(&r->arena, "%s; line %u of the policy is '%.*s'", text, judgement->line, (int)why.rule.len, (const char *)why.rule.data);
	if (why.needed.len)
		text = ch_arena_format(&r->arena, "%s; needed: %.*s", text, (int)why.needed.len, (const char *)why.needed.data);
	return text;
}

static void
note_judged(void *context, const struct ch_entry *entry, const struct ch_judgement *judgement)
{
	struct registering *r = context;
	const struct act *act = act_of(r, &entry->commit);
	const char *text = judgement->code == WIRE_OK ? "" : act ? refusal(r, act, judgement) : wire_code_name(judgement->code);
	char id[2 * SHA256_SIZE + 1];

	ch_map_put(&r->verdicts, &r->arena, key_of(r, &entry->commit), (char *)text);
	if (r->answer || act == NULL || r->cli->quiet)
		return;
	text_put_hex(id, act->id, SHA256_SIZE);
	cli_record(r->cli,
		   (struct cli_field[]){{"verdict", span_text(judgement->code == WIRE_OK ? "accepted" : "refused")},
					{"act", span_text(id)},
					{"subject", act->statement.value[KEY_SUBJECT]},
					{"reason", span_text(text)}},
		   4);
}

static void
note_barred(void *context, const struct ch_oid *commit, const struct ch_error *why)
{
	struct registering *r = context;
	char hex[2 * OBJECT_ID_SIZE + 1];

	r->status = CH_REFUSED;
	ch_map_put(&r->dropped, &r->arena, key_of(r, commit), ch_arena_text(&r->arena, span_text(why->message)));
	text_put_hex(hex, commit->id, OBJECT_ID_SIZE);
	if (!r->answer)
		fprintf(stderr, "%s: commit %s is dropped: %s\n", r->cli->name, hex, why->message);
}

static void
note_dropped(void *context, const char *reference, const struct ch_error *why)
{
	struct registering *r = context;

	r->status = CH_REFUSED;
	if (!r->answer)
		fprintf(stderr, "%s: %s is dropped: %s\n", r->cli->name, reference, why->message);
}

static void
note_waiting(void *context, const char *reference, const struct ch_error *why)
{
	struct registering *r = context;

	r->status = CH_IO;
	fprintf(stderr, "%s: %s must wait: %s\n", r->cli->name, reference, why->message);
}

/* ---- the push ---- */

static const struct ch_error *
add_pushed(struct registering *r, const struct ch_oid *tip)
{
	char summary[SUMMARY_MAX];
	const struct ch_error *error;
	struct ch_oid *commits;
	size_t count;

	if ((error = ch_queue_acts(&commits, &count, &r->cli->state, &r->cli->store, tip)))
		return error;
	for (size_t i = 0; i < count; i++) {
		const struct act *act = act_of(r, &commits[i]);
		if (act == NULL)
			continue;
		r->acts = ch_arena_grow(&r->arena, r->acts, r->count, sizeof(*r->acts));
		r->acts[r->count] = (struct pushed){.commit = commits[i]};
		memcpy(r->acts[r->count].id, act->id, SHA256_SIZE);
		summary[statement_summary(summary, sizeof(summary), &act->statement)] = '\0';
		r->acts[r->count++].summary = ch_arena_text(&r->arena, span_text(summary));
	}
	return NULL;
}

/* Acts of this push may be on a page already, if somebody else was faster. */
static const struct ch_error *
read_push(struct registering *r)
{
	const struct ch_error *error;

	for (size_t i = 0; i < r->push.count; i++)
		if (r->push.refs[i].client.len && (error = add_pushed(r, &r->push.refs[i].new)))
			return error;
	return NULL;
}

/* ---- the register ---- */

static void
note_entry(void *context, const struct ch_entry *entry, const struct act *act, const struct ch_judgement *judgement)
{
	struct registering *r = context;

	(void)act;
	if (r->answer)
		note_judged(r, entry, judgement);
}

static const struct ch_error *
open_register(struct registering *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;

	if ((error = cli_open(cli)) || (error = ch_local_registrar_of(&cli->registrar, &cli->store, &cli->state)))
		return error;
	r->archive = ch_arena_copy(&r->arena, cli->state.id);
	r->seq = cli->state.seq;
	r->head = cli->state.head;
	return NULL;
}

static const struct ch_error *
report_due(struct registering *r)
{
	const struct ch_error *error;
	size_t reported;

	error = ch_report_due(&reported, &r->cli->state, &r->cli->store, &r->cli->registrar, time(NULL));
	if (error == NULL && !r->cli->quiet)
		fprintf(stderr, "%s: %zu applications reported on for seals\n", r->cli->name, reported);
	return error;
}

static const struct ch_error *
work_locked(struct registering *r)
{
	const struct ch_observer observer = {.entry = note_entry, .context = r};
	const struct ch_queue_outcome told = {{.judged = note_judged, .barred = note_barred, .context = r}, note_dropped, note_waiting};
	struct cli *cli = r->cli;
	const struct ch_error *error;

	if (r->answer)
		ch_leftover_sweep(&cli->store);
	else
		ch_leftover_sweep_all(&cli->store);
	if ((error = ch_replay(&cli->state, &cli->store, &observer)))
		return error;
	r->seq = cli->state.seq;
	r->head = cli->state.head;
	if ((error = ch_queue_register(&cli->state, &cli->store, &cli->registrar, &told)) || (r->report && (error = report_due(r))))
		return error;
	r->seq = cli->state.seq;
	r->head = cli->state.head;
	return NULL;
}

static const struct ch_error *
work(struct registering *r)
{
	const struct ch_error *error;

	if ((error = ch_store_lock_within(&r->cli->store, r->wait)))
		return error;
	error = work_locked(r);
	ch_store_unlock(&r->cli->store);
	return error;
}

/* ---- the answer ---- */

static void
answer_one(struct registering *r, const struct pushed *act, const char *why_not)
{
	const char *verdict = ch_map_get(&r->verdicts, span_of(act->commit.id, OBJECT_ID_SIZE));
	const char *dropped = ch_map_get(&r->dropped, span_of(act->commit.id, OBJECT_ID_SIZE));
	const struct ch_entry *entry = why_not ? NULL : ch_state_commit(&r->cli->state, &act->commit);
	char id[2 * SHA256_SIZE + 1];

	text_put_hex(id, act->id, SHA256_SIZE);
	if (why_not)
		fprintf(stderr, "waiting %s: %s; received, and registered as soon as that is over\n", id, why_not);
	else if (dropped)
		fprintf(stderr, "dropped %s: %s\n", id, dropped);
	else if (verdict && *verdict)
		fprintf(stderr, "refused %s: %s\n", id, verdict);
	else if (verdict || (entry && entry->code == WIRE_OK))
		fprintf(stderr, "accepted %s: %s\n", id, act->summary);
	else if (entry)
		fprintf(stderr, "refused %s: %s: %s\n", id, wire_code_name(entry->code), wire_code_sentence(entry->code));
	else
		fprintf(stderr, "waiting %s: see the server's log\n", id);
}

static void
tell_promise(const struct ch_promise *promise, const char *kept)
{
	char head[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(head, promise->head.id, OBJECT_ID_SIZE);
	fprintf(stderr, "promise %s acts %zu, page %" PRIu64 ", head %s\n", kept, promise->count, promise->seq, head);
}

static bool
is_promised(const struct ch_promise *promise, const uint8_t act[SHA256_SIZE])
{
	for (size_t i = 0; i < promise->count; i++)
		if (memcmp(promise->acts[i], act, SHA256_SIZE) == 0)
			return true;
	return false;
}

/* Whoever has registered the acts has promised them, too, to each client under the first of the names that waited. */
static bool
find_promise(struct registering *r, const struct ch_promise *wanted)
{
	const struct ch_push_ref *first = r->push.refs;
	struct ch_promise promise;
	bool found;

	for (size_t i = 1; i < r->push.count; i++)
		if (span_compare(r->push.refs[i].act_name, first->act_name) < 0)
			first = &r->push.refs[i];
	if (ch_promise_find(&promise, &found, &r->cli->store, first->client, first->act_name, &r->arena) || !found ||
	    ch_promise_check(&promise, &r->cli->state, &r->cli->store)) /* made by a register that has been taken back since */
		return false;
	for (size_t i = 0; i < wanted->count; i++)
		if (!is_promised(&promise, wanted->acts[i]))
			return false;
	tell_promise(&promise, ch_promise_reference(first->client, first->act_name, &r->arena));
	return true;
}

static const struct ch_error *
promise(struct registering *r, bool registered)
{
	struct ch_promise promise = {.archive = r->archive, .time = time(NULL), .seq = r->seq, .head = r->head};
	const struct ch_push_ref *ref = r->push.refs;
	const char *reference, *kept;
	const struct ch_error *error;
	struct span file;

	promise.acts = ch_arena_alloc(&r->arena, (r->count + 1) * sizeof(*promise.acts));
	for (size_t i = 0; i < r->count; i++)
		if (ch_map_get(&r->dropped, span_of(r->acts[i].commit.id, OBJECT_ID_SIZE)) == NULL)
			memcpy(promise.acts[promise.count++], r->acts[i].id, SHA256_SIZE);
	if (promise.count == 0 || (registered && find_promise(r, &promise)))
		return NULL;
	if ((error = ch_promise_write(&file, &promise, &r->cli->registrar, &r->arena)))
		return error;
	kept = ch_promise_keep(&reference, &r->cli->store, ref->client, ref->act_name, file, &r->arena) ? "not kept here:" : reference;
	tell_promise(&promise, kept);
	if (kept != reference)
		fprintf(stderr, "%.*s", (int)file.len, (const char *)file.data);
	return NULL;
}

/* What waits must be as durable as what is registered before anybody is promised anything. */
static const struct ch_error *
answer(struct registering *r, const char *why_not)
{
	const struct ch_error *error;

	if (why_not && (error = ch_store_sync(&r->cli->store)))
		return error;
	for (size_t i = 0; i < r->count; i++)
		answer_one(r, &r->acts[i], why_not);
	return r->count ? promise(r, why_not == NULL) : NULL;
}

static const struct ch_error *
list(struct registering *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	if ((error = cli_open(cli)) || (error = ch_refs(&refs, &count, &cli->store, QUEUE_PREFIX, &cli->state.arena)))
		return error;
	for (size_t i = 0; i < count && !cli->quiet; i++)
		cli_record(cli,
			   (struct cli_field[]){{"reference", span_text(refs[i].name)},
						{"commit", ch_arena_hex(&cli->state.arena, refs[i].id.id, OBJECT_ID_SIZE)}},
			   2);
	return NULL;
}

static const struct ch_error *
run(struct registering *r)
{
	const struct ch_error *error, *later;
	const char *why_not = NULL;

	if ((r->answer && (error = hook_push(&r->push, r->cli))) || (error = open_register(r)) || (error = read_push(r)))
		return error;
	if ((error = work(r)))
		why_not = ch_arena_text(&r->arena, span_text(error->message));
	if (!r->answer && error == NULL)
		cli_update_views(r->cli);
	if (!r->answer)
		return error;
	later = answer(r, why_not);
	if (error)
		return NULL;
	if (later == NULL)
		cli_update_views(r->cli);
	return later;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"answer", no_argument, NULL, 'a'}, {"report", no_argument, NULL, 'r'}, {"wait", required_argument, NULL, 'w'}, {0}};
	struct cli cli = {.name = "chancery-register",
			  .synopsis = "[-nq] [--json] [--report] [--wait seconds] [-A archive]\n--answer [--wait seconds] -A archive",
			  .options = options};
	struct registering r = {.cli = &cli, .wait = WAIT};
	struct hook_environment environment;
	int option, status;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'w')
			r.wait = (unsigned)cli_number(&cli, "--wait", optarg, 0, WAIT_MAX);
		else
			*(option == 'r' ? &r.report : &r.answer) = true;
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	if (r.answer && cli.archive == NULL)
		cli_usage(&cli, "--answer wants -A: as a hook it believes neither environment nor configuration");
	cli.archive = cli_archive(&cli).value;
	cli.serves = true;
	hook_environment(&environment);
	hook_environment_clear(&environment);
	status = cli_end(&cli, cli.dry_run ? list(&r) : run(&r));
	ch_arena_clear(&r.arena);
	return status ? status : r.status;
}
