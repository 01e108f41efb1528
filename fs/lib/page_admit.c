#include "page_inside.h"

static const struct ch_error *
add_to_tree(struct ch_state *state, struct ch_store *store, const struct ch_judgement *judgement)
{
	const struct ch_error *error;

	for (size_t i = 0; i < judgement->adds.count && !state->extract; i++) {
		const struct ch_change *change = &judgement->adds.list[i];
		struct ch_node node = {.id = change->new};
		bool empty = state->found == NULL && i == 0;
		if ((error = ch_tree_set(&state->tree, store, empty ? NULL : &state->tree, change->path, change->has ? &node : NULL, &state->arena)))
			return error;
	}
	return NULL;
}

const struct ch_error *
page_admit(struct ch_entry **entry, struct ch_judgement *judgement, struct ch_state *state, struct ch_store *store, const struct ch_oid *commit,
      int64_t received)
{
	const struct ch_error *error;
	const struct act *act;

	if ((error = ch_state_read_act(&act, state, store, commit)) || (error = ch_judge(judgement, state, store, act, received)))
		return error;
	if (judgement->code == WIRE_OK && (error = add_to_tree(state, store, judgement)))
		return error;
	return ch_state_take(entry, state, store, act, commit, judgement->code, received);
}
