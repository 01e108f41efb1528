#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/object.h"
#include "overlay_inside.h"
#include "store/livetree.h"

/* A path that may differ from what is committed, and what was committed there when it was first touched. */
struct touched {
	char *path;
	bool had;
	struct ch_oid old;
	uint64_t first, last; /* sequences of the operations that touched it */
	enum ch_unsaved fate;    /* of the last */
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct touched *)a)->path, ((const struct touched *)b)->path);
}

static struct touched *
find(const struct ch_overlay *overlay, char *path)
{
	struct touched key = {.path = path};
	struct touched **found = tfind(&key, &overlay->touched, by_path);

	return found ? *found : NULL;
}

bool
overlay_is_touched(enum ch_unsaved *fate, const struct ch_overlay *overlay, const struct overlay_path *path)
{
	const struct touched *touched;
	struct overlay_path copy;

	memcpy(copy.text, path->text, path->len + 1);
	touched = find(overlay, copy.text);
	if (touched && fate)
		*fate = touched->fate;
	return touched != NULL;
}

static int
by_beginning(const void *key, const void *other)
{
	const char *beginning = ((const struct touched *)key)->path;

	return strncmp(beginning, ((const struct touched *)other)->path, strlen(beginning));
}

bool
overlay_is_touched_below(const struct ch_overlay *overlay, const struct overlay_path *directory)
{
	char beginning[CH_OPERATION_PATH_MAX + 2];
	struct touched key = {.path = beginning};

	snprintf(beginning, sizeof(beginning), "%s/", directory->text);
	return tfind(&key, &overlay->touched, by_beginning) != NULL;
}

/* An untouched path is as committed: what is there now is what was. */
static struct touched *
add(struct ch_overlay *overlay, char *path, const struct ch_overlay_node *there, uint64_t sequence)
{
	struct touched *touched = calloc(1, sizeof(*touched));

	if (touched == NULL)
		abort();
	touched->path = path;
	touched->first = sequence;
	if (tsearch(touched, &overlay->touched, by_path) == NULL)
		abort();
	touched->had = there && there->based;
	if (touched->had)
		touched->old = there->base;
	overlay->touches++;
	return touched;
}

void
overlay_touch(struct ch_overlay *overlay, struct span path, const struct ch_overlay_node *there, uint64_t sequence)
{
	char *copy = strndup((const char *)path.data, path.len);
	struct touched *touched;

	if (copy == NULL)
		abort();
	touched = find(overlay, copy);
	if (touched)
		free(copy);
	else
		touched = add(overlay, copy, there, sequence);
	touched->last = sequence;
	touched->fate = CH_UNSAVED_JOURNALLED;
}

static void
free_touched(void *pointer)
{
	struct touched *touched = pointer;

	free(touched->path);
	free(touched);
}

void
overlay_untouch_all(struct ch_overlay *overlay)
{
	tdestroy(overlay->touched, free_touched);
	overlay->touched = NULL;
	overlay->touches = 0;
}

bool
ch_overlay_is_pending(const struct ch_overlay *overlay)
{
	return overlay->last > overlay->through;
}

/* The file at a path; directories on the way to a touched one are loaded. */
static struct ch_overlay_node *
file_at(const struct ch_overlay *overlay, struct span path)
{
	struct ch_overlay_node *node = overlay->root;

	while (path.len && node && node->directory)
		node = overlay_node_find(overlay, node, span_cut(&path, '/'));
	return node && path.len == 0 && !node->directory ? node : NULL;
}

struct cutting {
	struct ch_cut *cut;
	struct ch_overlay *overlay;
};

static void
cut_one(const void *pointer, VISIT visit, void *context)
{
	const struct touched *touched = *(struct touched *const *)pointer;
	const struct cutting *c = context;
	struct ch_cut_file *file;
	struct ch_overlay_node *node;

	if (visit != postorder && visit != leaf)
		return;
	file = &c->cut->files[c->cut->count++];
	file->path = ch_arena_copy(&c->cut->arena, span_text(touched->path));
	file->had = touched->had;
	file->old = touched->old;
	file->last = touched->last;
	node = file_at(c->overlay, file->path);
	file->has = node != NULL && !node->aside;
	if (!file->has) {
		c->cut->count -= node && !file->had; /* temporary, and main has never had it */
		return;
	}
	file->time = (struct ch_time){node->time, overlay_times_permissions(node)};
	if (node->working)
		file->working = ch_working_ref(node->working);
	else if (node->based)
		file->new = node->base;
	else
		file->working = ch_working_new(c->overlay->journal->directory);
}

const struct ch_error *
ch_overlay_cut(struct ch_cut *cut, struct ch_overlay *overlay)
{
	*cut = (struct ch_cut){.through = overlay->journal->sequence, .commit = overlay->commit};
	cut->files = ch_arena_alloc(&cut->arena, (overlay->touches + 1) * sizeof(*cut->files));
	twalk_r(overlay->touched, cut_one, &(struct cutting){cut, overlay});
	overlay_credit_cut(cut, overlay);
	overlay_times_cut(cut, overlay);
	return overlay_aside_carry(cut, overlay);
}

void
ch_cut_release(struct ch_cut *cut)
{
	for (size_t i = 0; i < cut->count; i++)
		ch_working_unref(cut->files[i].working);
	for (size_t i = 0; i < cut->aside_count; i++)
		ch_working_unref(cut->asides[i].working);
	ch_arena_clear(&cut->arena);
	*cut = (struct ch_cut){0};
}

/* Directories above must be walked along the new commit, even if this file came out of it as it was. */
static void
make_stale(struct ch_overlay *overlay, struct span path)
{
	struct ch_overlay_node *node = overlay->root;

	while (node && node->directory) {
		node->stale = true;
		node = path.len ? overlay_node_find(overlay, node, span_cut(&path, '/')) : NULL;
	}
}

static void
untouch(struct ch_overlay *overlay, struct touched *touched)
{
	tdelete(touched, &overlay->touched, by_path);
	free_touched(touched);
	overlay->touches--;
}

static void
settle(struct ch_overlay *overlay, const struct ch_cut_file *file, uint64_t through)
{
	struct touched *touched = find(overlay, (char *)file->path.data);
	struct ch_overlay_node *node;

	if (touched == NULL)
		return;
	make_stale(overlay, file->path);
	touched->had = file->has;
	touched->old = file->new;
	node = file_at(overlay, file->path);
	if (touched->last > through || (node && node->aside))
		return;
	untouch(overlay, touched);
	if (node == NULL)
		return;
	ch_working_unref(node->working);
	node->working = NULL;
	node->based = true;
	node->base = file->new;
}

/*
 * One path of a space that main carries up to a sequence. What main holds there is loaded when the new commit is walked. What was touched again was so on
 * top of what our act has (`tree`), which is not what main has when somebody else came first.
 */
static const struct ch_error *
settle_path(struct ch_overlay *overlay, struct touched *touched, uint64_t through, const struct ch_oid *tree, struct ch_arena *arena)
{
	struct ch_overlay_node *node = file_at(overlay, span_text(touched->path));
	const struct ch_error *error;
	struct ch_node saved;

	if (touched->first > through || (node && node->aside && !touched->had))
		return NULL;
	make_stale(overlay, span_text(touched->path));
	if ((error = ch_tree_find(&saved, &touched->had, overlay->store, tree, span_text(ch_arena_format(arena, "files/%s", touched->path)), arena)))
		return error;
	touched->had = touched->had && !saved.directory;
	if (touched->last <= through && !(node && node->aside)) {
		if (node && touched->had)
			overlay_times_note(overlay, span_text(touched->path), node, &saved.id);
		if (node)
			node->based = false;
		untouch(overlay, touched);
		return NULL;
	}
	touched->old = saved.id;
	return NULL;
}

struct listing {
	struct touched **list;
	size_t count;
	struct span space;
};

static void
list_space(const void *pointer, VISIT visit, void *context)
{
	struct touched *touched = *(struct touched *const *)pointer;
	struct span path = span_text(touched->path);
	struct listing *listing = context;

	if ((visit == postorder || visit == leaf) && span_equal(span_cut(&path, '/'), listing->space))
		listing->list[listing->count++] = touched;
}

const struct ch_error *
overlay_settle_committed(struct ch_overlay *overlay, const struct ch_committed *committed)
{
	struct ch_arena arena = {0};
	struct listing listing = {.list = ch_arena_alloc(&arena, (overlay->touches + 1) * sizeof(*listing.list)), .space = committed->space};
	const struct ch_error *error;
	struct ch_oid tree;
	int64_t time;

	overlay_credit_settle(overlay, committed->space, committed->sequence);
	twalk_r(overlay->touched, list_space, &listing);
	error = listing.count ? ch_object_commit(&tree, &time, overlay->store, &committed->act) : NULL;
	for (size_t i = 0; i < listing.count && error == NULL; i++)
		error = settle_path(overlay, listing.list[i], committed->sequence, &tree, &arena);
	ch_arena_clear(&arena);
	return error;
}

static bool
all_committed(const struct ch_cut *cut)
{
	for (size_t i = 0; i < cut->count; i++)
		if (!cut->files[i].committed)
			return false;
	return true;
}

static bool
all_committed_of(const struct ch_cut *cut, struct span space)
{
	for (size_t i = 0; i < cut->count; i++) {
		struct span path = cut->files[i].path;

		if (!cut->files[i].committed && span_equal(span_cut(&path, '/'), space))
			return false;
	}
	return true;
}

static const struct ch_error *
give_up(struct ch_overlay *overlay, const struct ch_cut *cut)
{
	const struct ch_error *error;

	overlay->through = cut->through;
	overlay->announced = false;
	if ((error = overlay_announce(overlay)) || (error = ch_journal_sync(overlay->journal)) ||
	    (error = ch_journal_recycle(overlay->journal, cut->through)))
		return error;
	overlay->aside = cut->aside;
	return ch_aside_sweep(cut->directory, cut->asides, cut->aside_count);
}

static const struct ch_error *
stands_apart(bool *apart, struct ch_livetree *main, const struct ch_cut_file *file)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct ch_node node;
	bool found;

	error = ch_livetree_find(&node, &found, main, span_text(ch_arena_format(&arena, "files/%.*s", (int)file->path.len, (const char *)file->path.data)));
	found = found && !node.directory; /* where a file was a directory may be by now, ours */
	*apart = found != file->has || (found && !ch_oid_equal(&node.id, &file->new));
	ch_arena_clear(&arena);
	return error;
}

/* Was something written to since the cut that main does not have as we have saved it? */
static const struct ch_error *
any_apart(bool *apart, struct ch_overlay *overlay, const struct ch_oid *commit, const struct ch_cut *cut)
{
	struct ch_livetree *main = NULL;
	const struct ch_error *error = NULL;
	struct ch_oid tree;
	int64_t time;

	*apart = false;
	for (size_t i = 0; cut && i < cut->count && !*apart && error == NULL; i++) {
		const struct touched *touched = find(overlay, (char *)cut->files[i].path.data);

		if (touched == NULL || touched->last <= cut->through || !cut->files[i].committed)
			continue;
		if (main == NULL && (error = ch_object_commit(&tree, &time, overlay->store, commit)) == NULL)
			main = ch_livetree_new(overlay->store, &tree);
		if (error == NULL)
			error = stands_apart(apart, main, &cut->files[i]);
	}
	ch_livetree_free(main);
	return error;
}

/* What was written to since has no fate yet. */
static void
note_fates(struct ch_overlay *overlay, const struct ch_cut *cut)
{
	for (size_t i = 0; i < cut->count; i++) {
		struct touched *touched = find(overlay, (char *)cut->files[i].path.data);

		if (touched && touched->last == cut->files[i].last)
			touched->fate = cut->files[i].fate;
	}
}

/*
 * When somebody else came first with a file that is being written to, what was written stands on our content, in the journal too, and not on main's. So
 * everything stays as it is here until the next commit, which has all of it.
 */
const struct ch_error *
ch_overlay_advance(struct ch_overlay *overlay, const struct ch_oid *commit, const struct ch_cut *cut)
{
	const struct ch_error *error;
	bool apart;

	if (cut)
		note_fates(overlay, cut);
	if ((error = any_apart(&apart, overlay, commit, cut)) || apart)
		return error;
	for (size_t i = 0; cut && i < cut->count; i++)
		if (cut->files[i].committed)
			settle(overlay, &cut->files[i], cut->through);
	for (size_t i = 0; cut && i < cut->credit_count; i++)
		if (all_committed_of(cut, cut->credits[i].space))
			overlay_credit_settle(overlay, cut->credits[i].space, cut->through);
	if ((error = overlay_base_commit(overlay, commit, false)))
		return error;
	if (cut && all_committed(cut) && cut->put_aside && cut->through > overlay->through)
		return give_up(overlay, cut);
	return overlay->touches ? overlay_announce(overlay) : NULL;
}

const struct ch_error *
ch_overlay_settle(struct ch_overlay *overlay, const struct ch_oid *commit, const struct ch_committed *committed, size_t count)
{
	const struct ch_error *error;

	for (size_t i = 0; i < count; i++)
		if ((error = overlay_settle_committed(overlay, &committed[i])))
			return error;
	if ((error = overlay_base_commit(overlay, commit, true)))
		return error;
	return overlay->touches ? overlay_announce(overlay) : NULL;
}
