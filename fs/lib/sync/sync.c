#include "sync.h"

#include <stdio.h>

#include "promises.h"
#include "store/leftover.h"
#include "store/refs.h"
#include "view.h"
#include "wish.h"

/* What replaying said of acts that wait: the page has the code only. */
struct reasons {
	struct ch_sync *sync;
	struct ch_map of; /* commit -> text */
};

static void
see_page(void *context, const struct ch_page *page)
{
	struct reasons *reasons = context;
	const struct ch_observer *observer = reasons->sync->observer;

	if (observer && observer->page)
		observer->page(observer->context, page);
}

static void
see_entry(void *context, const struct ch_entry *entry, const struct act *act, const struct ch_judgement *judgement)
{
	struct reasons *reasons = context;
	struct ch_arena *arena = &reasons->sync->arena;

	(void)act;
	if (judgement->code != WIRE_OK)
		ch_map_put(&reasons->of, arena, ch_arena_copy(arena, span_of(entry->commit.id, OBJECT_ID_SIZE)),
			   ch_arena_text(arena, span_text(judgement->reason)));
}

static void
tell(const struct ch_sync *sync, enum ch_fate fate, const struct ch_waiting *waiting, uint64_t seq, enum wire_code code, const char *reason)
{
	const struct ch_settled settled = {fate, waiting->commit, &waiting->act, seq, code, reason};

	if (sync->settled)
		sync->settled(sync->context, &settled);
}

/* ---- sending ---- */

static const struct ch_waiting *
waiting_of(const struct ch_waiting *waiting, size_t count, struct span ref, struct span client)
{
	char prefix[VALUE_MAX];
	size_t len = (size_t)snprintf(prefix, sizeof(prefix), "refs/acts/%.*s/", (int)client.len, (const char *)client.data);

	for (size_t i = 0; i < count && span_starts(ref, span_of(prefix, len)); i++)
		if (span_is(span_skip(ref, len), waiting[i].name))
			return &waiting[i];
	return NULL;
}

/*
 * Sets aside what was refused at receipt; *any says whether something was. DUPLICATE is none: the pages will tell what became of it.
 */
static const struct ch_error *
set_aside(bool *any, struct ch_sync *sync, const struct ch_waiting *waiting, size_t count, struct span said)
{
	struct span client = sync->remote.origin.client;
	const struct ch_waiting *refused;
	const struct ch_error *error;
	struct ch_refusal refusal;

	while (ch_answer_refusal(&refusal, &said)) {
		const char *reason = ch_answer_line(refusal.reason, &sync->arena);
		if ((refused = waiting_of(waiting, count, refusal.ref, client)) == NULL || refusal.code == WIRE_DUPLICATE)
			continue;
		if ((error = ch_outbox_refused(sync->store, client, refused, refusal.code, reason)))
			return error;
		tell(sync, CH_TURNED_DOWN, refused, 0, refusal.code, reason);
		*any = true;
	}
	return NULL;
}

/*
 * What lies there already and is on no page yet was left by somebody who died: only something new makes the other side look again.
 */
static const struct ch_error *
wake(struct ch_sync *sync, const struct ch_waiting *waiting)
{
	struct ch_arena *arena = &sync->arena;
	struct span client = sync->remote.origin.client;
	struct ch_push_answer answer = {0};
	const struct ch_error *error;
	uint8_t random[2];

	wire_random(random, sizeof(random));
	error = ch_remote_push(&answer, &sync->remote,
			       ch_arena_format(arena, "%s:refs/acts/%.*s/%s-%s", (const char *)ch_arena_hex(arena, waiting->commit.id, OBJECT_ID_SIZE).data,
					       (int)client.len, (const char *)client.data, waiting->name,
					       (const char *)ch_arena_hex(arena, random, sizeof(random)).data),
			       arena);
	sync->unanswered = answer.taken && !ch_answer_by_register(answer.said);
	return error;
}

static const struct ch_error *
send_content(struct ch_sync *sync, const struct ch_waiting *waiting, size_t count)
{
	struct ch_oid *acts = ch_arena_alloc(&sync->arena, count * sizeof(*acts));

	for (size_t i = 0; i < count; i++)
		acts[i] = waiting[i].commit;
	return ch_large_send(&sync->remote, sync->store, acts, count, &sync->arena);
}

static const struct ch_error *
send(struct ch_sync *sync)
{
	struct ch_push_answer answer;
	struct ch_waiting *waiting;
	const struct ch_error *error;
	size_t count;
	bool aside;

	do {
		aside = false;
		if ((error = ch_outbox(&waiting, &count, sync->store, sync->remote.origin.client, &sync->arena)) || count == 0)
			return error;
		sync->sent = true;
		if ((error = send_content(sync, waiting, count)) || (error = ch_remote_push(&answer, &sync->remote, NULL, &sync->arena)))
			return error;
		if (answer.taken) {
			sync->unanswered = !ch_answer_by_register(answer.said);
			return answer.there ? wake(sync, &waiting[0]) : NULL;
		}
		if ((error = set_aside(&aside, sync, waiting, count, answer.said)))
			return error;
	} while (aside);
	return ch_fail(CH_LATER, "'%s' did not take what was sent: %s", ch_arena_text(&sync->arena, sync->remote.origin.url),
		       ch_answer_said(answer.said, &sync->arena));
}

/* ---- receiving ---- */

static const struct ch_error *
keep_proof(struct ch_sync *sync, const struct ch_line *line)
{
	const char *hex = (const char *)ch_arena_hex(&sync->arena, line->head.id, OBJECT_ID_SIZE).data;

	return ch_ref_set(sync->store, ch_arena_format(&sync->arena, "refs/forks/%llu-%s", (unsigned long long)line->seq, hex), &line->head);
}

/* Acts that our register has accepted behind the page that both have, and theirs does not know, wait again. */
static const struct ch_error *
hand_back(struct ch_sync *sync, const struct ch_state *ours, const struct ch_state *theirs, uint64_t common)
{
	const struct ch_error *error = NULL;
	struct ch_oid *lost = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ours->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(ours, i);
		if (entry->code != WIRE_OK || entry->seq <= common || ch_state_commit(theirs, &entry->commit))
			continue;
		lost = ch_arena_grow(&sync->arena, lost, count, sizeof(*lost));
		lost[count++] = entry->commit;
	}
	sync->handed_back += count;
	if (count)
		error = ch_outbox_put(sync->store, sync->remote.origin.client, lost, count);
	return error;
}

/* Reads both registers and compares them; theirs must hold before anything of it is believed or answered. */
static const struct ch_error *
part(bool *left, struct ch_sync *sync, struct ch_state *state, const struct ch_line *ours, const struct ch_line *theirs)
{
	const struct ch_error *error;
	struct ch_state other = {0};
	struct ch_line common;

	ch_state_clear(state);
	if ((error = ch_line_common(&common, sync->store, ours, theirs)) == NULL && (error = keep_proof(sync, ours)) == NULL &&
	    (error = keep_proof(sync, theirs)) == NULL && (error = ch_replay(state, sync->store, NULL)) == NULL &&
	    (error = ch_replay_to(&other, sync->store, &theirs->head, NULL)) == NULL) {
		*left = ch_memory_left_behind(&other, state->epoch, ours->seq);
		error = hand_back(sync, state, &other, common.seq);
	}
	ch_state_clear(&other);
	return error;
}

static bool
is_followed(const struct ch_sync *sync, const struct ch_line *theirs)
{
	struct ch_line common;

	return sync->follow && theirs->seq >= sync->follow->seq && ch_line_common(&common, sync->store, sync->follow, theirs) == NULL &&
	       ch_oid_equal(&common.head, &sync->follow->head);
}

/* Verified as a whole before main moves there. */
static const struct ch_error *
adopt(struct ch_sync *sync, struct ch_state *state, const struct ch_line *ours, const struct ch_line *theirs, struct reasons *reasons)
{
	const struct ch_observer observer = {see_page, see_entry, reasons};
	const struct ch_error *error;

	ch_state_clear(state);
	if ((error = ch_replay_to(state, sync->store, &theirs->head, &observer)) ||
	    (error = ch_store_advance(sync->store, ours->seq ? &ours->head : NULL, &theirs->head)))
		return error;
	sync->pages += theirs->seq > ours->seq ? theirs->seq - ours->seq : 0;
	return NULL;
}

/* They differ. What we hand back goes out at once; whether it arrives does not change the verdict. */
static const struct ch_error *
diverged(struct ch_sync *sync, struct ch_state *state, const struct ch_line *ours, const struct ch_line *theirs, struct reasons *reasons)
{
	const char *url = ch_arena_text(&sync->arena, sync->remote.origin.url);
	const struct ch_error *error;
	bool left = false;

	if ((error = part(&left, sync, state, ours, theirs)))
		return error;
	if (sync->handed_back)
		send(sync);
	if (left || is_followed(sync, theirs))
		return adopt(sync, state, ours, theirs, reasons);
	if ((error = ch_memory_compare(sync->store, ours, theirs, url)))
		return error;
	return ch_fail(CH_REFUSED, "FORK: the register of '%s' does not go on from what has been seen", url);
}

/* Its main, which is not ours yet. */
static const struct ch_error *
fetch(struct ch_oid *fetched, struct ch_sync *sync)
{
	const struct ch_error *error;
	bool exists;

	if (sync->remote.origin.view.len)
		return ch_view_fetch(fetched, sync->store, &sync->remote, &sync->arena);
	if ((error = ch_promises_take(sync->store, sync->remote.origin.client)) || (error = ch_remote_fetch(&sync->remote, &sync->arena)) ||
	    (error = ch_promises_take(sync->store, sync->remote.origin.client)) || (error = ch_ref_read(fetched, &exists, sync->store, CH_FETCHED)))
		return error;
	return exists ? NULL : ch_fail(CH_IO, "git has fetched nothing");
}

static const struct ch_error *
receive(struct ch_sync *sync, struct ch_state *state, struct reasons *reasons)
{
	struct ch_line ours = {0}, theirs;
	const struct ch_error *error;
	struct ch_oid fetched;
	bool exists;

	if ((error = fetch(&fetched, sync)))
		return error;
	if ((error = ch_line_read(&theirs, sync->store, &fetched)) || (error = ch_store_head(&ours.head, &exists, sync->store)) ||
	    (exists && (error = ch_line_read(&ours, sync->store, &ours.head))))
		return error;
	if (exists && ch_memory_compare(sync->store, &ours, &theirs, ""))
		return diverged(sync, state, &ours, &theirs, reasons);
	if (exists && ch_oid_equal(&ours.head, &theirs.head) && !sync->sent)
		return NULL;
	return adopt(sync, state, &ours, &theirs, reasons);
}

/* ---- verdicts ---- */

/* By its bytes, or by what it says: one payload can be signed twice. */
static const struct ch_entry *
registered(const struct ch_state *state, const struct ch_waiting *waiting)
{
	const struct ch_entry *entry = ch_state_commit(state, &waiting->commit);

	return entry ? entry : ch_state_act(state, waiting->act.id);
}

static const struct ch_error *
settle_one(struct ch_sync *sync, const struct ch_entry *entry, const struct ch_waiting *waiting, const struct reasons *reasons)
{
	struct span client = sync->remote.origin.client;
	const struct ch_error *error;
	const char *reason;

	if (entry->code == WIRE_OK) {
		if ((error = ch_outbox_accepted(sync->store, client, waiting)))
			return error;
		tell(sync, CH_ACCEPTED, waiting, entry->seq, WIRE_OK, NULL);
		return NULL;
	}
	reason = ch_map_get(&reasons->of, span_of(entry->commit.id, OBJECT_ID_SIZE));
	reason = reason ? reason : wire_code_sentence(entry->code);
	if ((error = ch_outbox_refused(sync->store, client, waiting, entry->code, reason)))
		return error;
	tell(sync, CH_TURNED_DOWN, waiting, entry->seq, entry->code, reason);
	return NULL;
}

static const struct ch_error *
settle(struct ch_sync *sync, const struct ch_state *state, const struct reasons *reasons)
{
	const struct ch_error *error;
	struct ch_waiting *waiting;
	size_t count;

	if ((error = ch_outbox(&waiting, &count, sync->store, sync->remote.origin.client, &sync->arena)))
		return error;
	for (size_t i = 0; i < count && error == NULL; i++) {
		const struct ch_entry *entry = registered(state, &waiting[i]);
		if (entry) {
			error = settle_one(sync, entry, &waiting[i], reasons);
			continue;
		}
		tell(sync, CH_WAITS, &waiting[i], 0, WIRE_OK, NULL);
		sync->waiting++;
	}
	return error;
}

/* ---- large content ---- */

/* Of a part of an archive main's tree is not here, but all its acts are. */
static const struct ch_error *
bring(size_t *got, struct ch_sync *sync, struct ch_state *state, const struct ch_oid *head, const struct ch_oid *seen, struct span wish)
{
	const struct ch_error *error;
	struct ch_line line = {0};

	if (!sync->store->partial)
		return ch_large_fetch(got, &sync->remote, sync->store, head, seen, wish, &sync->arena);
	if ((state->seq == 0 && (error = ch_replay(state, sync->store, NULL))) || (seen && (error = ch_line_read(&line, sync->store, seen))))
		return error;
	return ch_large_fetch_part(got, &sync->remote, state, line.seq, wish, &sync->arena);
}

/* What is wanted is brought as far as the page that says so, so that the next call looks at what is new only. */
static const struct ch_error *
bring_content(struct ch_sync *sync, struct ch_state *state)
{
	const struct ch_error *error;
	struct ch_oid head, seen;
	bool exists, any;
	size_t more = 0;
	struct span wish;

	if ((error = ch_store_head(&head, &exists, sync->store)) || !exists || (error = ch_wish_load(&wish, sync->store, &sync->arena)) ||
	    (error = ch_ref_read(&seen, &any, sync->store, CH_WISH_SEEN)))
		return error;
	if (!any || !ch_oid_equal(&seen, &head)) {
		error = bring(&sync->fetched, sync, state, &head, any ? &seen : NULL, wish);
		if (error || (error = ch_ref_set(sync->store, CH_WISH_SEEN, &head)))
			return error;
	}
	if (sync->fetch.len == 0)
		return NULL;
	error = bring(&more, sync, state, &head, NULL, sync->fetch);
	sync->fetched += more;
	return error;
}

const struct ch_error *
ch_sync(struct ch_sync *sync, struct ch_state *state)
{
	bool held = sync->store->lock >= 0;
	struct reasons reasons = {.sync = sync};
	const struct ch_error *error, *shortage;
	struct ch_oid head;

	if (!held && (error = ch_store_lock(sync->store)))
		return error;
	ch_leftover_sweep(sync->store); /* a lock of somebody dead would stop us for ever */
	sync->pages = sync->waiting = sync->handed_back = sync->fetched = 0;
	sync->sent = sync->unanswered = false;
	sync->shortage = (struct ch_error){0};
	if ((error = ch_store_head(&head, &sync->remote.known, sync->store)) == NULL && (error = send(sync)) == NULL && (error = receive(sync, state, &reasons)) == NULL &&
	    (sync->handed_back == 0 || (error = receive(sync, state, &reasons)) == NULL))
		error = settle(sync, state, &reasons);
	if (error == NULL)
		error = ch_promises(state, sync->store, sync->remote.origin.client, sync->follow != NULL);
	if (!held)
		ch_store_unlock(sync->store);
	if (error == NULL && (shortage = bring_content(sync, state)))
		sync->shortage = *shortage;
	return error;
}
