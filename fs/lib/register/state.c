#include "state_inside.h"

#include <stdlib.h>

#include "acts.h"
#include "ahead.h"
#include "prefix.h"

/* Decisions look at what they decide, perhaps thousands of acts before: while a whole register is replayed more is kept, as long as its ledger is small. */
enum { SCRATCH_MAX = 8 << 20, SCRATCH_MAX_REPLAYED = 32 << 20, SMALL_LEDGER = 400000 };

void
state_begin(struct ch_state *state, struct ch_store *store)
{
	if (store)
		state->store = store;
	if (state->views)
		return;
	if ((state->views = calloc(1, sizeof(*state->views))) == NULL)
		abort();
	ch_ledger_begin(&state->ledger);
}

static void
clear_scratch(struct ch_views *views)
{
	ch_arena_clear(&views->scratch);
	views->subjects = views->acts = (struct ch_map){0};
}

void
ch_state_clear(struct ch_state *state)
{
	ch_livetree_free(state->main);
	if (state->views) {
		clear_scratch(state->views);
		ch_arena_clear(&state->views->kept);
		free(state->views);
	}
	ch_ledger_clear(&state->ledger);
	ch_prefix_free(state->prefix);
	ch_arena_clear(&state->arena);
	*state = (struct ch_state){0};
}

void
state_restart(struct ch_state *state, const char *forgotten)
{
	struct ch_arena arena = state->arena;
	struct ch_store *store = state->store;
	struct ch_part part = {0};
	bool extract = state->extract;

	memcpy(part.only, state->part.only, sizeof(part.only));
	state->arena = (struct ch_arena){0};
	ch_state_clear(state);
	state->arena = arena;
	state->part = part;
	state->extract = extract;
	state->forgotten = forgotten;
	state_begin(state, store);
}

static size_t
scratch_max(const struct ch_state *state)
{
	return state->ahead && state->entry_count < SMALL_LEDGER ? SCRATCH_MAX_REPLAYED : SCRATCH_MAX;
}

void
ch_state_forget(struct ch_state *state)
{
	if (state->views->scratch.size <= scratch_max(state))
		return;
	clear_scratch(state->views);
	ch_livetree_free(state->main); /* it is that of the page, and read again where somebody goes */
	state->main = NULL;
}

struct ch_arena *
ch_state_scratch(const struct ch_state *state)
{
	state_begin((struct ch_state *)state, NULL);
	return &state->views->scratch;
}

void
state_trouble(const struct ch_state *state, const struct ch_error *error)
{
	if (state->views->troubled)
		return;
	state->views->troubled = true;
	state->views->trouble = *error;
}

const struct ch_error *
ch_state_trouble(const struct ch_state *state)
{
	return state->views && state->views->troubled ? &state->views->trouble : NULL;
}

struct ch_subject *
ch_state_subject(const struct ch_state *state, struct span path)
{
	return state_subject(state, ch_index_find(&state->ledger.paths, path));
}

const struct ch_entry *
ch_state_act(const struct ch_state *state, const uint8_t id[SHA256_SIZE])
{
	return ch_ledger_entry(&state->ledger, ch_index_find(&state->ledger.acts, span_of(id, SHA256_SIZE)));
}

bool
ch_entry_precedes(const struct ch_state *state, const struct ch_entry *entry, const struct ch_entry *other)
{
	const struct ch_index *acts = &state->ledger.acts;

	return ch_index_find(acts, span_of(entry->id, SHA256_SIZE)) < ch_index_find(acts, span_of(other->id, SHA256_SIZE));
}

const struct ch_entry *
ch_state_commit(const struct ch_state *state, const struct ch_oid *commit)
{
	return ch_ledger_entry(&state->ledger, ch_index_find(&state->ledger.commits, span_of(commit->id, sizeof(commit->id))));
}

const struct ch_entry *
ch_state_entry(const struct ch_state *state, size_t i)
{
	return ch_ledger_entry(&state->ledger, (uint32_t)i);
}

struct ch_person *
ch_state_person(const struct ch_state *state, struct span id)
{
	return ch_map_get(&state->people, id);
}

struct ch_key *
ch_state_key(const struct ch_state *state, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	return ch_map_get(&state->keys, span_of(fingerprint, FINGERPRINT_SIZE));
}

struct ch_seal *
ch_state_seal(const struct ch_state *state, struct span id)
{
	return ch_map_get(&state->seals, id);
}

struct ch_seal *
ch_state_seal_at(const struct ch_state *state, struct span id, uint64_t epoch)
{
	struct ch_seal *seal = ch_state_seal(state, id);

	while (seal && seal->epoch != epoch)
		seal = seal->before;
	return seal;
}

/* The one of that seal, year and number: an application's path follows from them. */
static struct ch_application *
application_at(const struct ch_state *state, struct span seal, uint64_t year, struct span device, uint64_t number)
{
	char path[VALUE_MAX + 1];

	return ch_application_of(
		ch_state_subject(state, span_of(path, ch_subject_application(path, sizeof(path), seal, (unsigned)year, device, number))));
}

/* "d1-000042": the drive, and how-manieth it gave out. */
static bool
split_id(struct span *device, uint64_t *number, struct span id)
{
	size_t dash = id.len;
	struct span digits;

	while (dash > 0 && id.data[dash - 1] != '-')
		dash--;
	digits = span_skip(id, dash);
	while (digits.len > 1 && digits.data[0] == '0')
		digits = span_skip(digits, 1);
	*device = span_of(id.data, dash ? dash - 1 : 0);
	return dash > 1 && text_get_number(number, digits);
}

struct ch_application *
ch_state_application(const struct ch_state *state, struct span name)
{
	struct ch_subject *subject = ch_state_subject(state, name);
	struct ch_application *found = NULL, *application;
	struct span device;
	uint64_t number;

	if (subject || !split_id(&device, &number, name))
		return ch_application_of(subject);
	for (size_t i = 0; i < state->seals.size; i++) {
		const struct ch_seal *seal = state->seals.slots[i].value;
		for (uint64_t year = state->first_year; seal && year && year <= state->last_year; year++) {
			application = application_at(state, seal->id, year, device, number);
			if (application == NULL || !span_equal(application->subject->name.id, name))
				continue;
			if (found)
				return NULL;
			found = application;
		}
	}
	return found;
}

struct ch_application *
ch_state_application_of(const struct ch_state *state, const uint8_t digest[SHA256_SIZE])
{
	const struct ch_grant *grant = ch_ledger_grant(&state->ledger, ch_index_find(&state->ledger.digests, span_of(digest, SHA256_SIZE)));

	return grant ? ch_application_of(state_subject(state, grant->chain)) : NULL;
}

/* Ids are ASCII. */
static struct span
fold_id(char out[ID_MAX], struct span id)
{
	size_t len = id.len < ID_MAX ? id.len : ID_MAX;

	for (size_t i = 0; i < len; i++)
		out[i] = id.data[i] >= 'A' && id.data[i] <= 'Z' ? (char)(id.data[i] - 'A' + 'a') : (char)id.data[i];
	return span_of(out, len);
}

struct ch_name *
state_name(const struct ch_state *state, struct span id)
{
	char folded[ID_MAX];

	return ch_map_get(&state->names, fold_id(folded, id));
}

const struct ch_name *
ch_state_name(const struct ch_state *state, struct span id)
{
	return state_name(state, id);
}

void
state_add_name(struct ch_state *state, struct span id, enum ch_named use)
{
	char folded[ID_MAX];
	struct ch_name *name = ch_arena_alloc(&state->arena, sizeof(*name));

	*name = (struct ch_name){.id = id, .use = use};
	ch_map_put(&state->names, &state->arena, ch_arena_copy(&state->arena, fold_id(folded, id)), name);
}

const struct ch_error *
ch_state_read_act(const struct act **out, const struct ch_state *state, struct ch_store *store, const struct ch_oid *commit)
{
	*out = ch_ahead_act(state->ahead, commit);
	return *out ? NULL : ch_act_read(out, store, commit, ch_state_scratch(state));
}
