#include <stdlib.h>

#include "large/depot.h"
#include "store/object.h"
#include "overlay_inside.h"
#include "store/treeedit.h"
#include "wire/commit.h"

/* A walk along a new commit. */
struct walk {
	struct ch_overlay *overlay;
	struct overlay_path path; /* of the directory being looked at */
	struct ch_arena arena;
	size_t removed;
	bool quiet; /* nobody has seen yet what is being loaded */
};

static void
tell(struct walk *w, struct ch_overlay_node *node, const char *name)
{
	if (w->quiet)
		return;
	if (name)
		overlay_times_take(w->overlay, node, NULL);
	if (w->overlay->notify)
		w->overlay->notify(w->overlay->context, node, name);
}

/* Steps into a directory; paths too long to be changed cannot have been touched either. */
static size_t
enter(struct walk *w, struct span name)
{
	size_t len = w->path.len;

	overlay_path_append(&w->path, name);
	return len;
}

static void
leave(struct walk *w, size_t len)
{
	w->path.len = len;
	w->path.text[len] = '\0';
}

static bool
is_touched(struct walk *w, struct span name)
{
	size_t len;
	bool touched;

	if (w->overlay->touches == 0)
		return false;
	len = enter(w, name);
	touched = overlay_is_touched(NULL, w->overlay, &w->path);
	leave(w, len);
	return touched;
}

static void
set_base(struct ch_overlay *overlay, struct ch_overlay_node *node, const uint8_t *id, const struct ch_time *known)
{
	node->based = id != NULL;
	if (id)
		memcpy(node->base.id, id, sizeof(node->base.id));
	overlay_times_take(overlay, node, known);
	node->sized = false;
	ch_working_unref(node->working);
	node->working = NULL;
}

static const struct ch_error *follow(struct walk *w, struct ch_overlay_node *directory, const uint8_t *tree);

static struct ch_overlay_node *
add(struct walk *w, struct ch_overlay_node *directory, const struct tree_entry *entry, const struct ch_time *known)
{
	struct ch_overlay_node *node = overlay_node_new(w->overlay, entry->directory);

	set_base(w->overlay, node, entry->id, known);
	overlay_node_insert(w->overlay, directory, entry->name, node);
	node->round = w->overlay->round;
	return node;
}

/* What nobody has looked into is as main has it, which has no empty directory. */
bool
overlay_base_holds(const struct ch_overlay_node *directory, bool temporary)
{
	if (!directory->loaded)
		return directory->based;
	for (size_t i = 0; i < directory->slots; i++) {
		const struct ch_overlay_node *node = directory->entries[i].node;

		if (node && (node->directory ? overlay_base_holds(node, temporary) : temporary || !node->aside))
			return true;
	}
	return false;
}

/* Something is touched in it: what of it was not removed here, and whether that is anything, is to be known at once. */
static const struct ch_error *
load_new(struct walk *w, struct ch_overlay_node *directory, const struct tree_entry *entry)
{
	size_t len = enter(w, entry->name);
	const struct ch_error *error = NULL;
	bool quiet = w->quiet;

	if (overlay_is_touched_below(w->overlay, &w->path)) {
		directory->loaded = w->quiet = true;
		directory->based = false;
		error = follow(w, directory, entry->id);
		w->quiet = quiet;
	}
	leave(w, len);
	return error;
}

/* Main has an entry that is not here: new, unless it was removed here and that is not committed yet. */
static const struct ch_error *
follow_new(struct walk *w, struct ch_overlay_node *directory, const struct tree_entry *entry, const struct ch_time *known)
{
	struct ch_overlay_node *node;
	const struct ch_error *error;

	if (!entry->directory && is_touched(w, entry->name))
		return NULL;
	node = add(w, directory, entry, known);
	if (entry->directory && w->overlay->touches && (error = load_new(w, node, entry)))
		return error;
	if (entry->directory && !overlay_base_holds(node, true))
		overlay_node_remove(w->overlay, node);
	else
		tell(w, directory, node->name);
	return NULL;
}

/* A directory that nobody has looked into was changed by somebody else, if at all. */
static const struct ch_error *
follow_below(struct walk *w, struct ch_overlay_node *node, const struct tree_entry *entry, const struct ch_time *known)
{
	bool unseen = !node->loaded && !node->dated && (!node->based || memcmp(node->base.id, entry->id, sizeof(node->base.id)) != 0);
	size_t len = enter(w, entry->name);
	const struct ch_error *error = follow(w, node, entry->id);

	leave(w, len);
	if (unseen)
		overlay_times_take(w->overlay, node, known);
	return error;
}

static const struct ch_error *
follow_entry(struct walk *w, struct ch_overlay_node *directory, const struct tree_entry *entry, const struct ch_time *known)
{
	struct ch_overlay_node *node = overlay_node_find(w->overlay, directory, entry->name);
	const struct ch_error *error;
	size_t len;

	if (node == NULL)
		return follow_new(w, directory, entry, known);
	node->round = w->overlay->round;
	if (node->directory && entry->directory)
		return follow_below(w, node, entry, known);
	if (is_touched(w, entry->name) || (!node->directory && node->aside))
		return NULL; /* ours differs, and stays until the commit decides */
	if (node->directory) {
		len = enter(w, entry->name);
		error = follow(w, node, NULL);
		leave(w, len);
		if (error || overlay_base_holds(node, true))
			return error; /* likewise */
		overlay_node_remove(w->overlay, node);
		return follow_new(w, directory, entry, known);
	}
	if (entry->directory) {
		overlay_node_remove(w->overlay, node);
		return follow_new(w, directory, entry, known);
	}
	if (!node->based || memcmp(node->base.id, entry->id, sizeof(node->base.id)) != 0) {
		set_base(w->overlay, node, entry->id, known);
		tell(w, node, NULL);
	}
	return NULL;
}

/* A name that main does not have: somebody removed it, unless it is new here. A directory goes when that has emptied it. */
static const struct ch_error *
follow_missing(struct walk *w, struct ch_overlay_node *directory, struct ch_overlay_node *node)
{
	struct span name = span_text(node->name);
	bool unseen = node->directory && node->based && !node->loaded;
	size_t before = w->removed, len;
	const struct ch_error *error;
	char *copy;

	if (node->directory) {
		len = enter(w, name);
		error = follow(w, node, NULL);
		leave(w, len);
		if (error || (w->removed == before && !unseen) || node->count)
			return error;
	} else if (is_touched(w, name)) {
		return NULL;
	}
	copy = ch_arena_text(&w->arena, name);
	overlay_node_remove(w->overlay, node);
	w->removed++;
	tell(w, directory, copy);
	return NULL;
}

/* What is known of the entries of a directory, one after the other. */
struct known {
	struct ch_times_list list;
	size_t i;
	struct ch_time time;
};

static void
known_begin(struct known *known, struct walk *w, const struct ch_overlay_node *directory)
{
	*known = (struct known){.i = 0};
	if (directory->based)
		overlay_times_list(&known->list, w->overlay, &w->path, &directory->base, &w->arena);
}

static const struct ch_time *
known_next(struct known *known)
{
	if (known->i >= known->list.count)
		return NULL;
	known->time = ch_times_at(&known->list, known->i++);
	return &known->time;
}

static const struct ch_error *
follow_entries(struct walk *w, struct ch_overlay_node *directory, struct span raw)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct known known;

	for (known_begin(&known, w, directory); tree_next(&entry, &raw);)
		if ((error = follow_entry(w, directory, &entry, known_next(&known))))
			return error;
	for (size_t i = directory->slots; i-- > 0;) {
		struct ch_overlay_node *node = i < directory->slots ? directory->entries[i].node : NULL;

		if (node && node->round != w->overlay->round && (error = follow_missing(w, directory, node)))
			return error;
	}
	return NULL;
}

/* Lets a directory stand on another tree (NULL: none). */
static const struct ch_error *
follow(struct walk *w, struct ch_overlay_node *directory, const uint8_t *tree)
{
	bool same = !directory->stale && directory->based == (tree != NULL) && (tree == NULL || memcmp(directory->base.id, tree, sizeof(directory->base.id)) == 0);
	const struct ch_oid before = directory->base;
	bool had = directory->based;
	const struct ch_error *error;
	struct span raw = {0};

	directory->stale = false;
	directory->based = tree != NULL;
	if (tree)
		memcpy(directory->base.id, tree, sizeof(directory->base.id));
	if (same)
		return NULL;
	if (!directory->loaded)
		return w->overlay->moved ? w->overlay->moved(w->overlay->context, directory, had ? &before : NULL, tree ? &directory->base : NULL) : NULL;
	if (tree && (error = ch_store_read(&raw, w->overlay->store, CH_TREE, &directory->base, &w->arena)))
		return error;
	return follow_entries(w, directory, raw);
}

/* Those above before those below: what stands for a directory is known before what stands for its entries. */
static void
tell_loaded(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	overlay->loaded(overlay->context, directory);
	for (size_t i = 0; i < directory->slots; i++) {
		struct ch_overlay_node *node = directory->entries[i].node;

		if (node && node->directory && node->loaded)
			tell_loaded(overlay, node);
	}
}

const struct ch_error *
ch_overlay_load(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	struct walk w = {.overlay = overlay, .quiet = true};
	const struct ch_error *error = NULL;
	struct span raw;

	if (directory->loaded)
		return NULL;
	if (directory->based && (error = ch_store_read(&raw, overlay->store, CH_TREE, &directory->base, &w.arena)) == NULL) {
		overlay_path_of(&w.path, directory);
		error = follow_entries(&w, directory, raw);
	}
	directory->loaded = error == NULL;
	if (directory->loaded && overlay->loaded)
		tell_loaded(overlay, directory);
	ch_arena_clear(&w.arena);
	return error;
}

const struct ch_error *
overlay_base_load_all(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	const struct ch_error *error;

	if ((error = ch_overlay_load(overlay, directory)))
		return error;
	for (size_t i = 0; i < directory->slots; i++) {
		struct ch_overlay_node *node = directory->entries[i].node;

		if (node && node->directory && (error = overlay_base_load_all(overlay, node)))
			return error;
	}
	return NULL;
}

const struct ch_error *
overlay_base_commit(struct ch_overlay *overlay, const struct ch_oid *commit, bool again)
{
	struct walk w = {.overlay = overlay};
	const struct ch_error *error;
	struct ch_oid tree;
	struct ch_node files = {0};
	bool found;

	if (!again && overlay->based && ch_oid_equal(&overlay->commit, commit))
		return NULL;
	if ((error = ch_object_commit(&tree, &overlay->time, overlay->store, commit)) == NULL &&
	    (error = ch_tree_find(&files, &found, overlay->store, &tree, SPAN_LITERAL("files"), &w.arena)) == NULL) {
		overlay->time *= 1000000000;
		overlay->round++;
		overlay->commit = *commit;
		overlay->based = true;
		overlay->announced = false;
		if (!overlay->root->loaded && !overlay->root->dated)
			error = overlay_times_root(overlay, &tree, &w.arena);
		if (error == NULL)
			error = follow(&w, overlay->root, found && files.directory ? files.id.id : NULL);
	}
	ch_arena_clear(&w.arena);
	return error;
}

static const struct ch_error *take_times(struct walk *w, struct ch_overlay_node *directory);

/* What is as main has it, and was not changed here, is as old as is known by now. */
static const struct ch_error *
take_time(struct walk *w, struct ch_overlay_node *node, const struct tree_entry *entry, const struct ch_time *known)
{
	size_t len = enter(w, entry->name);
	const struct ch_error *error = NULL;
	bool ours = node->directory ? node->dated : node->working || overlay_is_touched(NULL, w->overlay, &w->path);

	if (known && !ours && node->directory == entry->directory && (node->directory || memcmp(node->base.id, entry->id, sizeof(node->base.id)) == 0) &&
	    (node->time != known->changed || !ch_permissions_equal(overlay_times_permissions(node), known->permissions))) {
		overlay_times_take(w->overlay, node, known);
		if (w->overlay->notify)
			w->overlay->notify(w->overlay->context, node, NULL);
	}
	if (node->directory && node->loaded)
		error = take_times(w, node);
	leave(w, len);
	return error;
}

static const struct ch_error *
take_times(struct walk *w, struct ch_overlay_node *directory)
{
	const struct ch_error *error = NULL;
	struct tree_entry entry;
	struct span raw = {0};
	struct known known;

	if (directory->based && (error = ch_store_read(&raw, w->overlay->store, CH_TREE, &directory->base, &w->arena)))
		return error;
	for (known_begin(&known, w, directory); tree_next(&entry, &raw) && error == NULL;) {
		struct ch_overlay_node *node = overlay_node_find(w->overlay, directory, entry.name);
		const struct ch_time *time = known_next(&known);

		if (node)
			error = take_time(w, node, &entry, time);
	}
	return error;
}

const struct ch_error *
ch_overlay_take_times(struct ch_overlay *overlay)
{
	struct walk w = {.overlay = overlay};
	const struct ch_error *error = NULL;
	struct ch_oid tree;
	int64_t time;

	if (overlay->based && !overlay->root->dated && (error = ch_object_commit(&tree, &time, overlay->store, &overlay->commit)) == NULL)
		error = overlay_times_root(overlay, &tree, &w.arena);
	if (error == NULL && overlay->root->loaded)
		error = take_times(&w, overlay->root);
	ch_arena_clear(&w.arena);
	return error;
}

const struct ch_error *
ch_overlay_size(uint64_t *size, struct ch_overlay *overlay, struct ch_overlay_node *file)
{
	const struct ch_error *error;

	if (!file->sized) {
		file->size = 0;
		if (file->working)
			file->size = ch_working_size(file->working);
		else if (file->based && (error = ch_pointer_size(&file->size, overlay->store, &file->base)))
			return error;
		file->sized = true;
	}
	*size = file->size;
	return NULL;
}

/* The working content being filled from what is committed. */
struct filling {
	struct ch_working **working;
	uint64_t at;
};

static const struct ch_error *
fill(void *context, struct span bytes)
{
	struct filling *f = context;
	const struct ch_error *error = ch_working_write(f->working, f->at, bytes);

	f->at += bytes.len;
	return error;
}

static const struct ch_error *
fill_from(struct ch_working **working, struct ch_store *store, const struct ch_oid *blob)
{
	struct filling f = {.working = working};
	struct ch_arena arena = {0};
	struct ch_pointer pointer;
	const struct ch_error *error;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_BLOB, blob, &arena)) == NULL)
		error = ch_pointer_read(&pointer, raw) ? ch_depot_read(store->path, &pointer, fill, &f) : fill(&f, raw);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
overlay_base_content(struct ch_overlay *overlay, struct ch_overlay_node *file)
{
	struct ch_working *working;
	const struct ch_error *error = NULL;

	if (file->working)
		return NULL;
	working = ch_working_new(overlay->journal->directory);
	if (file->based)
		error = fill_from(&working, overlay->store, &file->base);
	if (error)
		ch_working_unref(working);
	else
		file->working = working;
	return error;
}
