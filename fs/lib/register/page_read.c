/* Replays the register: every page, every act, from the founding on. */
#include <inttypes.h>
#include <time.h>

#include "ahead.h"
#include "prefix.h"
#include "page_inside.h"
#include "page_list.h"
#include "partial.h"
#include "state_inside.h"

enum { DEAR = 50 }; /* milliseconds */

/* One page being read: its acts by id, as its tips (or the extract) bring them. */
struct reading {
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_observer *observer;
	struct ch_page page;
	struct ch_map brought; /* act id -> struct ch_oid */
	const struct ch_map *extract;
};

static const struct ch_error *
bad_page(const struct reading *r, enum wire_code code, const char *what)
{
	return ch_refuse(code, "page %" PRIu64 " of the register: %s", r->page.seq, what);
}

/* Follows a tip back to what is registered already. */
static const struct ch_error *
bring(struct reading *r, const uint8_t tip[OBJECT_ID_SIZE])
{
	struct ch_arena *arena = ch_state_scratch(r->state);
	struct ch_state *state = r->state;
	const struct ch_error *error;
	struct ch_oid at;

	memcpy(at.id, tip, sizeof(at.id));
	while (ch_state_commit(state, &at) == NULL) {
		struct ch_oid *commit = ch_arena_alloc(arena, sizeof(*commit));
		const struct act *act;
		*commit = at;
		if ((error = ch_state_read_act(&act, state, r->store, &at)))
			return error;
		if (ch_map_get(&r->brought, span_of(act->id, SHA256_SIZE)))
			return NULL; /* two tips that share acts */
		ch_map_put(&r->brought, arena, span_of(act->id, SHA256_SIZE), commit);
		if (act->commit.parents == 0)
			return NULL;
		if (act->commit.parents > 1)
			return bad_page(r, WIRE_MALFORMED_COMMIT, "brings an act with two parents");
		memcpy(at.id, act->commit.parent[0], sizeof(at.id));
	}
	return NULL;
}

/* Every page but the first has the page before as first parent; all other parents are tips. */
static const struct ch_error *
bring_all(struct reading *r)
{
	const struct commit *commit = &r->page.act->commit;
	const struct ch_error *error;

	for (unsigned i = r->page.seq == 1 ? 0 : 1; i < commit->parents; i++)
		if ((error = bring(r, commit->parent[i])))
			return error;
	return NULL;
}

static const struct ch_error *
disagree(const struct reading *r, const struct verdict *verdict, const struct ch_judgement *judgement)
{
	char id[2 * SHA256_SIZE + 1];

	text_put_hex(id, verdict->act, SHA256_SIZE);
	return ch_refuse(judgement->code ? judgement->code : verdict->code, "page %" PRIu64 " of the register says %s of act %s: %s", r->page.seq,
			 wire_code_name(verdict->code), id, judgement->code ? judgement->reason : "it is to be accepted");
}

static const struct ch_error *
replay_acts(struct reading *r)
{
	struct span rest = r->page.act->statement.verdicts;
	const struct ch_map *acts = r->extract ? r->extract : &r->brought;
	const struct ch_error *error;
	struct verdict verdict;
	size_t named = 0;

	while (statement_verdict(&verdict, &rest)) {
		const struct ch_oid *commit = ch_map_get(acts, span_of(verdict.act, SHA256_SIZE));
		struct ch_judgement judgement;
		const struct ch_entry *entry;
		if (commit == NULL && r->extract) {
			r->state->absent++;
			continue;
		}
		if (commit == NULL)
			return bad_page(r, WIRE_WRONG_CONTENT, "names an act that it does not bring");
		if ((error = page_admit(&entry, &judgement, r->state, r->store, commit, r->page.received)))
			return judgement.code ? disagree(r, &verdict, &judgement) : error;
		if (r->observer && r->observer->entry)
			r->observer->entry(r->observer->context, entry, ch_entry_act(r->state, entry), &judgement);
		if (judgement.code != verdict.code)
			return disagree(r, &verdict, &judgement);
		named++;
	}
	if (!r->extract && named != r->brought.count)
		return bad_page(r, WIRE_WRONG_CONTENT, "brings an act that it does not name");
	return NULL;
}

static bool
policy_in_force(const struct reading *r)
{
	uint8_t named[SHA256_SIZE];
	bool has = statement_bytes(named, sizeof(named), &r->page.act->statement, KEY_POLICY_SHA256);

	return r->state->policy ? has && memcmp(named, r->state->policy->digest, sizeof(named)) == 0 : !has;
}

static bool
follows_page(const struct reading *r)
{
	uint8_t named[SHA256_SIZE];
	bool has = statement_bytes(named, sizeof(named), &r->page.act->statement, KEY_PREVIOUS_SHA256);

	if (r->page.seq == 1)
		return !has && r->state->seq == 0;
	if (r->state->extract && r->page.seq != r->state->seq + 1)
		return has && r->page.seq > r->state->seq;
	return has && r->page.seq == r->state->seq + 1 && memcmp(named, r->state->page, sizeof(named)) == 0 &&
	       (r->state->extract || memcmp(r->page.act->commit.parent[0], r->state->head.id, OBJECT_ID_SIZE) == 0);
}

static const struct ch_error *
check_page(const struct reading *r)
{
	const struct act *act = r->page.act;

	if (statement_has(&act->statement, KEY_SUBJECT_SHA256))
		return bad_page(r, WIRE_WRONG_SUBJECT, "a page has no subject");
	if (!follows_page(r))
		return bad_page(r, WIRE_WRONG_PREVIOUS, "does not follow the page before");
	if (!policy_in_force(r))
		return bad_page(r, WIRE_WRONG_POLICY, "does not name the policy in force");
	if (act->commit.time != r->page.received || r->page.received < r->state->received)
		return bad_page(r, WIRE_WRONG_TIME, "received before the page before it");
	return NULL;
}

static const struct ch_error *
check_registrar(const struct reading *r)
{
	const struct ch_key *registrar = r->state->registrar;

	if (registrar == NULL)
		return bad_page(r, WIRE_UNKNOWN_KEY, "no founding act brings the registrar's key");
	if (!span_equal(r->page.act->statement.value[KEY_ARCHIVE], r->state->id))
		return bad_page(r, WIRE_WRONG_ARCHIVE, wire_code_sentence(WIRE_WRONG_ARCHIVE));
	if (memcmp(r->page.act->key, registrar->key.fingerprint, FINGERPRINT_SIZE) != 0 ||
	    !span_is(r->page.act->statement.value[KEY_ACTOR], "registrar"))
		return bad_page(r, WIRE_WRONG_KEY, "not signed by the registrar");
	if (!ch_ahead_verified(r->state->ahead, r->page.act, &registrar->key) && act_verify(r->page.act, registrar->key.point) != WIRE_OK)
		return bad_page(r, WIRE_BAD_SIGNATURE, wire_code_sentence(WIRE_BAD_SIGNATURE));
	return NULL;
}

static bool
by_registrar(const struct reading *r)
{
	return r->state->registrar && memcmp(r->page.act->key, r->state->registrar->key.fingerprint, FINGERPRINT_SIZE) == 0;
}

/* Whether an act on the page says of the key that signs it that it is to be the registrar's behind this page: what that is worth is judged later. */
static const struct ch_error *
may_recover(bool *may, struct reading *r)
{
	const struct ch_map *acts = r->extract ? r->extract : &r->brought;
	struct span rest = r->page.act->statement.verdicts;
	const struct ch_error *error;
	struct verdict verdict;
	const struct act *act;

	*may = false;
	while (!*may && statement_verdict(&verdict, &rest)) {
		const struct ch_oid *commit = ch_map_get(acts, span_of(verdict.act, SHA256_SIZE));
		if (commit == NULL)
			continue;
		if ((error = ch_state_read_act(&act, r->state, r->store, commit)))
			return error;
		*may = act->statement.kind == ACT_REGISTRAR && statement_has(&act->statement, KEY_GOOD_SEQ) &&
		       span_equal(act->statement.value[KEY_REGISTER_KEY], r->page.act->statement.value[KEY_KEY]);
	}
	return NULL;
}

/* Nobody signs a page who was not registrar before it, but whom the founding or a recovery on this very page makes one. */
static const struct ch_error *
check_brought(const struct reading *r)
{
	const struct ch_error *error = check_registrar(r);

	if (error == NULL && r->page.seq > 1 && r->state->recovered != r->page.seq)
		return bad_page(r, WIRE_WRONG_KEY, "not signed by the registrar");
	return error;
}

static const struct ch_error *
check_tree(const struct reading *r)
{
	const struct ch_error *error;

	if (r->extract)
		return NULL;
	if ((error = page_tree(r->state, false)))
		return error;
	if (memcmp(r->page.act->commit.tree, r->state->tree.id, OBJECT_ID_SIZE) == 0)
		return NULL;
	return bad_page(r, WIRE_WRONG_CONTENT, "its tree is not what the accepted acts add up to");
}

static const struct ch_error *
read_page(struct reading *r, const struct ch_oid *commit)
{
	const struct ch_error *error;

	r->brought = (struct ch_map){0};
	if ((error = ch_state_read_act(&r->page.act, r->state, r->store, commit)))
		return error;
	r->page.commit = *commit;
	if (r->page.act->statement.kind != ACT_REGISTER)
		return ch_refuse(WIRE_WRONG_CONTENT, "main holds a commit that is no page of the register");
	statement_number(&r->page.seq, &r->page.act->statement, KEY_SEQ);
	statement_time(&r->page.received, &r->page.act->statement, KEY_RECEIVED);
	return NULL;
}

static const struct ch_error *
replay_page(struct reading *r, const struct ch_oid *commit)
{
	struct ch_state *state = r->state;
	const struct ch_error *error;
	bool known, brings; /* the page brings the registrar that signs it: the founding, or a recovery */

	if ((error = read_page(r, commit)) || (error = check_page(r)))
		return error;
	brings = r->page.seq == 1;
	known = !brings && by_registrar(r);
	if ((known && (error = check_registrar(r))) || (r->extract == NULL && (error = bring_all(r))) ||
	    (!known && !brings && (error = may_recover(&brings, r))))
		return error;
	if (!known && !brings)
		return check_registrar(r);
	if (r->observer && r->observer->page)
		r->observer->page(r->observer->context, &r->page);
	state->seq = r->page.seq;
	if ((error = replay_acts(r)) || (brings && (error = check_brought(r))) || (error = check_tree(r)))
		return error;
	state->head = *commit;
	state->whole = state->seq;
	state->received = r->page.received;
	memcpy(state->page, r->page.act->id, SHA256_SIZE);
	ch_state_forget(state);
	return NULL;
}

static const struct ch_error *
replay_pages(struct reading *r, const struct page_list *list)
{
	const struct ch_error *error = NULL;
	size_t count = list->count;

	while (count-- && error == NULL) {
		ch_ahead_turn(r->state->ahead, ch_state_scratch(r->state));
		error = replay_page(r, &list->pages[count].commit);
	}
	return error;
}

/* From the page that the state is at. *parted: the line of `head` can be followed to its end and does not go through that page, as far as can be told. */
static const struct ch_error *
replay_line(bool *parted, struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer)
{
	struct reading r = {.state = state, .store = store, .observer = observer};
	const struct ch_error *error;
	struct page_list list = {0};

	*parted = true;
	if (store->partial)
		return ch_partial_replay(state, store, head, observer);
	error = page_list(&list, state, store, *head);
	*parted = error && error->code == WIRE_WRONG_PREVIOUS;
	if (error == NULL && list.count) {
		state->ahead = ch_ahead_new(store, list.pages, list.count);
		error = replay_pages(&r, &list);
		ch_ahead_free(state->ahead);
		state->ahead = NULL;
		ch_state_forget(state);
	}
	page_list_clear(&list);
	return error;
}

/*
 * From the page up to which it is remembered that everything was verified. *usable is false, and nothing of it has any consequence, when there is no such
 * memory, when it has been changed, and when it is of another line than that of `head`.
 */
static const struct ch_error *
replay_remembered(bool *usable, struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer)
{
	const struct ch_error *error = ch_prefix_load(usable, state);
	bool parted = true;

	if (error == NULL && *usable)
		error = replay_line(&parted, state, store, head, observer);
	if (state->prefix == NULL && error == NULL)
		return NULL;
	if (ch_state_trouble(state) || state->prefix == NULL)
		state_restart(state, "the memory of what was verified has been changed");
	else if (error && (!*usable || state->seq == ch_prefix_seq(state->prefix)))
		state_restart(state, parted ? "what was verified is no longer a part of the register" : NULL);
	else
		return error;
	*usable = false;
	return NULL;
}

const struct ch_error *
ch_replay_to(struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer)
{
	const struct ch_error *error;
	bool done = false, parted;

	state_begin(state, store);
	if (store->partial && (error = ch_partial_begin(state, store)))
		return error;
	if (state->seq == 0 && ((error = replay_remembered(&done, state, store, head, observer)) || done))
		return error;
	return replay_line(&parted, state, store, head, observer);
}

static int64_t
processor_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const struct ch_error *
ch_replay(struct ch_state *state, struct ch_store *store, const struct ch_observer *observer)
{
	const struct ch_error *error;
	struct ch_oid head;
	bool exists, fresh = state->seq == 0;
	int64_t begin = processor_milliseconds();

	if ((error = ch_store_head(&head, &exists, store)) || !exists)
		return error;
	if ((error = ch_replay_to(state, store, &head, observer)))
		return error;
	if (state->forgotten)
		ch_prefix_remove(store);
	if (fresh)
		ch_prefix_save(state, processor_milliseconds() - begin > DEAR); /* others may hold what nobody has registered yet */
	return ch_state_trouble(state);
}

const struct ch_error *
ch_replay_extract(struct ch_state *state, struct ch_store *store, const struct ch_oid *pages, size_t count, const struct ch_map *commits,
		  const struct ch_observer *observer)
{
	struct reading r = {.state = state, .store = store, .observer = observer, .extract = commits};
	const struct ch_error *error;

	state_begin(state, store);
	state->extract = true;
	for (size_t i = 0; i < count; i++)
		if ((error = replay_page(&r, &pages[i])))
			return error;
	return NULL;
}
