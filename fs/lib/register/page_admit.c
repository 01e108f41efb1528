#include "page_inside.h"
#include "store/treebuild.h"

static const struct ch_error *
add_to_tree(struct ch_state *state, struct ch_store *store, const struct ch_judgement *judgement)
{
	const struct ch_oid *root = state->found ? &state->tree : NULL;
	bool empty;

	if (state->extract)
		return NULL;
	return ch_tree_apply(&state->tree, &empty, store, root, judgement->adds.list, judgement->adds.count, &state->arena);
}

const struct ch_error *
page_admit(struct ch_entry **entry, struct ch_judgement *judgement, struct ch_state *state, struct ch_store *store, const struct ch_oid *commit,
	   int64_t received)
{
	const struct ch_error *error;
	const struct act *act;

	*judgement = (struct ch_judgement){0};
	if ((error = ch_state_read_act(&act, state, store, commit)) || (error = ch_judge(judgement, state, store, act, received)))
		return error;
	if (!judgement->said)
		return ch_refuse(judgement->code, "%s", judgement->reason);
	if (judgement->code == WIRE_OK && (error = add_to_tree(state, store, judgement)))
		return error;
	return ch_state_take(entry, state, store, act, commit, judgement->code, received);
}
