#include "plain.h"

#include "large/pointer.h"
#include "space.h"
#include "store/object.h"

static const struct ch_patterns *
patterns_of(const struct ch_state *state, const struct statement *save)
{
	const struct ch_policy *policy = NULL;
	uint8_t digest[SHA256_SIZE];

	if (statement_bytes(digest, sizeof(digest), save, KEY_POLICY_SHA256))
		policy = ch_map_get(&state->policies, span_of(digest, sizeof(digest)));
	return policy ? &policy->large : state->founded_large;
}

static const struct ch_error *
refuse_plain(struct ch_store *store, const struct ch_change *change)
{
	const struct ch_error *error;
	struct ch_pointer pointer;
	uint64_t size;
	bool is;

	if ((error = ch_pointer_of(&pointer, &is, store, &change->new)) || is || (error = ch_pointer_size(&size, store, &change->new)) || size == 0)
		return error;
	return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is large by its name, and no pointer; save it on a drive, or with git-lfs", (int)change->path.len,
			 (const char *)change->path.data);
}

const struct ch_error *
ch_plain_refuse(const struct ch_state *state, struct ch_store *store, const struct statement *save, const struct ch_changes *changes)
{
	const struct ch_patterns *large = patterns_of(state, save);
	const struct ch_error *error;

	for (size_t i = 0; large && i < changes->count; i++) {
		const struct ch_change *change = &changes->list[i];

		if (change->has && ch_patterns_match(large, change->path) && (error = refuse_plain(store, change)))
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_plain_refuse_act(const struct ch_state *state, struct ch_store *store, const struct act *save)
{
	const struct statement *st = &save->statement;
	const struct ch_space_version *version;
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_changes changes = {0};
	struct ch_node space;
	struct ch_oid tree;
	uint64_t base = 0;
	bool found;

	statement_number(&base, st, KEY_BASE);
	if (base > state->whole)
		return NULL;
	version = ch_space_at(ch_state_subject(state, st->value[KEY_SUBJECT]), base);
	memcpy(tree.id, save->commit.tree, sizeof(tree.id));
	if ((error = ch_tree_find(&space, &found, store, &tree, st->value[KEY_SUBJECT], &arena)) == NULL && found && space.directory)
		error = ch_tree_changes_below(&changes, store, st->value[KEY_SUBJECT], version && version->any ? &version->tree : NULL, &space.id, &arena);
	if (error && error->class == CH_REFUSED)
		error = NULL; /* what else is wrong with it the judge says */
	else if (error == NULL)
		error = ch_plain_refuse(state, store, st, &changes);
	ch_arena_clear(&arena);
	return error;
}
