#include "partial.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>

#include "foreign/rawcommit.h"
#include "page_list.h"
#include "store/refs.h"
#include "store/treeedit.h"

enum { DEPTH_MAX = 16, ONLY_MAX = 65536, HEAD_MAX = 128 };

/* ---- which subjects ---- */

static bool
matches(struct span only, struct span path)
{
	char pattern[VALUE_MAX + 1], text[VALUE_MAX + 1];

	if (path.len > VALUE_MAX)
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)path.len, (const char *)path.data);
	while (only.len) {
		struct span line = span_cut(&only, '\n');
		if (line.len == 0 || line.len > VALUE_MAX)
			continue;
		snprintf(pattern, sizeof(pattern), "%.*s", (int)line.len, (const char *)line.data);
		if (fnmatch(pattern, text, FNM_PATHNAME | FNM_LEADING_DIR) == 0)
			return true;
	}
	return false;
}

bool
ch_partial_wants(struct span only, struct span subject)
{
	struct ch_subject_name name;

	if (!ch_subject_parse(&name, subject) || name.kind == CH_SPACE)
		return false;
	return name.kind != CH_APPLICATION || matches(only, subject);
}

bool
ch_partial_only(struct span only)
{
	bool any = false;

	if (only.len > ONLY_MAX)
		return false;
	for (; only.len; any = true) {
		struct span line = span_cut(&only, '\n');
		if (!text_is_value(line) || !span_starts(line, SPAN_LITERAL("seals/")))
			return false;
	}
	return any;
}

/* ---- main's trees ---- */

struct walk {
	struct ch_store *store;
	struct span only;
	const struct ch_partial_visitor *visitor;
	struct ch_arena *arena;
};

static const struct ch_error *walk_tree(struct walk *w, struct span path, const struct ch_oid *id, unsigned depth);

/* Free files, and what this release does not know, are no part of it. */
static bool
is_way(struct span path)
{
	static const char *const tops[] = {"archive", "policy", "people", "keys", "seals", "stamps"};
	struct span top = span_cut(&path, '/');

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (span_is(top, tops[i]))
			return true;
	return false;
}

static const struct ch_error *
visit_entry(struct walk *w, struct span path, const struct ch_oid *id, unsigned depth)
{
	struct ch_subject_name name;
	const struct ch_error *error;

	if (!is_way(path))
		return NULL;
	if (!ch_subject_parse(&name, path))
		return walk_tree(w, path, id, depth);
	if (!ch_partial_wants(w->only, path))
		return NULL;
	if (w->visitor->subject && (error = w->visitor->subject(w->visitor->context, path, &name, id)))
		return error;
	return name.kind == CH_SEAL ? walk_tree(w, path, id, depth) : NULL;
}

static const struct ch_error *
walk_tree(struct walk *w, struct span path, const struct ch_oid *id, unsigned depth)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_MALFORMED_TREE, "'%.*s' is too deep", (int)path.len, (const char *)path.data);
	if ((error = ch_store_read(&raw, w->store, CH_TREE, id, w->arena)) ||
	    (w->visitor->tree && (error = w->visitor->tree(w->visitor->context, raw, id))))
		return error;
	while (tree_next(&entry, &raw)) {
		const char *below = ch_arena_format(w->arena, "%.*s%s%.*s", (int)path.len, (const char *)path.data, path.len ? "/" : "", (int)entry.name.len,
						    (const char *)entry.name.data);
		struct ch_oid child;
		if (!entry.directory)
			continue;
		memcpy(child.id, entry.id, sizeof(child.id));
		if ((error = visit_entry(w, span_text(below), &child, depth + 1)))
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_partial_walk(struct ch_store *store, const struct ch_oid *root, struct span only, const struct ch_partial_visitor *visitor, struct ch_arena *arena)
{
	struct walk w = {store, only, visitor, arena};

	return walk_tree(&w, span_of(NULL, 0), root, 0);
}

/* ---- a view ---- */

/* From a tip back to what is known already, there or in `before` (may be NULL); acts have one parent at most. */
static const struct ch_error *
follow(struct ch_map *acts, const struct ch_map *before, struct ch_store *store, struct ch_oid at, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span raw;
	struct act act;
	enum wire_code code;

	for (;;) {
		struct ch_oid *commit = ch_arena_alloc(arena, sizeof(*commit));
		*commit = at;
		if ((error = ch_store_read(&raw, store, CH_COMMIT, &at, arena)))
			return error;
		if ((code = act_read(&act, raw)) != WIRE_OK)
			return ch_refuse(code, "the view brings what is no act");
		if (ch_map_get(acts, span_of(act.id, SHA256_SIZE)) || (before && ch_map_get(before, span_of(act.id, SHA256_SIZE))))
			return NULL;
		ch_map_put(acts, arena, ch_arena_copy(arena, span_of(act.id, SHA256_SIZE)), commit);
		if (act.commit.parents != 1)
			return NULL;
		memcpy(at.id, act.commit.parent[0], sizeof(at.id));
	}
}

static const struct ch_error *
read_view(struct ch_raw_commit *view, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, commit, arena)))
		return error;
	return ch_raw_commit_read(view, raw) == WIRE_OK ? NULL : ch_refuse(WIRE_MALFORMED_COMMIT, "the view is none that chancery-view has made");
}

const struct ch_error *
ch_partial_tip(struct ch_oid *tip, struct ch_store *view)
{
	const struct ch_error *error;
	bool exists;

	if ((error = ch_ref_read(tip, &exists, view, CH_VIEW_REF)))
		return error;
	return exists ? NULL : ch_fail(CH_REFUSED, "there is no view in '%s'", view->path);
}

/* What a view has brought behind an earlier one (zero: none), or all of it, when that one is not behind it: act id -> struct ch_oid. */
static const struct ch_error *
acts_since(struct ch_map *acts, struct ch_store *view, struct ch_oid at, const struct ch_oid *before, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_raw_commit commit;

	while (!ch_oid_equal(&at, before)) {
		size_t parents;
		if ((error = read_view(&commit, view, &at, arena)) || (parents = ch_raw_commit_parents(&commit)) == 0)
			return error;
		for (size_t i = 1; i < parents; i++) {
			ch_raw_commit_parent(at.id, &commit, i);
			if ((error = follow(acts, NULL, view, at, arena)))
				return error;
		}
		ch_raw_commit_parent(at.id, &commit, 0);
	}
	return NULL;
}

const struct ch_error *
ch_partial_tree(struct ch_oid *tree, struct ch_store *view, const struct ch_oid *tip, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_raw_commit commit;
	struct span raw;

	if ((error = ch_store_read(&raw, view, CH_COMMIT, tip, arena)))
		return error;
	if (ch_raw_commit_read(&commit, raw) != WIRE_OK || raw.len < 46 || !text_get_hex(tree->id, OBJECT_ID_SIZE, span_of(raw.data + 5, 2 * OBJECT_ID_SIZE)))
		return ch_refuse(WIRE_MALFORMED_COMMIT, "the view has no tree");
	return NULL;
}

const struct ch_error *
ch_partial_file(struct span *content, bool *found, struct ch_store *view, const struct ch_oid *tip, const char *path, size_t most, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_oid root;
	struct ch_node node;

	*found = false;
	if ((error = ch_partial_tree(&root, view, tip, arena)))
		return error;
	if ((error = ch_tree_find(&node, found, view, &root, span_text(path), arena)) || !*found)
		return error;
	*found = !node.directory;
	if (!*found)
		return NULL;
	if ((error = ch_store_read(content, view, CH_BLOB, &node.id, arena)))
		return error;
	return content->len <= most ? NULL : ch_refuse(WIRE_TOO_LONG, "'%s' of the view has more than %zu bytes", path, most);
}

const struct ch_error *
ch_partial_head(uint64_t *seq, struct ch_oid *head, struct ch_store *view, const struct ch_oid *tip, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span text, number;
	bool found;

	if ((error = ch_partial_file(&text, &found, view, tip, "head", HEAD_MAX, arena)))
		return error;
	text = found ? span_cut(&text, '\n') : span_of(NULL, 0);
	number = span_cut(&text, ':');
	if (!text_get_number(seq, number) || *seq == 0 || !text_get_hex(head->id, OBJECT_ID_SIZE, text))
		return ch_refuse(WIRE_WRONG_CONTENT, "the view does not say up to which page it goes");
	return NULL;
}

/* ---- replaying ---- */

struct comparing {
	struct ch_state *state;
	struct ch_store *store;
	struct ch_livetree *known; /* what the acts that are here add up to, of the subjects that are part of it */
	struct ch_arena *arena;
};

/* Acts leave in the tree what is below their subject; nothing is ever taken away. */
static const struct ch_error *
add_act(struct comparing *c, const struct ch_entry *entry, struct span path)
{
	const struct ch_error *error;
	struct ch_changes changes;
	struct ch_node node;
	struct ch_oid root;
	bool found;

	memcpy(root.id, ch_entry_act(c->state, entry)->commit.tree, sizeof(root.id));
	if ((error = ch_tree_find(&node, &found, c->store, &root, path, c->arena)) || !found)
		return error;
	if ((error = ch_tree_changes_below(&changes, c->store, path, NULL, &node.id, c->arena)))
		return error;
	return ch_livetree_apply(c->known, changes.list, changes.count);
}

static const struct ch_error *
add_acts(struct comparing *c, struct span only)
{
	const struct ch_error *error;

	for (size_t i = 0; i < c->state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(c->state, i);
		struct span path;
		if (entry->code != WIRE_OK)
			continue;
		path = ch_entry_subject(c->state, entry)->path;
		if (ch_partial_wants(only, path) && (error = add_act(c, entry, path)))
			return error;
	}
	return NULL;
}

/* A seal's own files, without its applications. */
static const struct ch_error *
own_files(struct span *own, struct comparing *c, const struct ch_oid *tree)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw;
	uint8_t *out;
	size_t len = 0;

	if ((error = ch_store_read(&raw, c->store, CH_TREE, tree, c->arena)))
		return error;
	out = ch_arena_alloc(c->arena, raw.len + 1);
	for (size_t size = raw.len; tree_next(&entry, &raw);)
		if (!(entry.directory && span_is(entry.name, "applications")))
			tree_put_again(out, size, &len, &entry);
	*own = span_of(out, len);
	return NULL;
}

static const struct ch_error *
compare_subject(void *context, struct span path, const struct ch_subject_name *name, const struct ch_oid *tree)
{
	struct comparing *c = context;
	const struct ch_error *error;
	struct span is, should;
	struct ch_node node;
	bool found, same;

	if ((error = ch_livetree_find(&node, &found, c->known, path)))
		return error;
	same = found && ch_oid_equal(&node.id, tree);
	if (!same && found && name->kind == CH_SEAL) {
		if ((error = own_files(&is, c, &node.id)) || (error = own_files(&should, c, tree)))
			return error;
		same = span_equal(is, should);
	}
	return same ? NULL : ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is in the register not what the acts here add up to: some were left out", (int)path.len,
				       (const char *)path.data);
}

/* The tree of the last page says of each subject what it is; main is not recomputed, the registrar has signed it. */
static const struct ch_error *
check_complete(struct ch_state *state, struct ch_store *store, const struct ch_oid *head, struct span only, struct ch_arena *arena)
{
	struct comparing c = {state, store, ch_livetree_new(store, NULL), arena};
	const struct ch_partial_visitor visitor = {.subject = compare_subject, .context = &c};
	const struct ch_error *error;
	struct ch_oid root, id;
	struct span raw;
	struct act act;
	bool empty;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, head, arena)) == NULL && act_read(&act, raw) != WIRE_OK)
		error = ch_refuse(WIRE_MALFORMED_COMMIT, "the last page cannot be read");
	if (error == NULL && (error = add_acts(&c, only)) == NULL && (error = ch_livetree_id(&id, &empty, c.known, true)) == NULL) {
		memcpy(root.id, act.commit.tree, sizeof(root.id));
		error = ch_partial_walk(store, &root, only, &visitor, arena);
	}
	ch_livetree_free(c.known);
	return error;
}

/* Of a part of an archive: what is read of it to go on from where the state is. */
struct part {
	struct ch_store view;
	struct ch_oid tip, page; /* of the view, and the last page that it has */
	struct span only;
	struct ch_map acts;   /* that it has brought since: act id -> struct ch_oid */
	struct ch_map waiting; /* that are in the outbox and not among them */
	struct ch_arena arena;
};

static const struct ch_error *
read_part(struct part *p, const struct ch_store *store)
{
	char path[sizeof(store->path) + 16];
	const struct ch_error *error;
	bool found;

	*p = (struct part){.view = {.lock = -1}};
	snprintf(path, sizeof(path), "%s/chancery/view", store->path);
	if ((error = ch_store_open(&p->view, path)) || (error = ch_partial_tip(&p->tip, &p->view)) ||
	    (error = ch_partial_file(&p->only, &found, &p->view, &p->tip, "only", ONLY_MAX, &p->arena)))
		return error;
	return found && ch_partial_only(p->only) ? NULL : ch_refuse(WIRE_WRONG_CONTENT, "the view does not say which applications it holds");
}

static void
part_clear(struct part *p)
{
	ch_store_close(&p->view);
	ch_arena_clear(&p->arena);
}

static const struct ch_error *
read_outbox(struct part *p, struct ch_store *store)
{
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	if ((error = ch_refs(&refs, &count, store, "refs/acts/", &p->arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		if ((error = follow(&p->waiting, &p->acts, store, refs[i].id, &p->arena)))
			return error;
	return NULL;
}

static const struct ch_error *
read_acts(struct part *p, struct ch_store *store, const struct ch_oid *since)
{
	const struct ch_error *error;
	uint64_t seq;

	if ((error = ch_partial_head(&seq, &p->page, &p->view, &p->tip, &p->arena)) || (error = acts_since(&p->acts, &p->view, p->tip, since, &p->arena)) ||
	    (error = read_outbox(p, store)))
		return error;
	for (size_t i = 0; i < p->waiting.size; i++)
		if (p->waiting.slots[i].value)
			ch_map_put(&p->acts, &p->arena, p->waiting.slots[i].key, p->waiting.slots[i].value);
	return NULL;
}

/* An act of the outbox that a page has named now is here until it is settled, and then only if the view brings it, too. */
static bool
took_from_outbox(const struct part *p, const struct ch_state *state, uint64_t since)
{
	for (size_t i = 0; i < p->waiting.size; i++) {
		const struct ch_entry *entry = p->waiting.slots[i].value ? ch_state_act(state, p->waiting.slots[i].key.data) : NULL;
		if (entry && entry->seq > since)
			return true;
	}
	return false;
}

static const struct ch_error *
replay_list(struct part *p, struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer)
{
	const struct ch_error *error;
	struct page_list list = {0};
	struct ch_oid *pages;

	if ((error = page_list(&list, state, store, *head)) == NULL) {
		pages = ch_arena_alloc(&p->arena, (list.count + 1) * sizeof(*pages));
		for (size_t i = 0; i < list.count; i++)
			pages[i] = list.pages[list.count - 1 - i].commit;
		error = ch_replay_extract(state, store, pages, list.count, &p->acts, observer);
	}
	page_list_clear(&list);
	return error;
}

const struct ch_error *
ch_partial_begin(struct ch_state *state, struct ch_store *store)
{
	const struct ch_error *error;
	struct part p;

	if ((error = read_part(&p, store)) == NULL)
		wire_sha256_of(state->part.only, p.only);
	state->extract = true;
	part_clear(&p);
	return error;
}

const struct ch_error *
ch_partial_replay(struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer)
{
	const struct ch_error *error;
	uint64_t before = state->seq;
	struct part p;

	if ((error = read_part(&p, store)) == NULL && (error = read_acts(&p, store, &state->part.view)) == NULL &&
	    (error = replay_list(&p, state, store, head, observer)) == NULL && state->seq != before)
		error = check_complete(state, store, head, p.only, &p.arena);
	if (error == NULL && ch_oid_equal(&p.page, head)) /* else it has brought more than what has been taken */
		state->part.view = p.tip;
	state->part.unsettled = state->part.unsettled || took_from_outbox(&p, state, before);
	part_clear(&p);
	return error;
}
