/*
 * ch_view_update
 *   open_view       makes the repository, or reads what it has
 *   add_acts        packs of acts behind its last page, and their photos' content
 *   add_pages       the register's pages behind its last one
 *   add_trees       main's trees on the way to the subjects
 *   commit          as many commits as hold the acts as parents; then the reference moves
 */
#include "view.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "large/depot.h"
#include "large/walk.h"
#include "register/charter.h"
#include "register/partial.h"
#include "store/livetree.h"
#include "store/object.h"
#include "store/pack.h"
#include "store/refs.h"
#include "sync/memory.h"

enum { PACK_FULL = 16384, TIPS_MAX = 48, ONLY_MAX = 65536 };

struct making {
	struct ch_state *state;
	struct ch_store *store, view;
	struct ch_viewed *out;
	struct ch_arena arena;
	struct span only;
	struct ch_oid tip;   /* of the view before; zero: none */
	struct ch_oid tree;  /* of that */
	uint64_t seq;	     /* its last page that we have, too */
	struct ch_oid *acts; /* new ones */
	size_t count;
	struct ch_change *changes; /* of its tree */
	size_t change_count;
};

static bool
is_none(const struct ch_oid *id)
{
	return ch_oid_equal(id, &(struct ch_oid){{0}});
}

static void
put_blob(struct making *m, const char *path, const struct ch_oid *blob)
{
	m->changes = ch_arena_grow(&m->arena, m->changes, m->change_count, sizeof(*m->changes));
	m->changes[m->change_count++] = (struct ch_change){.path = span_text(path), .has = true, .new = *blob};
}

static const struct ch_error *
put_file(struct making *m, const char *path, struct span content)
{
	const struct ch_error *error;
	struct ch_oid blob;

	if ((error = ch_store_write(&blob, &m->view, CH_BLOB, content)) == NULL)
		put_blob(m, path, &blob);
	return error;
}

/* ---- what it has ---- */

/* The last page of the view that is on our line: another than its last one only when the administrators have begun anew behind it. */
static const struct ch_error *
find_common(struct making *m, const struct ch_oid *page)
{
	const struct ch_line theirs = {m->seq, *page}, ours = {m->state->seq, m->state->head};
	const struct ch_error *error;
	struct ch_line common;
	struct ch_oid head;
	bool exists;

	if (m->seq > m->state->seq) {
		if ((error = ch_store_head(&head, &exists, m->store)))
			return error;
		if (exists && !ch_oid_equal(&head, &m->state->head))
			return NULL; /* somebody else has registered meanwhile, and brought it further already */
	}
	if (ch_line_common(&common, m->store, &ours, &theirs))
		return ch_fail(CH_REFUSED, "'%s' is not a view of this archive, or of another register of it", m->view.path);
	if (common.seq < m->seq && ch_charter_recovered(m->state, 0) != common.seq + 1)
		return ch_fail(CH_REFUSED, "'%s' has page %" PRIu64 ", which the register has not: it was taken back, or this is a fork", m->view.path, m->seq);
	m->seq = common.seq;
	return NULL;
}

static const struct ch_error *
which(struct span only)
{
	return ch_partial_only(only) ? NULL : ch_fail(CH_USAGE, "which applications? name them, or what they lie in, as in seals/S-0007");
}

static const struct ch_error *
read_view(struct making *m, struct span only)
{
	const struct ch_error *error;
	struct span has = {0};
	struct ch_oid page;
	bool found;

	if ((error = ch_ref_read(&m->tip, &found, &m->view, CH_VIEW_REF)))
		return error;
	m->only = only;
	if (is_none(&m->tip))
		return which(only);
	if ((error = ch_partial_tree(&m->tree, &m->view, &m->tip, &m->arena)))
		return error;
	if ((error = ch_partial_file(&has, &found, &m->view, &m->tip, "only", ONLY_MAX, &m->arena)))
		return error;
	if (only.len && !span_equal(only, has))
		return ch_fail(CH_REFUSED, "'%s' is a view of other applications; what was given cannot be taken back: make another one", m->view.path);
	m->only = has;
	if ((error = ch_partial_head(&m->seq, &page, &m->view, &m->tip, &m->arena)))
		return error;
	return find_common(m, &page);
}

/* A plain repository; what an interrupted call has left is gone on with. */
static const struct ch_error *
open_view(struct making *m, const char *directory, struct span only, unsigned wait)
{
	const struct ch_error *error;

	if (access(directory, F_OK) == 0 && rmdir(directory) != 0)
		error = ch_store_open(&m->view, directory);
	else if ((error = which(only)) == NULL)
		error = ch_store_create(&m->view, directory);
	if (error || (error = ch_store_lock_within(&m->view, wait)))
		return error;
	return read_view(m, only);
}

/* ---- what it gets ---- */

static const struct ch_error *
store_pack(struct making *m, struct ch_pack *pack, struct ch_arena *arena)
{
	const struct ch_error *error = pack->count ? ch_pack_store(&m->view, ch_pack_write(pack, arena)) : NULL;

	*pack = (struct ch_pack){0};
	ch_arena_clear(arena);
	return error;
}

static const struct ch_error *
add_content(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct making *m = context;
	const struct ch_error *error;
	bool here = false, there = false;

	(void)path, (void)blob;
	if ((error = ch_depot_has(&here, m->store->path, pointer)) || (error = ch_depot_has(&there, m->view.path, pointer)) || !here || there)
		return error;
	return ch_depot_copy(m->view.path, m->store->path, pointer);
}

/* The photos that an act brings, as far as they are here: beside the view, where git-lfs looks for them. */
static const struct ch_error *
add_photos(struct making *m, const struct act *act)
{
	const struct ch_error *error;
	struct ch_oid tree, before;
	int64_t time;

	if (act->statement.kind != ACT_SEAL_RECORD && act->statement.kind != ACT_SEAL_PHOTO)
		return NULL;
	memcpy(tree.id, act->commit.tree, sizeof(tree.id));
	if (act->commit.parents && (error = ch_object_commit(&before, &time, m->store, (const struct ch_oid *)act->commit.parent[0])))
		return error;
	return ch_large_walk(m->store, &tree, act->commit.parents ? &before : NULL, add_content, m);
}

/* Refused ones, too, of subjects that are there: they are on pages, and somebody wants to know what became of them. */
static const struct ch_error *
add_act(struct making *m, struct ch_pack *pack, const struct ch_entry *entry, struct ch_arena *arena)
{
	const struct act *act = ch_entry_act(m->state, entry);
	const struct ch_error *error;

	if (!ch_partial_wants(m->only, act->statement.value[KEY_SUBJECT]))
		return NULL;
	if ((error = add_photos(m, act)))
		return error;
	m->acts = ch_arena_grow(&m->arena, m->acts, m->count, sizeof(*m->acts));
	m->acts[m->count++] = entry->commit;
	error = ch_pack_add_commit(pack, m->store, &entry->commit, arena);
	return error || pack->count <= PACK_FULL ? error : store_pack(m, pack, arena);
}

/* Those behind the last page of the view; the ledger has them in order. */
static const struct ch_error *
add_acts(struct making *m)
{
	const struct ch_error *error = NULL;
	struct ch_arena arena = {0};
	struct ch_pack pack = {0};
	size_t from = m->state->entry_count;

	while (from && ch_state_entry(m->state, from - 1)->seq > m->seq)
		from--;
	for (size_t i = from; i < m->state->entry_count && error == NULL; i++)
		error = add_act(m, &pack, ch_state_entry(m->state, i), &arena);
	if (error == NULL)
		error = store_pack(m, &pack, &arena);
	ch_arena_clear(&arena);
	return error ? error : ch_state_trouble(m->state);
}

static const struct ch_error *
add_pages(struct making *m)
{
	const struct ch_error *error;
	struct ch_oid at = m->state->head;
	uint64_t seq;
	struct act act;
	struct span raw;

	for (seq = m->state->seq; seq > m->seq; seq--) {
		if ((error = ch_store_read(&raw, m->store, CH_COMMIT, &at, &m->arena)))
			return error;
		if (act_read(&act, raw) != WIRE_OK || act.commit.parents == 0)
			return ch_refuse(WIRE_MALFORMED_COMMIT, "page %" PRIu64 " cannot be read", seq);
		if ((error = put_file(m, ch_arena_format(&m->arena, "pages/%" PRIu64 "/%" PRIu64, seq / 1000, seq), raw)))
			return error;
		memcpy(at.id, act.commit.parent[0], sizeof(at.id));
	}
	return put_file(m, "head", span_text(ch_arena_format(&m->arena, "%" PRIu64 ":%s\n", m->state->seq,
							    (const char *)ch_arena_hex(&m->arena, m->state->head.id, OBJECT_ID_SIZE).data)));
}

/* Most of them are those of the view before. */
static const struct ch_error *
add_tree(void *context, struct span raw, const struct ch_oid *id)
{
	struct making *m = context;
	const char *hex = (const char *)ch_arena_hex(&m->arena, id->id, OBJECT_ID_SIZE).data;
	const char *path = ch_arena_format(&m->arena, "trees/%.2s/%s", hex, hex + 2);
	const struct ch_error *error;
	struct ch_node node;
	bool found = false;

	if (!is_none(&m->tip) && (error = ch_tree_find(&node, &found, &m->view, &m->tree, span_text(path), &m->arena)))
		return error;
	if (!found || node.directory)
		return put_file(m, path, raw);
	put_blob(m, path, &node.id); /* the view before keeps it */
	return NULL;
}

/* Of a subject only its own tree; what lies in it comes with the acts. */
static const struct ch_error *
add_subject(void *context, struct span path, const struct ch_subject_name *name, const struct ch_oid *tree)
{
	struct making *m = context;
	const struct ch_error *error;
	struct span raw;

	(void)path;
	if (name->kind != CH_SEAL)
		return NULL; /* compared by its id */
	if ((error = ch_store_read(&raw, m->store, CH_TREE, tree, &m->arena)))
		return error;
	return add_tree(m, raw, tree);
}

static const struct ch_error *
add_trees(struct making *m)
{
	const struct ch_partial_visitor visitor = {add_tree, add_subject, m};

	return ch_partial_walk(m->store, &m->state->tree, m->only, &visitor, &m->arena);
}

/* ---- the view itself ---- */

/* With the pages of the view before, and no tree of it. */
static const struct ch_error *
make_tree(struct ch_oid *tree, struct making *m)
{
	const struct ch_error *error;
	struct ch_oid base;
	bool empty;

	if ((error = put_file(m, "only", m->only)))
		return error;
	if (is_none(&m->tip))
		return ch_tree_apply(tree, &empty, &m->view, NULL, m->changes, m->change_count);
	if ((error = ch_tree_set(&base, &m->view, &m->tree, SPAN_LITERAL("trees"), NULL, &m->arena)))
		return error;
	return ch_tree_apply(tree, &empty, &m->view, &base, m->changes, m->change_count);
}

/* One commit; with no parent it is the first, which brings nothing. */
static const struct ch_error *
write_commit(struct making *m, const struct ch_oid *tree, const struct ch_oid *acts, size_t count)
{
	const char *text = ch_arena_format(&m->arena, "tree %s\n", (const char *)ch_arena_hex(&m->arena, tree->id, OBJECT_ID_SIZE).data);
	const char *who = ch_arena_format(&m->arena, "chancery-view <chancery-view@%.*s> %" PRId64 " +0000", (int)m->state->id.len,
					  (const char *)m->state->id.data, m->state->received);

	if (!is_none(&m->tip))
		text = ch_arena_format(&m->arena, "%sparent %s\n", text, (const char *)ch_arena_hex(&m->arena, m->tip.id, OBJECT_ID_SIZE).data);
	for (size_t i = 0; i < count; i++)
		text = ch_arena_format(&m->arena, "%sparent %s\n", text, (const char *)ch_arena_hex(&m->arena, acts[i].id, OBJECT_ID_SIZE).data);
	text = ch_arena_format(&m->arena, "%sauthor %s\ncommitter %s\n\nview of page %" PRIu64 "\n", text, who, who, m->state->seq);
	return ch_store_write(&m->tip, &m->view, CH_COMMIT, span_text(text));
}

static const struct ch_error *
commit(struct making *m)
{
	const struct ch_error *error;
	struct ch_oid tree;

	if ((error = make_tree(&tree, m)) || (is_none(&m->tip) && (error = write_commit(m, &tree, NULL, 0))))
		return error;
	for (size_t i = 0; i == 0 || i < m->count; i += TIPS_MAX)
		if ((error = write_commit(m, &tree, m->acts + i, m->count - i < TIPS_MAX ? m->count - i : TIPS_MAX)))
			return error;
	if ((error = ch_store_flush(&m->view)) || (error = ch_store_sync(&m->view)) || (error = ch_ref_set(&m->view, CH_VIEW_REF, &m->tip)))
		return error;
	*m->out = (struct ch_viewed){m->state->seq - m->seq, m->count, m->state->seq, m->tip};
	return NULL;
}

const struct ch_error *
ch_view_update(struct ch_viewed *out, struct ch_state *state, struct ch_store *store, const char *directory, struct span only, unsigned wait)
{
	struct making m = {.state = state, .store = store, .out = out, .view = {.lock = -1}};
	const struct ch_error *error;

	if ((error = open_view(&m, directory, only, wait)) == NULL) {
		*out = (struct ch_viewed){0, 0, m.seq, m.tip};
		if (m.seq < state->seq && (error = add_acts(&m)) == NULL && (error = add_pages(&m)) == NULL && (error = add_trees(&m)) == NULL)
			error = commit(&m);
	}
	ch_store_close(&m.view);
	ch_arena_clear(&m.arena);
	return error;
}
