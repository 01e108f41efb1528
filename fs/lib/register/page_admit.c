#include "page_inside.h"
#include "space.h"
#include "state_inside.h"

#include <time.h>

/* Which files are large stands where stock git and git-lfs look for it: the one file in main that no act brings. */
static const struct ch_error *
write_attributes(struct ch_state *state, struct ch_store *store)
{
	const struct ch_error *error;
	struct ch_oid blob;

	if (state->main == NULL)
		return NULL;
	if (state->large->count && (error = ch_store_write(&blob, store, CH_BLOB, ch_patterns_write(state->large, ch_state_scratch(state)))))
		return error;
	return ch_livetree_attributes(state->main, state->large->count ? &blob : NULL);
}

const struct ch_error *
page_admit(const struct ch_entry **entry, struct ch_judgement *judgement, struct ch_state *state, struct ch_store *store, const struct ch_oid *commit,
	   int64_t received)
{
	const struct ch_error *error;
	const struct act *act;

	*judgement = (struct ch_judgement){0};
	if ((error = ch_state_read_act(&act, state, store, commit)) || (error = ch_judge_admit(judgement, state, store, act, received)))
		return error;
	if (!judgement->said)
		return ch_refuse(judgement->code, "%s", judgement->reason);
	state->large = NULL;
	error = ch_state_take(entry, state, store, act, commit, judgement->code, received);
	if (error == NULL && state->large)
		error = write_attributes(state, store);
	if (error == NULL && judgement->code == WIRE_OK && act_saves(act->statement.kind))
		ch_space_take(state, ch_entry_subject(state, *entry), act, commit);
	if (error == NULL)
		state_see_act(state, *entry, act);
	return error;
}

const struct ch_error *
page_tree(struct ch_state *state, bool write)
{
	const struct ch_error *error;
	bool empty;

	if (state->main == NULL)
		return NULL;
	if ((error = ch_livetree_id(&state->tree, &empty, state->main, write)))
		return error;
	return ch_space_settle(state);
}

const struct ch_error *
ch_expect(struct ch_state *state, struct ch_store *store, const struct ch_oid *commit)
{
	int64_t now = time(NULL), received = now > state->received ? now : state->received;
	struct ch_judgement judgement;
	uint64_t seq = state->seq;
	const struct ch_error *error;
	const struct ch_entry *entry;
	const struct act *act;

	if ((error = ch_state_read_act(&act, state, store, commit)))
		return error;
	if (ch_state_act(state, act->id))
		return NULL;
	if ((error = ch_judge_admit(&judgement, state, store, act, received)) || judgement.code != WIRE_OK)
		return error;
	state->seq = CH_SEQ_EXPECTED;
	error = ch_state_take(&entry, state, store, act, commit, WIRE_OK, received);
	state->seq = seq;
	return error;
}
