/*
 * The usual decision adds its statement to its subject as main has it. What tree that makes is known, so that it need not be read: when its id is the one
 * that the act names, it holds what is said, and nothing else. Anything else is read and looked into.
 */
#include "judge_content.h"
#include "store/object.h"

static bool
adds_only_its_statement(enum act_kind kind)
{
	return kind == ACT_APPROVE || kind == ACT_REJECT || kind == ACT_TRANSFER || kind == ACT_WITHDRAW || kind == ACT_CANCEL ||
	       kind == ACT_SEAL_STATE || kind == ACT_SEAL_SESSION;
}

static bool
is_tree(struct judge_case *c, struct span name, const struct ch_oid *add, const uint8_t tree[OBJECT_ID_SIZE])
{
	struct ch_oid id;

	return ch_livetree_alone(&id, case_main(c), c->path, name, add) && memcmp(id.id, tree, OBJECT_ID_SIZE) == 0;
}

bool
content_expected(struct judge_case *c, const struct ch_oid *parent_tree)
{
	char name[ACT_FILE_NAME_MAX], *path;
	struct ch_change *change;
	struct ch_oid blob;
	struct ch_node node;
	bool found;

	if (parent_tree == NULL || c->state->extract || !adds_only_its_statement(c->st->kind) || act_file_name(name, sizeof(name), c->st, 1) == 0)
		return false;
	path = ch_arena_format(c->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);
	ch_object_id(&blob, CH_BLOB, c->st->text);
	if (ch_livetree_find(&node, &found, case_main(c), span_text(path)) || found ||
	    !is_tree(c, span_of(NULL, 0), NULL, parent_tree->id) || !is_tree(c, span_text(name), &blob, c->act->commit.tree))
		return false;
	change = ch_arena_alloc(c->arena, sizeof(*change));
	*change = (struct ch_change){.path = span_text(path), .has = true, .new = blob};
	c->out->adds = (struct ch_changes){.list = change, .count = 1};
	return true;
}
