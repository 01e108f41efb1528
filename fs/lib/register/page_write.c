/* Writes a page of the register. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "page_inside.h"
#include "store/refs.h"

enum { TIPS_MAX = COMMIT_PARENTS_MAX - 1 };

/* A page being written: what it says of each act, and the tips that bring them. */
struct writing {
	struct ch_state *state;
	struct ch_store *store;
	struct ch_signer signer;
	bool all;		    /* or nothing */
	const struct ch_outcome *told; /* NULL: what cannot stand on a page ends it */
	int64_t received;
	size_t pages; /* written */
	const struct ch_policy *policy; /* in force when the page begins */
	bool recovers; /* goes on behind the last good page, wherever main is */
	uint64_t epoch; /* of the registrar when writing began */
	bool handed_over; /* another one signs what is left */
	size_t acts;
	char verdicts[STATEMENT_REGISTER_MAX];
	size_t len;
	struct commit commit;
	struct ch_arena arena; /* of what is written: a state may live for years, and pages with it (fs/mount) */
};

static const struct ch_error *
add_verdict(struct writing *w, const struct ch_entry *entry)
{
	char id[2 * SHA256_SIZE + 1];
	int len;

	text_put_hex(id, entry->id, SHA256_SIZE);
	if (entry->code == WIRE_OK)
		len = snprintf(w->verdicts + w->len, sizeof(w->verdicts) - w->len, "Accepted: %s\n", id);
	else
		len = snprintf(w->verdicts + w->len, sizeof(w->verdicts) - w->len, "Refused: %s %s\n", id, wire_code_name(entry->code));
	if (len < 0 || w->len + (size_t)len >= sizeof(w->verdicts))
		return ch_refuse(WIRE_LIMIT, "too many acts for one page of the register");
	w->len += (size_t)len;
	w->acts++;
	return NULL;
}

/* The act becomes a tip, in place of its parent if that is on this page, too. */
static const struct ch_error *
add_tip(struct writing *w, const struct ch_entry *entry)
{
	const struct commit *act = &ch_entry_act(w->state, entry)->commit;

	for (unsigned i = 0; i < w->commit.parents && act->parents; i++)
		if (memcmp(w->commit.parent[i], act->parent[0], OBJECT_ID_SIZE) == 0 && !ch_oid_equal((const struct ch_oid *)act->parent[0], &w->state->head)) {
			memcpy(w->commit.parent[i], entry->commit.id, OBJECT_ID_SIZE);
			return NULL;
		}
	if (w->commit.parents == COMMIT_PARENTS_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d tips for one page of the register", TIPS_MAX);
	memcpy(w->commit.parent[w->commit.parents++], entry->commit.id, OBJECT_ID_SIZE);
	return NULL;
}

static void
fill_page(struct span value[KEYS], struct writing *w)
{
	struct ch_state *state = w->state;
	char *time_text = ch_arena_alloc(&w->arena, TIME_TEXT + 1);

	text_put_time(time_text, w->received);
	value[KEY_FORMAT] = SPAN_LITERAL("1");
	value[KEY_ACT] = SPAN_LITERAL("register");
	value[KEY_ARCHIVE] = state->id;
	value[KEY_ACTOR] = w->signer.actor;
	value[KEY_KEY] = ch_arena_hex(&w->arena, w->signer.key, FINGERPRINT_SIZE);
	if (state->seq > 1)
		value[KEY_PREVIOUS_SHA256] = ch_arena_hex(&w->arena, state->page, SHA256_SIZE);
	if (w->policy)
		value[KEY_POLICY_SHA256] = ch_arena_hex(&w->arena, w->policy->digest, SHA256_SIZE);
	value[KEY_TIME] = value[KEY_RECEIVED] = span_of(time_text, TIME_TEXT);
	value[KEY_SEQ] = ch_arena_number(&w->arena, state->seq);
}

static void
begin_page(struct writing *w)
{
	struct ch_state *state = w->state;

	w->policy = state->policy;
	w->acts = w->len = 0;
	w->commit = (struct commit){0};
	if (state->seq > 0)
		memcpy(w->commit.parent[w->commit.parents++], state->head.id, OBJECT_ID_SIZE);
	state->seq++;
}

/* Written, and the state brought up to it; main is where it was. */
static const struct ch_error *
end_page(struct writing *w)
{
	struct ch_state *state = w->state;
	char *text = ch_arena_alloc(&w->arena, STATEMENT_REGISTER_MAX), *payload = ch_arena_alloc(&w->arena, COMMIT_MAX);
	struct span value[KEYS] = {{0}}, raw;
	char summary[2 * VALUE_MAX];
	const struct ch_error *error;
	struct statement st;
	struct act *act = ch_arena_alloc(&w->arena, sizeof(*act));
	size_t len;

	if ((error = page_tree(state, true)))
		return error;
	fill_page(value, w);
	len = statement_write(text, STATEMENT_REGISTER_MAX, ACT_REGISTER, value, span_of(w->verdicts, w->len));
	if (len == 0 || statement_read(&st, span_of(text, len)) != WIRE_OK)
		return ch_refuse(WIRE_LIMIT, "too many acts for one page of the register");
	w->commit.actor = w->signer.actor;
	w->commit.archive = state->id;
	w->commit.time = w->received;
	w->commit.statement = st.text;
	w->commit.summary = span_of(summary, statement_summary(summary, sizeof(summary), &st));
	memcpy(w->commit.tree, state->tree.id, OBJECT_ID_SIZE);
	len = commit_write_payload(payload, COMMIT_MAX, &w->commit);
	if ((error = ch_signer_commit(&raw, &w->signer, span_of(payload, len), &w->arena)) ||
	    (error = ch_store_write(&state->head, w->store, CH_COMMIT, raw)))
		return error;
	if (act_read(act, raw) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_COMMIT, "the page would not read back");
	memcpy(state->page, act->id, SHA256_SIZE);
	state->whole = state->seq;
	state->received = w->received;
	return NULL;
}

/*
 * Every verifier asks of a page that it names exactly what its tips bring. Nothing is brought twice, a parent that was never registered would come in
 * unnamed, and a page is no act: these stay outside, and the register as it is.
 */
static const struct ch_error *
check_enters(struct ch_state *state, struct ch_store *store, const struct ch_oid *commit)
{
	const struct ch_error *error;
	const struct act *act;

	if ((error = ch_state_read_act(&act, state, store, commit)))
		return error;
	if (act->statement.kind == ACT_REGISTER)
		return ch_refuse(WIRE_WRONG_SUBJECT, "a page of the register is no act to be registered");
	if (ch_state_act(state, act->id))
		return ch_refuse(WIRE_DUPLICATE, "%s", wire_code_sentence(WIRE_DUPLICATE));
	if (act->commit.parents && ch_state_commit(state, (const struct ch_oid *)act->commit.parent[0]) == NULL)
		return ch_refuse(WIRE_WRONG_PREVIOUS, "its parent has not been registered");
	return NULL;
}

/* *entry is NULL when the act was left out. A page is full only when another act is to go on it: else the last one could be empty. */
static const struct ch_error *
admit(const struct ch_entry **entry, struct ch_judgement *judgement, struct writing *w, const struct ch_oid *commit)
{
	const struct ch_error *error;

	*entry = NULL;
	*judgement = (struct ch_judgement){0};
	if ((error = check_enters(w->state, w->store, commit)) == NULL &&
	    (error = page_admit(entry, judgement, w->state, w->store, commit, w->received)) == NULL)
		return NULL;
	if (w->told == NULL || *entry || error->class == CH_IO || error->class == CH_LATER)
		return error; /* an entry: the state has begun to take it in */
	w->told->barred(w->told->context, commit, error);
	return NULL;
}

static const struct ch_error *
register_act(struct writing *w, const struct ch_oid *commit)
{
	struct ch_judgement judgement;
	const struct ch_error *error;
	const struct ch_entry *entry;

	if (w->acts == TIPS_MAX) {
		if ((error = end_page(w)))
			return error;
		w->pages++;
		if (w->epoch && w->state->epoch != w->epoch) {
			w->handed_over = true;
			return w->told ? NULL : ch_refuse(WIRE_LIMIT, "in the middle of these acts another registrar takes over; bring what makes him one alone, and the others behind it");
		}
		begin_page(w);
	}
	if ((error = admit(&entry, &judgement, w, commit)) || entry == NULL)
		return error;
	if (w->all && judgement.code != WIRE_OK)
		return ch_refuse(judgement.code, "%s", judgement.reason);
	if (w->told)
		w->told->judged(w->told->context, entry, &judgement);
	if ((error = add_verdict(w, entry)))
		return error;
	return add_tip(w, entry);
}

/* A page that was begun and has nothing on it is none. */
static const struct ch_error *
end_last_page(struct writing *w)
{
	const struct ch_error *error = NULL;

	if (w->handed_over)
		return NULL;
	if (w->acts == 0)
		w->state->seq--;
	else if ((error = end_page(w)) == NULL)
		w->pages++;
	return error;
}

/* Is there one that would be in time? */
static const struct ch_error *
any_fresh(bool *fresh, struct writing *w, const struct ch_oid *acts, size_t count)
{
	int64_t since = w->received - ch_judge_gap(w->state);
	const struct ch_error *error;
	const struct act *act;

	*fresh = false;
	for (size_t i = 0; i < count && !*fresh; i++) {
		if ((error = ch_state_read_act(&act, w->state, w->store, &acts[i])))
			return error;
		*fresh = act->commit.time >= since;
	}
	return NULL;
}

/*
 * Received never decreases, so that one page with the time of a clock that runs ahead would make every act after it too late. A clock that is behind the
 * last page shows at once; of one that is ahead no more is seen than that nothing is new, neither the last page nor any of the acts.
 */
static const struct ch_error *
check_clock(struct writing *w, const struct ch_oid *acts, size_t count)
{
	int64_t last = w->state->received;
	const struct ch_error *error;
	bool fresh = true;

	w->received = time(NULL);
	if (w->received + CH_CLOCK_SKEW < last)
		return ch_fail(CH_LATER, "the clock of this machine is %lld seconds behind the last page of the register; set it right", (long long)(last - w->received));
	if (w->state->seq && w->received - last > ch_judge_gap(w->state) && (error = any_fresh(&fresh, w, acts, count)))
		return error;
	if (!fresh)
		return ch_fail(CH_LATER, "by the clock of this machine every act, and the last page, is more than %lld seconds old; is it right?",
			       (long long)ch_judge_gap(w->state));
	if (w->received < last)
		w->received = last;
	return NULL;
}

/* A page by anybody else is one that no verifier takes. */
static const struct ch_error *
check_signer(const struct writing *w)
{
	const struct ch_key *registrar = w->state->registrar;

	if (registrar == NULL || w->recovers || memcmp(w->signer.key, registrar->key.fingerprint, FINGERPRINT_SIZE) == 0)
		return NULL;
	return ch_refuse(WIRE_WRONG_KEY, "this machine's key is not the registrar's, who is another since page %" PRIu64, registrar->admitted);
}

/* What is left behind stays in the repository, for whoever wants to see what was there. */
static const struct ch_error *
leave_behind(struct ch_store *store, const struct ch_oid *head, struct ch_arena *arena)
{
	return ch_ref_set(store, ch_arena_format(arena, "refs/lost/%s", (const char *)ch_arena_hex(arena, head->id, sizeof(head->id)).data), head);
}

/* Several pages, if there are more acts than one holds; main moves once, so that all of them are registered or none. */
static const struct ch_error *
register_locked(struct writing *w, const struct ch_oid *acts, size_t count)
{
	struct ch_state *state = w->state;
	struct ch_oid old = state->head, head = {{0}};
	const struct ch_error *error;
	bool exists;

	if ((error = ch_store_head(&head, &exists, w->store)))
		return error;
	if (w->recovers)
		old = head;
	else if (exists != (state->seq > 0) || (exists && !ch_oid_equal(&head, &old)))
		return ch_fail(CH_LATER, "the register of '%s' has moved; try again", w->store->path);
	if ((error = check_signer(w)) || (error = check_clock(w, acts, count)))
		return error;
	w->epoch = state->epoch;
	begin_page(w);
	for (size_t i = 0; i < count && !w->handed_over; i++)
		if ((error = register_act(w, &acts[i])))
			return error;
	if (w->recovers && (state->recovered != state->seq || memcmp(w->signer.key, state->registrar->key.fingerprint, FINGERPRINT_SIZE) != 0))
		return ch_refuse(WIRE_NOT_ALLOWED, "too few of the administrators say that this key is the registrar's from here on");
	if ((error = end_last_page(w)) || w->pages == 0 || (error = ch_state_trouble(state)) ||
	    (w->recovers && (error = leave_behind(w->store, &old, &w->arena))) ||
	    (w->told && w->told->written && (error = w->told->written(w->told->context))))
		return error;
	return ch_store_advance(w->store, exists ? &old : NULL, &state->head);
}

static const struct ch_error *
register_with(struct writing *w, const struct ch_secret *registrar, const struct ch_oid *acts, size_t count)
{
	bool held = w->store->lock >= 0;
	const struct ch_error *error;

	ch_signer_own(&w->signer, registrar, SPAN_LITERAL("registrar"));
	if (count == 0)
		return NULL;
	if (!held && (error = ch_store_lock(w->store)))
		return error;
	error = register_locked(w, acts, count);
	ch_arena_clear(&w->arena);
	if (!held)
		ch_store_unlock(w->store);
	return error;
}

const struct ch_error *
ch_register(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts, size_t count, bool all)
{
	struct writing w = {.state = state, .store = store, .all = all};

	return register_with(&w, registrar, acts, count);
}

const struct ch_error *
ch_register_each(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts, size_t count,
		 const struct ch_outcome *told)
{
	struct writing w = {.state = state, .store = store, .told = told};

	return register_with(&w, registrar, acts, count);
}

const struct ch_error *
ch_register_recovery(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts, size_t count)
{
	struct writing w = {.state = state, .store = store, .all = true, .recovers = true};

	return register_with(&w, registrar, acts, count);
}
