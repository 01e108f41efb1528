/*
 * Saves: made from the space as it was at the end of page `Base`, brought into what main holds by now (store/treemerge.h). So somebody can save while he is
 * apart from the register, and nothing has to be made anew because somebody else was first.
 */
#include <inttypes.h>

#include "changes.h"
#include "judge_content.h"
#include "plain.h"
#include "space.h"
#include "store/treemerge.h"

static bool
refuse_previous(struct judge_case *c, uint64_t base)
{
	return case_refuse(c, WIRE_WRONG_PREVIOUS, "Previous-SHA256 and parent are not the latest act of '%.*s' on page %" PRIu64, (int)c->path.len,
			   (const char *)c->path.data, base);
}

static bool
follows_base(struct judge_case *c, uint64_t base)
{
	const struct commit *commit = &c->act->commit;
	const struct ch_entry *parent;

	if (c->base == NULL) {
		if (commit->parents || statement_has(c->st, KEY_PREVIOUS_SHA256))
			return refuse_previous(c, base);
		return !statement_has(c->st, KEY_SUBJECT_SHA256) ||
		       case_refuse(c, WIRE_WRONG_SUBJECT, "names a record that its kind does not have");
	}
	parent = ch_state_commit(c->state, &c->base->tip);
	if (parent == NULL || !case_names(c, KEY_PREVIOUS_SHA256, parent->id) || commit->parents != 1 ||
	    memcmp(commit->parent[0], parent->commit.id, OBJECT_ID_SIZE) != 0)
		return refuse_previous(c, base);
	return case_names_subject(c) ||
	       case_refuse(c, WIRE_WRONG_SUBJECT, "Subject-SHA256 is not that of '%.*s'", (int)c->path.len, (const char *)c->path.data);
}

/* What a journal holds is saved in its order and once: an earlier part of it, registered later, would bring back what was changed since. */
static bool
continues_journal(struct judge_case *c)
{
	const struct ch_space_journal journal = ch_space_journal_of(c->st), *saved = ch_space_saved(c->subject, journal.id);

	if (saved == NULL || saved->sequence < journal.sequence)
		return true;
	return case_refuse(c, WIRE_WRONG_PREVIOUS, "the journal has been saved up to %" PRIu64 " already", saved->sequence);
}

bool
save_chain(struct judge_case *c)
{
	uint64_t base = 0;

	if (c->state->extract)
		return case_refuse(c, WIRE_WRONG_CONTENT, "free files are not part of an extract");
	statement_number(&base, c->st, KEY_BASE);
	if (base > c->state->whole)
		return case_refuse(c, WIRE_WRONG_PREVIOUS, "Base is page %" PRIu64 ", the register has %" PRIu64, base, c->state->whole);
	c->base = ch_space_at(c->subject, base);
	return follows_base(c, base) && continues_journal(c);
}

/* The directory of the space in the act's tree, where nothing else may be; an empty tree when there is nothing left of it. */
static bool
space_of_act(struct judge_case *c, struct ch_oid *tree, bool *any)
{
	struct span rest = c->path;
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;

	memcpy(tree->id, c->act->commit.tree, sizeof(tree->id));
	if ((error = ch_store_read(&raw, c->store, CH_TREE, tree, c->arena)))
		return case_error(c, error);
	*any = raw.len > 0;
	while (*any && rest.len) {
		struct span name = span_cut(&rest, '/');

		if (!tree_next(&entry, &raw))
			return case_refuse(c, WIRE_MALFORMED_TREE, "'%.*s' is an empty directory", (int)(name.data - c->path.data) - 1,
					   (const char *)c->path.data);
		if (raw.len || !entry.directory || !span_equal(entry.name, name))
			return content_wrong(c, "touches what is not of", ch_arena_text(c->arena, c->path));
		memcpy(tree->id, entry.id, sizeof(tree->id));
		if ((error = ch_store_read(&raw, c->store, CH_TREE, tree, c->arena)))
			return case_error(c, error);
	}
	return !*any || raw.len || case_refuse(c, WIRE_MALFORMED_TREE, "'%.*s' is an empty directory", (int)c->path.len, (const char *)c->path.data);
}

static bool
large_are_pointers(struct judge_case *c)
{
	const struct ch_error *error = ch_plain_refuse(c->state, c->store, c->st, &c->out->adds);

	return error == NULL || case_error(c, error);
}

bool
save_content(struct judge_case *c)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];
	const struct ch_error *error;
	struct ch_oid tree;
	bool any;

	if (!space_of_act(c, &tree, &any))
		return false;
	if ((error = ch_tree_changes_below(&c->out->adds, c->store, c->path, c->base && c->base->any ? &c->base->tree : NULL, any ? &tree : NULL,
					   c->arena)))
		return case_error(c, error);
	if (!content_names_normal(c) || !large_are_pointers(c))
		return false;
	if ((error = ch_changes_digest(is, c->store, &c->out->adds)))
		return case_error(c, error);
	statement_bytes(said, sizeof(said), c->st, KEY_CHANGES_SHA256);
	return memcmp(said, is, sizeof(is)) == 0 || content_wrong(c, "Changes-SHA256", "is not the digest of what is changed");
}

/* What cannot have its own name there is named after the page that is being written or read, or would be. */
bool
save_main(struct judge_case *c)
{
	const struct ch_error *error = ch_tree_merge(case_main(c), &c->out->adds, c->path.len + 1, c->state->whole + 1, c->arena);

	return error == NULL || case_error(c, error);
}
