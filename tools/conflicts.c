#include "conflicts.h"

#include <inttypes.h>
#include <string.h>

#include "register/page.h"
#include "store/object.h"
#include "store/treeedit.h"

/* The directory of a space as a page has it. */
static const struct ch_error *
find_space(struct ch_node *node, bool *found, struct cli *cli, uint64_t seq, struct span space)
{
	const struct ch_error *error;
	struct ch_oid page, tree;
	int64_t time;

	if ((error = ch_page_at(&page, &cli->store, &cli->state.head, seq)) || (error = ch_object_commit(&tree, &time, &cli->store, &page)))
		return error;
	return ch_tree_find(node, found, &cli->store, &tree, space, &cli->state.arena);
}

/* "a/plan.conflict-17-2.txt" is a version of "a/plan.txt". */
static void
tell(const struct cli *cli, struct span path, const char *mark)
{
	const uint8_t *at = memmem(path.data, path.len, mark, strlen(mark)), *end = path.data + path.len, *rest;

	if (at == NULL)
		return;
	rest = at + strlen(mark);
	if (rest < end && *rest == '-')
		while (++rest < end && *rest >= '0' && *rest <= '9')
			;
	if (rest < end && *rest != '.' && *rest != '/')
		return;
	fprintf(stderr, "%s: '%.*s%.*s' was saved differently by two; the later one is '%.*s'\n", cli->name, (int)(at - path.data), (const char *)path.data,
		(int)(end - rest), (const char *)rest, (int)path.len, (const char *)path.data);
}

const struct ch_error *
cli_tell_conflicts(struct cli *cli, const struct ch_entry *entry)
{
	struct span space = ch_entry_subject(&cli->state, entry)->path;
	const char *mark = ch_arena_format(&cli->state.arena, ".conflict-%" PRIu64, entry->seq);
	struct ch_node now = {0}, before = {0};
	const struct ch_error *error;
	struct ch_changes changes;
	bool is, was;

	if (cli->quiet || entry->seq < 2 || !act_saves(entry->kind))
		return NULL;
	if ((error = find_space(&now, &is, cli, entry->seq, space)) || (error = find_space(&before, &was, cli, entry->seq - 1, space)) || !is || !was)
		return error;
	if ((error = ch_tree_changes_below(&changes, &cli->store, space, &before.id, &now.id, &cli->state.arena)))
		return error;
	for (size_t i = 0; i < changes.count; i++)
		if (!changes.list[i].had)
			tell(cli, changes.list[i].path, mark);
	return NULL;
}
