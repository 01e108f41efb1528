/*
 * ch_queue_register
 *   register_batch
 *     gather            as many references as a batch holds, in a parcel; what cannot be an act is dropped
 *     ch_register_each  one or more pages, main moves once
 *       pledge            what clients are promised, durable with them
 *     remove_done       references whose acts are on a page, and dropped ones
 *     ch_store_drop_received  what git had stored of them
 *     ch_report_standings  what seals have to be told of them
 */
#include "queue.h"

#include "parcel.h"
#include "pledge.h"
#include "push.h"
#include "register/local.h"
#include "register/standing.h"
#include "store/refs.h"

enum { BATCH_MAX = 4000, CHAIN_MAX = 10000 };

struct batch {
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_queue_outcome *told;
	struct ch_ref *refs;
	size_t count;
	bool *dropped, full;
	size_t *ref_of_tip;
	struct ch_parcel parcel;
	struct ch_pledges pledges;
	const struct ch_secret *registrar;
	uint64_t epoch; /* of him */
};

static bool
is_registered(const struct ch_state *state, const struct ch_oid *commit)
{
	return ch_state_commit(state, commit) != NULL;
}

static void
drop(struct batch *b, size_t i, const struct ch_error *why)
{
	b->dropped[i] = true;
	if (b->told->dropped)
		b->told->dropped(b->told->acts.context, b->refs[i].name, why);
}

static void
gather(struct batch *b)
{
	for (size_t i = 0; i < b->count && !b->full; i++) {
		const struct ch_error *error;
		struct span client, name;
		if (!ch_push_name(&client, &name, span_text(b->refs[i].name))) {
			drop(b, i, ch_fail(CH_REFUSED, "not a name of the form refs/acts/<client>/<name>"));
			continue;
		}
		if (is_registered(b->state, &b->refs[i].id))
			continue;
		if ((error = ch_parcel_add(&b->parcel, &b->refs[i].id)) == NULL) {
			b->ref_of_tip[b->parcel.tips - 1] = i;
			continue;
		}
		/* What is too much beside others may be just enough alone. */
		if (error->class == CH_REFUSED && error->code == WIRE_LIMIT && b->parcel.count > 0)
			b->full = true;
		else if (error->class == CH_REFUSED)
			drop(b, i, error);
		else if (b->told->waiting)
			b->told->waiting(b->told->acts.context, b->refs[i].name, error);
	}
}

/* Acts that the judge has barred: their references go, too. Nothing that waits can stay for ever in the way. */
struct barring {
	struct batch *batch;
	struct ch_map barred; /* commit -> not NULL */
};

static void
note_judged(void *context, const struct ch_entry *entry, const struct ch_judgement *judgement)
{
	const struct ch_outcome *told = &((struct barring *)context)->batch->told->acts;

	if (told->judged)
		told->judged(told->context, entry, judgement);
}

static void
note_barred(void *context, const struct ch_oid *commit, const struct ch_error *why)
{
	struct barring *barring = context;
	const struct ch_outcome *told = &barring->batch->told->acts;
	struct ch_arena *arena = &barring->batch->parcel.arena;

	ch_map_put(&barring->barred, arena, ch_arena_copy(arena, span_of(commit->id, OBJECT_ID_SIZE)), context);
	if (told->barred)
		told->barred(told->context, commit, why);
}

static void
pledge_tip(struct barring *barring, size_t tip)
{
	struct batch *b = barring->batch;
	struct span client, name;

	ch_push_name(&client, &name, span_text(b->refs[b->ref_of_tip[tip]].name));
	for (size_t i = 0; i < b->parcel.count; i++) {
		const struct ch_parcel_act *item = &b->parcel.acts[i];
		if (item->tip == tip && ch_map_get(&barring->barred, span_of(item->commit.id, OBJECT_ID_SIZE)) == NULL)
			ch_pledge_add(&b->pledges, client, name, item->act->id);
	}
}

/* References come by name, those of a client together. When another registrar takes over, each push asks him. */
static const struct ch_error *
pledge(void *context)
{
	struct barring *barring = context;
	struct batch *b = barring->batch;

	if (b->state->epoch != b->epoch)
		return NULL;
	for (size_t tip = 0; tip < b->parcel.tips; tip++)
		pledge_tip(barring, tip);
	return ch_pledges_write(&b->pledges, b->state, b->store, b->registrar);
}

/* A reference that cannot be removed now is removed by whoever comes next: its act is on a page, and nothing happens to it twice. */
static void
remove_done(struct batch *b, const struct barring *barring)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->dropped[i] || is_registered(b->state, &b->refs[i].id) || ch_map_get(&barring->barred, span_of(b->refs[i].id.id, OBJECT_ID_SIZE)))
			ch_ref_remove(b->store, b->refs[i].name, &b->refs[i].id);
}

static const struct ch_error *
register_batch(struct batch *b)
{
	struct barring barring = {.batch = b};
	const struct ch_outcome told = {note_judged, note_barred, pledge, &barring};
	const struct ch_error *error;
	struct ch_oid *commits;

	gather(b);
	ch_parcel_sort(&b->parcel);
	commits = ch_arena_alloc(&b->parcel.arena, (b->parcel.count + 1) * sizeof(*commits));
	for (size_t i = 0; i < b->parcel.count; i++)
		commits[i] = b->parcel.acts[i].commit;
	ch_store_hold(b->store);
	if ((error = ch_register_each(b->state, b->store, b->registrar, commits, b->parcel.count, &told)) == NULL)
		ch_pledges_point(&b->pledges, b->store);
	ch_store_let_go(b->store);
	if (error)
		return error;
	remove_done(b, &barring);
	ch_store_drop_received(b->store, b->parcel.kept, b->parcel.kept_count);
	return ch_report_standings(b->state, b->store, b->registrar, commits, b->parcel.count);
}

/* He who signs from now on. */
static const struct ch_error *
succeed(struct ch_secret *registrar, struct ch_store *store, const struct ch_state *state)
{
	ch_secret_clear(registrar);
	return ch_local_registrar_of(registrar, store, state);
}

const struct ch_error *
ch_queue_register(struct ch_state *state, struct ch_store *store, struct ch_secret *registrar, const struct ch_queue_outcome *told)
{
	const struct ch_error *error;
	bool more = true;

	while (more) {
		uint64_t seq = state->seq, epoch = state->epoch;
		struct batch b = {.state = state, .store = store, .told = told, .registrar = registrar, .epoch = epoch};
		b.parcel = (struct ch_parcel){.state = state, .store = store, .most = BATCH_MAX, .keep = true};
		if ((error = ch_refs(&b.refs, &b.count, store, QUEUE_PREFIX, &b.parcel.arena)) == NULL) {
			b.dropped = ch_arena_alloc(&b.parcel.arena, b.count + 1);
			b.ref_of_tip = ch_arena_alloc(&b.parcel.arena, (b.count + 1) * sizeof(*b.ref_of_tip));
			error = register_batch(&b);
		}
		more = (b.full && state->seq > seq) || state->epoch != epoch;
		ch_pledges_clear(&b.pledges);
		ch_parcel_clear(&b.parcel);
		if (error == NULL && state->epoch != epoch)
			error = succeed(registrar, store, state);
		if (error)
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_queue_acts(struct ch_oid **commits, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_oid *tip)
{
	struct ch_oid at = *tip, *list = NULL;
	const struct ch_error *error;
	const struct act *act;
	size_t n = 0;

	do {
		list = ch_arena_grow(&state->arena, list, n, sizeof(*list));
		list[n++] = at;
		if ((error = ch_state_read_act(&act, state, store, &at)))
			return error;
		if (act->commit.parents == 0)
			break;
		memcpy(at.id, act->commit.parent[0], sizeof(at.id));
	} while (n < CHAIN_MAX && !is_registered(state, &at) && !is_registered(state, tip));
	*commits = ch_arena_alloc(&state->arena, n * sizeof(**commits));
	for (size_t i = 0; i < n; i++)
		(*commits)[i] = list[n - 1 - i];
	*count = n;
	return NULL;
}
