#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "overlay_inside.h"
#include "wire/tree.h"

uint16_t
ch_overlay_usual_mode(bool directory)
{
	return directory ? 0755 : 0644;
}

struct ch_permissions
overlay_times_permissions(const struct ch_overlay_node *node)
{
	return node->set ? node->set->permissions : (struct ch_permissions){0};
}

void
overlay_times_set_permissions(struct ch_overlay_node *node, struct ch_permissions permissions)
{
	if (permissions.mode || permissions.maker || node->set)
		ch_overlay_attributes(node)->permissions = permissions;
}

void
overlay_times_take(struct ch_overlay *overlay, struct ch_overlay_node *node, const struct ch_time *known)
{
	overlay_node_stamp(node, known ? known->changed : ch_time_later(overlay->time, node->time));
	if (known)
		overlay_times_set_permissions(node, known->permissions);
}

/* As main has it. */
static char *
path_in_main(struct ch_arena *arena, struct span path)
{
	return ch_arena_format(arena, "files%s%.*s", path.len ? "/" : "", (int)path.len, (const char *)path.data);
}

bool
overlay_times_list(struct ch_times_list *list, struct ch_overlay *overlay, const struct overlay_path *directory, const struct ch_oid *tree, struct ch_arena *arena)
{
	return ch_times_list(list, overlay->times, span_text(path_in_main(arena, overlay_path_span(directory))), tree, arena);
}

const struct ch_error *
overlay_times_root(struct ch_overlay *overlay, const struct ch_oid *tree, struct ch_arena *arena)
{
	struct ch_times_list list;
	const struct ch_error *error;
	struct tree_entry entry;
	struct ch_time known;
	bool found = false;
	struct span rest;

	if (ch_times_list(&list, overlay->times, span_text(""), tree, arena)) {
		if ((error = ch_store_read(&rest, overlay->store, CH_TREE, tree, arena)))
			return error;
		for (size_t i = 0; tree_next(&entry, &rest) && i < list.count && !found; i++)
			if ((found = entry.directory && span_is(entry.name, "files")))
				known = ch_times_at(&list, i);
	}
	overlay_times_take(overlay, overlay->root, found ? &known : NULL);
	return NULL;
}

void
overlay_times_keep(struct ch_overlay *overlay, struct ch_overlay_node *directory, uint64_t sequence)
{
	directory->dated = sequence;
	if (tsearch(directory, &overlay->dated, overlay_node_by_id) == NULL)
		abort();
}

void
overlay_times_keep_below(struct ch_overlay *overlay, struct ch_overlay_node *node, uint64_t sequence)
{
	if (node->directory)
		overlay_times_keep(overlay, node, sequence);
	for (size_t i = 0; i < node->slots; i++)
		if (node->entries[i].node)
			overlay_times_keep_below(overlay, node->entries[i].node, sequence);
}

void
overlay_times_date(struct ch_overlay *overlay, struct ch_overlay_node *directory, int64_t time, uint64_t sequence)
{
	overlay_node_stamp(directory, time);
	overlay_times_keep(overlay, directory, sequence);
}

void
overlay_times_forget(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	if (directory->dated)
		tdelete(directory, &overlay->dated, overlay_node_by_id);
	directory->dated = 0;
}

void
overlay_times_apply(struct ch_overlay *overlay, struct ch_overlay_node *node, const struct ch_operation *op, uint64_t sequence)
{
	if (node->directory && (node->parent || node == overlay->root))
		overlay_times_date(overlay, node, (int64_t)op->number, sequence);
	overlay_times_set_permissions(node, ch_operation_permissions(op));
	ch_overlay_attributes(node)->changed = op->time;
	node->time = (int64_t)op->number;
}

struct listing {
	struct ch_overlay_node **list;
	size_t count;
};

static void
list_one(const void *pointer, VISIT visit, void *context)
{
	struct listing *listing = context;

	if (visit != postorder && visit != leaf)
		return;
	if (listing->list)
		listing->list[listing->count] = *(struct ch_overlay_node *const *)pointer;
	listing->count++;
}

/* Those that are to be kept. */
static struct listing
list_dated(const struct ch_overlay *overlay, struct ch_arena *arena)
{
	struct listing listing = {0};

	twalk_r(overlay->dated, list_one, &listing);
	listing = (struct listing){.list = ch_arena_alloc(arena, (listing.count + 1) * sizeof(struct ch_overlay_node *))};
	twalk_r(overlay->dated, list_one, &listing);
	return listing;
}

/* With the first file in it a directory comes to main, and its name to the one above there, and with the last one they go; here all have been as they are. */
static void
keep_above(struct ch_overlay *overlay, struct span path, uint64_t sequence)
{
	struct ch_overlay_node *node = overlay->root, *next = node;
	bool stays = false;

	for (; next && next->directory; next = overlay_node_find(overlay, node, span_cut(&path, '/')))
		node = next;
	for (; node && !stays; node = node->parent) {
		stays = node->based && overlay_base_holds(node, false);
		if (node->dated == 0)
			overlay_times_keep(overlay, node, sequence);
	}
}

void
overlay_times_cut(struct ch_cut *cut, struct ch_overlay *overlay)
{
	struct listing listing;

	for (size_t i = 0; i < cut->count; i++)
		if (cut->files[i].has != cut->files[i].had)
			keep_above(overlay, cut->files[i].path, cut->through);
	listing = list_dated(overlay, &cut->arena);
	cut->directories = ch_arena_alloc(&cut->arena, (listing.count + 1) * sizeof(*cut->directories));
	for (size_t i = 0; i < listing.count; i++) {
		const struct ch_overlay_node *node = listing.list[i];
		struct overlay_path path;

		if (overlay_path_of(&path, node))
			cut->directories[cut->directory_count++] =
				(struct ch_cut_directory){ch_arena_copy(&cut->arena, overlay_path_span(&path)), {node->time, overlay_times_permissions(node)}};
	}
}

void
ch_overlay_note_saved(struct ch_overlay *overlay, const struct ch_cut *cut)
{
	struct ch_arena arena = {0};

	for (size_t i = 0; i < cut->count && overlay->times; i++) {
		const struct ch_cut_file *file = &cut->files[i];

		if (file->committed && file->has)
			ch_times_note(overlay->times, span_text(path_in_main(&arena, file->path)), &file->new, &file->time);
	}
	for (size_t i = 0; i < cut->directory_count && overlay->times; i++)
		ch_times_note(overlay->times, span_text(path_in_main(&arena, cut->directories[i].path)), NULL, &cut->directories[i].time);
	ch_arena_clear(&arena);
}

void
overlay_times_note(struct ch_overlay *overlay, struct span path, const struct ch_overlay_node *node, const struct ch_oid *blob)
{
	const struct ch_time time = {node->time, overlay_times_permissions(node)};
	struct ch_arena arena = {0};

	ch_times_note(overlay->times, span_text(path_in_main(&arena, path)), blob, &time);
	ch_arena_clear(&arena);
}

void
ch_overlay_note_directories(struct ch_overlay *overlay)
{
	struct ch_arena arena = {0};
	struct listing listing = list_dated(overlay, &arena);

	for (size_t i = 0; i < listing.count; i++) {
		struct overlay_path path;

		if (listing.list[i]->dated > overlay->through)
			continue;
		if (overlay_path_of(&path, listing.list[i]))
			overlay_times_note(overlay, overlay_path_span(&path), listing.list[i], NULL);
		overlay_times_forget(overlay, listing.list[i]);
	}
	ch_arena_clear(&arena);
}
