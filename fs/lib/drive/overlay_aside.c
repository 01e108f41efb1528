#include <search.h>

#include "base/fold.h"
#include "overlay_inside.h"

static const char repository[] = ".git";

static bool
is_temporary(const struct ch_overlay *overlay, struct span name)
{
	return ch_temporary_matches(overlay->temporary, name) || ch_name_is_gits(name);
}

bool
overlay_is_aside(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name, unsigned depth)
{
	return depth > 1 && (directory->aside || is_temporary(overlay, name));
}

static bool
in_repository(const struct ch_overlay *overlay, const struct ch_overlay_node *directory)
{
	while (directory->parent && overlay_node_find(overlay, directory, span_text(repository)) == NULL)
		directory = directory->parent;
	return directory->parent != NULL;
}

/*
 * A repository's own directory is what git could not hold, and below that, or whatever else is temporary, names are its maker's. Beside it, and below, he has what else
 * git reads there (.gitignore); elsewhere nobody is to think that it is kept. A pattern can let it be anywhere.
 */
const struct ch_error *
overlay_aside_check_name(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name)
{
	bool expected = ch_temporary_matches(overlay->temporary, name);
	uint8_t folded[CH_FOLDED_MAX];

	if (directory->aside || (expected && span_is(span_of(folded, ch_name_fold(folded, name)), repository)))
		return name.len > PATH_MAX_BYTES ? ch_name_check(name) : NULL;
	if (ch_name_is_gits(name) && (expected || in_repository(overlay, directory)))
		return ch_name_check(span_skip(name, 1)); /* it is like others, but for the dot */
	return ch_name_check(name);
}

const struct ch_error *
overlay_aside_check_below(const struct ch_overlay *overlay, const struct ch_overlay_node *directory)
{
	const struct ch_error *error;

	for (size_t i = 0; i < directory->slots; i++) {
		const struct ch_overlay_node *node = directory->entries[i].node;

		if (node == NULL || is_temporary(overlay, span_text(node->name)))
			continue;
		if ((error = ch_name_check(span_text(node->name))) || (node->directory && (error = overlay_aside_check_below(overlay, node))))
			return error;
	}
	return NULL;
}

/* What was not temporary before is not because something above it was renamed, unless that is. */
static void
relabel_below(struct ch_overlay *overlay, struct ch_overlay_node *directory)
{
	for (size_t i = 0; i < directory->slots; i++) {
		struct ch_overlay_node *node = directory->entries[i].node;

		if (node == NULL)
			continue;
		overlay_node_set_aside(overlay, node, directory->aside || (node->aside && is_temporary(overlay, span_text(node->name))));
		relabel_below(overlay, node);
	}
}

void
overlay_aside_relabel(struct ch_overlay *overlay, struct ch_overlay_node *node, unsigned depth)
{
	overlay_node_set_aside(overlay, node, overlay_is_aside(overlay, node->parent, span_text(node->name), depth));
	relabel_below(overlay, node);
}

static struct ch_overlay_node *
make(struct ch_overlay *overlay, struct ch_overlay_node *parent, struct span name, bool directory, unsigned depth, const struct ch_operation *op)
{
	struct ch_overlay_node *node = overlay_node_new(overlay, directory);

	node->time = op->time;
	node->loaded = directory;
	overlay_node_insert(overlay, parent, name, node);
	overlay_aside_relabel(overlay, node, depth);
	if (directory)
		overlay_node_note_count(overlay, node);
	return node;
}

static const struct ch_error *
restore_content(struct ch_overlay *overlay, struct ch_overlay_node *file, const struct ch_operation *op, uint64_t sequence)
{
	const struct ch_error *error;

	overlay_node_set_aside(overlay, file, true);
	overlay_touch(overlay, op->path, NULL, sequence);
	if (op->number == 0)
		return NULL;
	if ((error = ch_aside_read(&file->working, overlay->journal->directory, op->number)))
		return error;
	ch_working_set_aside(file->working, op->number);
	if (overlay->aside < op->number)
		overlay->aside = op->number;
	return NULL;
}

/*
 * Where main has a file by now, of somebody else, that is out of sight until what is temporary there is gone, as it was when it came (overlay_base.c). An empty
 * directory makes room for it.
 */
const struct ch_error *
overlay_aside_restore(struct ch_overlay *overlay, const struct ch_operation *op, uint64_t sequence)
{
	struct ch_overlay_node *node = overlay->root, *parent;
	struct span rest = op->path, name;
	const struct ch_error *error;

	for (unsigned depth = 1; rest.len; depth++) {
		if ((error = ch_overlay_load(overlay, node)))
			return error;
		parent = node;
		name = span_cut(&rest, '/');
		node = overlay_node_find(overlay, parent, name);
		if (node && (node->directory || (rest.len == 0 && node->aside)))
			continue;
		if (node && op->kind == CH_OP_KEEP)
			return NULL;
		if (node)
			overlay_node_remove(overlay, node);
		node = make(overlay, parent, name, rest.len || op->kind == CH_OP_KEEP, depth, op);
		if (rest.len == 0)
			overlay_times_set_permissions(node, ch_operation_permissions(op));
		if (rest.len == 0 && op->kind == CH_OP_ASIDE)
			return restore_content(overlay, node, op, sequence);
	}
	return NULL;
}

struct carrying {
	struct ch_cut *cut;
	struct ch_overlay *overlay;
	const struct ch_error *error; /* the first one ends it */
};

static const struct ch_error *
append(struct carrying *c, enum ch_operation_kind kind, const struct ch_overlay_node *node, uint64_t number)
{
	struct ch_operation op = {.kind = kind, .time = node->time < 0 ? 0 : node->time, .number = number}; /* no record goes back before 1970 */
	uint8_t data[CH_OPERATION_PERMISSIONS_SIZE];
	struct overlay_path path;
	uint64_t sequence;

	op.data = ch_operation_put_permissions(data, overlay_times_permissions(node));
	if (!overlay_path_of(&path, node) || path.len == 0)
		return NULL;
	op.path = overlay_path_span(&path);
	return ch_journal_append(&sequence, c->overlay->journal, &op);
}

/* What main will not have, and those above that it will not have either, first. */
static const struct ch_error *
carry_directory(struct carrying *c, struct ch_overlay_node *directory)
{
	const struct ch_error *error;

	if (directory->parent == NULL || directory->carried == c->cut->through || overlay_base_holds(directory, false))
		return NULL;
	if ((error = carry_directory(c, directory->parent)) || (error = append(c, CH_OP_KEEP, directory, 0)))
		return error;
	directory->carried = c->cut->through;
	return NULL;
}

static void
carry_hollow(const void *pointer, VISIT visit, void *context)
{
	struct carrying *c = context;

	if ((visit == postorder || visit == leaf) && c->error == NULL)
		c->error = carry_directory(c, *(struct ch_overlay_node *const *)pointer);
}

/* What was put aside with a cut that came to nothing may not be there. */
static const struct ch_error *
carry_one(struct carrying *c, struct ch_overlay_node *file)
{
	struct ch_aside *aside = &c->cut->asides[c->cut->aside_count];
	const struct ch_error *error;

	if ((error = carry_directory(c, file->parent)) || (error = overlay_base_content(c->overlay, file)))
		return error;
	if (ch_working_size(file->working)) {
		aside->id = ch_working_aside(file->working);
		aside->written = aside->id && aside->id <= c->overlay->aside;
		if (!aside->written)
			aside->id = c->cut->aside = c->overlay->journal->sequence + 1;
		ch_working_set_aside(file->working, aside->id);
		aside->working = ch_working_ref(file->working);
	}
	c->cut->aside_count++;
	return append(c, CH_OP_ASIDE, file, aside->id);
}

static void
carry_file(const void *pointer, VISIT visit, void *context)
{
	struct carrying *c = context;

	if ((visit == postorder || visit == leaf) && c->error == NULL)
		c->error = carry_one(c, *(struct ch_overlay_node *const *)pointer);
}

static void
count_one(const void *pointer, VISIT visit, void *context)
{
	(void)pointer;
	*(size_t *)context += visit == postorder || visit == leaf;
}

const struct ch_error *
overlay_aside_carry(struct ch_cut *cut, struct ch_overlay *overlay)
{
	struct carrying c = {.cut = cut, .overlay = overlay};
	size_t count = 0;

	twalk_r(overlay->asides, count_one, &count);
	cut->asides = ch_arena_alloc(&cut->arena, (count + 1) * sizeof(*cut->asides));
	memset(cut->asides, 0, (count + 1) * sizeof(*cut->asides));
	cut->directory = overlay->journal->directory;
	cut->aside = overlay->aside;
	twalk_r(overlay->asides, carry_file, &c);
	twalk_r(overlay->hollow, carry_hollow, &c);
	return c.error;
}

const struct ch_error *
ch_cut_put_aside(struct ch_cut *cut)
{
	const struct ch_error *error = ch_aside_write(cut->directory, cut->asides, cut->aside_count);

	cut->put_aside = error == NULL;
	return error;
}
