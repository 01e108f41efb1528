/* Acts, subjects and applications as they are asked for: made from the ledger and from what is read again. */
#include "state_inside.h"

#include "acts.h"
#include "delegation.h"
#include "doubt.h"

/* Entries stay where they are. */
static struct span
entry_key(const struct ch_entry *const *entry)
{
	return span_of((const uint8_t *)entry, sizeof(*entry));
}

void
state_see_act(const struct ch_state *state, const struct ch_entry *entry, const struct act *act)
{
	struct ch_arena *scratch = &state->views->scratch;

	ch_map_put(&state->views->acts, scratch, ch_arena_copy(scratch, entry_key(&entry)), (void *)act);
}

const struct act *
ch_entry_act(const struct ch_state *state, const struct ch_entry *entry)
{
	static const struct act nothing = {.statement = {.kind = ACT_KINDS}};
	struct ch_views *views = state->views;
	const struct act *act = ch_map_get(&views->acts, entry_key(&entry));
	const struct ch_error *error;

	if (act)
		return act;
	error = ch_state_read_act(&act, state, state->store, &entry->commit);
	if (error == NULL && memcmp(act->id, entry->id, SHA256_SIZE) != 0)
		error = ch_refuse(WIRE_WRONG_CONTENT, "a registered commit is another act than when it was registered");
	if (error) {
		state_trouble(state, error);
		return &nothing;
	}
	state_see_act(state, entry, act);
	return act;
}

static struct span
chain_key(const uint32_t *chain)
{
	return span_of((const uint8_t *)chain, sizeof(*chain));
}

struct ch_subject *
state_seen_subject(const struct ch_state *state, uint32_t chain)
{
	struct ch_subject *subject = ch_map_get(&state->views->subjects, chain_key(&chain));

	return subject ? subject : ch_map_get(&state->views->kept_subjects, chain_key(&chain));
}

struct ch_subject *
state_subject(const struct ch_state *state, uint32_t number)
{
	const struct ch_chain *chain = ch_ledger_chain(&state->ledger, number);
	struct ch_views *views = state->views;
	struct ch_subject_name name = {0};
	struct ch_subject *subject;
	struct span path;
	bool keep;

	if (chain == NULL || chain->count == 0)
		return NULL;
	if ((subject = state_seen_subject(state, number)))
		return subject;
	path = ch_ledger_path(&state->ledger, chain);
	ch_subject_parse(&name, path);
	keep = name.kind != CH_APPLICATION;
	subject = ch_arena_alloc(keep ? &views->kept : &views->scratch, sizeof(*subject));
	*subject = (struct ch_subject){.path = path, .name = name, .count = chain->count, .state = state, .chain = number};
	ch_map_put(keep ? &views->kept_subjects : &views->subjects, keep ? &views->kept : &views->scratch, chain_key(&subject->chain), subject);
	return subject;
}

/* What must never be relied on: an application whose acts cannot be read again. */
static void
close_permit(struct permit *permit)
{
	*permit = (struct permit){.status = PERMIT_CANCELLED, .levels = 1, .at = 1};
}

/* In trouble an act that has a subject still has one, though nobody knows any more which: what is asked of it can be asked, and comes to nothing. */
static struct ch_subject *
no_subject(const struct ch_state *state)
{
	struct ch_subject *subject = ch_arena_alloc(&state->views->kept, sizeof(*subject));

	*subject = (struct ch_subject){.state = state, .name.kind = CH_ARCHIVE, .chain = CH_NONE};
	return subject;
}

static struct ch_application *
no_application(const struct ch_state *state)
{
	static const struct ch_seal no_seal;
	struct ch_application *application = ch_arena_alloc(&state->views->kept, sizeof(*application));

	application->subject = no_subject(state);
	application->apply = ch_ledger_entry(&state->ledger, 0);
	application->seal = &no_seal;
	close_permit(&application->permit);
	return application;
}

struct ch_subject *
ch_entry_subject(const struct ch_state *state, const struct ch_entry *entry)
{
	struct ch_subject *subject = entry->code == WIRE_OK ? state_subject(state, entry->chain) : NULL;

	return subject || entry->code != WIRE_OK ? subject : no_subject(state);
}

struct ch_application *
ch_entry_application(const struct ch_state *state, const struct ch_entry *entry)
{
	struct ch_application *application = ch_application_of(ch_entry_subject(state, entry));

	return application || ch_state_trouble(state) == NULL ? application : no_application(state);
}

struct ch_subject *
ch_entry_about(const struct ch_state *state, const struct ch_entry *entry)
{
	return state_subject(state, entry->chain);
}

const struct ch_entry *
ch_entry_before(const struct ch_state *state, const struct ch_entry *entry)
{
	return ch_state_trouble(state) ? NULL : ch_ledger_entry(&state->ledger, entry->before);
}

/* Zeros for one that nobody knows. */
static const struct ch_chain *
chain_of(const struct ch_subject *subject)
{
	return ch_flat_at(&subject->state->ledger.chains, subject->chain);
}

const struct ch_entry *
ch_subject_first(const struct ch_subject *subject)
{
	const struct ch_ledger *ledger = subject ? &subject->state->ledger : NULL;

	return subject ? ch_ledger_entry(ledger, chain_of(subject)->first) : NULL;
}

const struct ch_entry *
ch_subject_tip(const struct ch_subject *subject)
{
	const struct ch_ledger *ledger = subject ? &subject->state->ledger : NULL;

	return subject ? ch_ledger_entry(ledger, chain_of(subject)->last) : NULL;
}

/* The chain is linked backwards. */
static void
list_entries(struct ch_subject *subject)
{
	struct ch_views *views = subject->state->views;
	struct ch_arena *arena = subject->name.kind == CH_APPLICATION ? &views->scratch : &views->kept;
	const struct ch_entry *entry = ch_subject_tip(subject);

	subject->entries = ch_arena_alloc(arena, subject->count * sizeof(*subject->entries));
	subject->entry_count = subject->count;
	for (size_t i = subject->count; i-- > 0 && entry; entry = ch_entry_before(subject->state, entry))
		subject->entries[i] = entry;
}

const struct ch_entry *
ch_subject_entry(const struct ch_subject *subject, size_t i)
{
	struct ch_subject *seen = state_seen_subject(subject->state, subject->chain);

	if (seen && i >= seen->entry_count)
		list_entries(seen);
	return seen && seen->entries[i] ? seen->entries[i] : ch_ledger_entry(&subject->state->ledger, 0);
}

static void
add_records(struct ch_application *application, const struct ch_state *state, const struct ch_grant *grant)
{
	struct ch_arena *arena = &state->views->scratch;
	const struct ch_proof *proof = ch_ledger_proof(&state->ledger, grant->record);
	size_t count = 0;

	for (; proof && ch_state_trouble(state) == NULL; proof = ch_ledger_proof(&state->ledger, proof->before))
		count++;
	for (size_t i = 0; i < count; i++)
		application->records = ch_arena_grow(arena, application->records, i, sizeof(*application->records));
	application->record_count = count;
	for (proof = ch_ledger_proof(&state->ledger, grant->record); proof && count-- > 0; proof = ch_ledger_proof(&state->ledger, proof->before))
		application->records[count] = (struct ch_record){ch_ledger_entry(&state->ledger, proof->entry), proof->presses, proof->photos};
}

/* Each decision was judged when it was registered, and counts in the role that it names. Whoever withdraws may do so by any of them. */
static enum wire_code
decide_again(struct permit *permit, const struct ch_state *state, const struct act *act)
{
	struct span role = act->statement.value[KEY_ROLE];
	const struct ch_delegation *d = NULL;
	uint8_t via[SHA256_SIZE];

	switch (act->statement.kind) {
	case ACT_WITHDRAW:
		role = permit->level[0].role;
		break;
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
	case ACT_CANCEL:
		break;
	default:
		return WIRE_OK;
	}
	if (statement_bytes(via, sizeof(via), &act->statement, KEY_VIA) && (d = ch_delegation_of(state, via)))
		return permit_decide_for(permit, act, span_text(d->delegation.giver), role, role);
	return permit_decide(permit, act, role, role);
}

/* Where it stands follows from its chain, and from the policy under which it was registered. */
static enum wire_code
derive_permit(struct ch_application *application, const struct ch_state *state, const struct ch_grant *grant)
{
	const struct ch_subject *subject = application->subject;
	struct level levels[TABLE_LEVELS_MAX];
	enum wire_code code;
	unsigned count;

	if (application->seal == NULL || grant->policy == 0 || grant->policy > state->version_count)
		return WIRE_NOT_ENROLLED;
	count = ch_policy_levels(levels, state->versions[grant->policy - 1], application->seal->id);
	code = permit_begin(&application->permit, ch_entry_act(state, application->apply), levels, count);
	for (size_t i = 1; code == WIRE_OK && i < subject->count; i++)
		code = decide_again(&application->permit, state, ch_entry_act(state, ch_subject_entry(subject, i)));
	if (code == WIRE_OK && ch_application_doubt(state, application))
		permit_doubt(&application->permit);
	return code;
}

static struct ch_application *
make_application(struct ch_subject *subject, const struct ch_grant *grant)
{
	const struct ch_state *state = subject->state;
	struct ch_application *application = ch_arena_alloc(&state->views->scratch, sizeof(*application));
	enum wire_code code;
	uint64_t epoch = 0;

	application->subject = subject;
	application->apply = ch_ledger_entry(&state->ledger, grant->entry);
	statement_number(&epoch, &ch_entry_act(state, application->apply)->statement, KEY_EPOCH);
	application->seal = ch_state_seal_at(state, subject->name.seal, epoch);
	application->used = grant->used;
	application->photos = grant->photos;
	application->voids = grant->voids;
	add_records(application, state, grant);
	if ((code = derive_permit(application, state, grant)) != WIRE_OK)
		state_trouble(state, ch_refuse(code, "the acts of '%.*s' do not add up any more", (int)subject->path.len, (const char *)subject->path.data));
	if (ch_state_trouble(state))
		close_permit(&application->permit);
	return application;
}

struct ch_application *
ch_application_of(const struct ch_subject *subject)
{
	const struct ch_grant *grant;
	struct ch_subject *seen;

	if (subject == NULL || subject->name.kind != CH_APPLICATION || subject->application)
		return subject ? subject->application : NULL;
	grant = ch_ledger_grant(&subject->state->ledger, ch_ledger_chain(&subject->state->ledger, subject->chain)->detail);
	if (grant == NULL)
		return NULL;
	seen = state_seen_subject(subject->state, subject->chain);
	return seen->application = make_application(seen, grant);
}
