#include "view.h"

#include <inttypes.h>

#include "base/file.h"
#include "register/partial.h"
#include "store/object.h"
#include "store/treeedit.h"
#include "wire/act.h"

struct importing {
	struct ch_store *store, view;
	struct ch_oid tip;
	struct ch_arena arena;
};

static const char *
path_of(const struct ch_store *store, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%s/chancery/view", store->path);
}

const struct ch_error *
ch_view_begin(struct ch_store *store)
{
	struct ch_arena arena = {0};
	const char *path = ch_arena_text(&arena, span_text(store->path));
	const struct ch_error *error;
	struct ch_store view;

	error = ch_store_create(&view, path_of(store, &arena));
	ch_store_close(&view);
	/* For stock git in the archive; our own readers do not look at it. */
	if (error == NULL)
		error = ch_file_replace(ch_arena_format(&arena, "%s/objects/info/alternates", path), SPAN_LITERAL("../chancery/view/objects\n"), 0644);
	if (error == NULL) {
		ch_store_close(store);
		error = ch_store_open(store, path);
	}
	ch_arena_clear(&arena);
	return error;
}

static const struct ch_error *
read_page(struct ch_oid *before, struct importing *i, uint64_t seq, const struct ch_oid *page, struct ch_arena *arena)
{
	const char *path = ch_arena_format(arena, "pages/%" PRIu64 "/%" PRIu64, seq / 1000, seq);
	const struct ch_error *error;
	struct ch_oid is;
	struct span raw;
	struct act act;
	uint64_t said;
	bool found;

	if ((error = ch_partial_file(&raw, &found, &i->view, &i->tip, path, COMMIT_MAX, arena)))
		return error;
	if (found)
		ch_object_id(&is, CH_COMMIT, raw);
	if (!found || !ch_oid_equal(&is, page) || act_read(&act, raw) != WIRE_OK || act.statement.kind != ACT_REGISTER ||
	    !statement_number(&said, &act.statement, KEY_SEQ) || said != seq || act.commit.parents == 0)
		return ch_refuse(WIRE_WRONG_CONTENT, "the view lacks page %" PRIu64 " of the register", seq);
	memcpy(before->id, act.commit.parent[0], sizeof(before->id));
	return ch_store_write(&is, i->store, CH_COMMIT, raw);
}

/* Back from the last page to one that is here: each is the one that the next names, or nothing is taken. */
static const struct ch_error *
import_pages(struct importing *i, uint64_t seq, struct ch_oid at)
{
	const struct ch_error *error = NULL;
	struct ch_arena arena = {0};
	enum ch_object type;
	uint64_t size;
	bool there = false;

	for (; seq && error == NULL; seq--) {
		if ((error = ch_object_header(&there, &type, &size, i->store, &at)) || there)
			break;
		error = read_page(&at, i, seq, &at, &arena);
		ch_arena_clear(&arena);
	}
	ch_arena_clear(&arena);
	return error;
}

/* Whatever they are, they have the ids that their contents give them. */
static const struct ch_error *
import_trees(struct importing *i)
{
	const struct ch_error *error;
	struct ch_changes files;
	struct ch_oid root, id;
	struct ch_node node;
	struct span raw;
	bool found;

	if ((error = ch_partial_tree(&root, &i->view, &i->tip, &i->arena)) ||
	    (error = ch_tree_find(&node, &found, &i->view, &root, SPAN_LITERAL("trees"), &i->arena)) || !found ||
	    (error = ch_tree_changes_below(&files, &i->view, SPAN_LITERAL("trees"), NULL, &node.id, &i->arena)))
		return error;
	for (size_t n = 0; n < files.count; n++) {
		if ((error = ch_store_read(&raw, &i->view, CH_BLOB, &files.list[n].new, &i->arena)))
			return error;
		if (tree_check_root(raw) != WIRE_OK)
			return ch_refuse(WIRE_MALFORMED_TREE, "the view holds a tree that is none");
		if ((error = ch_store_write(&id, i->store, CH_TREE, raw)))
			return error;
	}
	return NULL;
}

static const struct ch_error *
import(struct ch_oid *head, struct importing *i)
{
	const struct ch_error *error;
	uint64_t seq;

	if ((error = ch_partial_tip(&i->tip, &i->view)) || (error = ch_partial_head(&seq, head, &i->view, &i->tip, &i->arena)) ||
	    (error = import_pages(i, seq, *head)) || (error = import_trees(i)))
		return error;
	return ch_store_flush(i->store);
}

const struct ch_error *
ch_view_fetch(struct ch_oid *head, struct ch_store *store, const struct ch_remote *remote, struct ch_arena *arena)
{
	struct importing i = {.store = store, .view = {.lock = -1}};
	const char *path = path_of(store, arena);
	const struct ch_error *error;

	if ((error = ch_remote_fetch_view(remote, path, arena)))
		return error;
	if ((error = ch_store_open(&i.view, path)) == NULL)
		error = import(head, &i);
	ch_store_close(&i.view);
	ch_arena_clear(&i.arena);
	return error;
}
