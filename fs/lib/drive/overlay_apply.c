#include <errno.h>

#include "base/fold.h"
#include "overlay_inside.h"

/* Where a path leads: the directory, the last name, and what is there now. */
struct place {
	struct ch_overlay_node *directory, *node;
	struct span name;
	unsigned depth; /* 1: a space */
};

/* Below what fs/lib/store/treeedit.c reads, two levels of which are above a space; and with "files/" before it git can check it out in one call. */
enum { DEPTH_MAX = 60, LENGTH_MAX = CH_OPERATION_PATH_MAX - (int)sizeof("files") };

static const struct ch_error *
fail(int errnum, struct span path)
{
	errno = errnum;
	return ch_fail_errno("cannot change '%.*s'", (int)path.len, (const char *)path.data);
}

/* For whoever asks why. */
static const struct ch_error *
refuse(int errnum, struct span path, const char *why)
{
	errno = errnum;
	return ch_fail_errno("cannot make or move '%.*s': %s", (int)path.len, (const char *)path.data, why);
}

static const struct ch_error *
resolve(struct place *place, struct ch_overlay *overlay, struct span path)
{
	struct span rest = path;
	const struct ch_error *error;

	*place = (struct place){.node = overlay->root};
	while (rest.len) {
		if (place->node == NULL)
			return fail(ENOENT, path);
		if (!place->node->directory)
			return fail(ENOTDIR, path);
		place->directory = place->node;
		place->name = span_cut(&rest, '/');
		place->depth++;
		if ((error = ch_overlay_load(overlay, place->directory)))
			return error;
		place->node = overlay_node_find(overlay, place->directory, place->name);
	}
	return NULL;
}

/* May `path` come to hold something new? `moved` is what comes there, NULL when it is made; it may differ from its new name in case only. */
static const struct ch_error *
check_name(struct ch_overlay *overlay, const struct place *place, struct span path, const struct ch_overlay_node *moved)
{
	const struct ch_overlay_node *other;
	const struct ch_error *error;

	if (place->depth == 1)
		error = ch_name_check_space(place->name);
	else if (overlay_is_aside(overlay, place->directory, place->name, place->depth))
		error = overlay_aside_check_name(overlay, place->directory, place->name);
	else
		error = ch_name_check(place->name);
	if (error)
		return error;
	if (place->depth > DEPTH_MAX || path.len > LENGTH_MAX)
		return fail(ENAMETOOLONG, path);
	other = overlay_node_find_folded(overlay, place->directory, place->name);
	if (other && other != moved && other != place->node) {
		errno = EEXIST;
		return ch_fail_errno("cannot make '%.*s' beside '%s', which differs only in case", (int)path.len, (const char *)path.data, other->name);
	}
	return NULL;
}

static const char beside_spaces[] = "beside the spaces there are no files; make it in one of them";

static const struct ch_error *
check_made(struct ch_overlay *overlay, const struct place *place, const struct ch_operation *op)
{
	if (place->node)
		return fail(EEXIST, op->path);
	if (place->depth == 1 && op->kind == CH_OP_CREATE)
		return refuse(EPERM, op->path, beside_spaces);
	return check_name(overlay, place, op->path, NULL);
}

static bool
is_below(const struct ch_overlay_node *node, const struct ch_overlay_node *directory)
{
	while (node && node != directory)
		node = node->parent;
	return node != NULL;
}

/* Is there room for everything below a directory where its path has `len` bytes? */
static bool
fits(const struct ch_overlay_node *directory, size_t len, unsigned depth)
{
	if (depth > DEPTH_MAX)
		return false;
	for (size_t i = 0; i < directory->slots; i++) {
		const struct ch_overlay_node *node = directory->entries[i].node;
		size_t below = node ? len + 1 + strlen(node->name) : 0;

		if (below > LENGTH_MAX || (node && node->directory && !fits(node, below, depth + 1)))
			return false;
	}
	return true;
}

static bool
same_space(struct span a, struct span b)
{
	return span_equal(span_cut(&a, '/'), span_cut(&b, '/'));
}

/* May a node go to a path? A space is a subject with a history of its own: nothing moves out of one, and none is renamed. */
static const struct ch_error *
check_moved(struct ch_overlay *overlay, const struct place *from, const struct place *to, struct span path, struct span target)
{
	const struct ch_error *error;

	if (from->depth > 1 && to->depth == 1 && !from->node->directory)
		return refuse(EPERM, target, beside_spaces);
	if (from->depth == 1 || to->depth == 1)
		return refuse(EPERM, path, "a space has a history of its own, and keeps its name and place; copy what is in it");
	if (!same_space(path, target))
		return fail(EXDEV, path);
	if (from->node->directory && is_below(to->directory, from->node))
		return fail(EINVAL, path);
	if (!from->node->directory)
		return NULL;
	if ((error = overlay_base_load_all(overlay, from->node)) || !fits(from->node, target.len, to->depth))
		return error ? error : fail(ENAMETOOLONG, target);
	if (from->node->aside && !overlay_is_aside(overlay, to->directory, to->name, to->depth))
		return overlay_aside_check_below(overlay, from->node);
	return NULL;
}

static const struct ch_error *
check_rename(struct ch_overlay *overlay, const struct place *from, const struct ch_operation *op)
{
	const struct ch_overlay_node *node = from->node;
	const struct ch_error *error;
	struct place to;

	if (node == NULL)
		return fail(ENOENT, op->path);
	if ((error = resolve(&to, overlay, op->target)) || (error = check_moved(overlay, from, &to, op->path, op->target)))
		return error;
	if (to.node && to.node != node) {
		if (node->directory != to.node->directory)
			return fail(node->directory ? ENOTDIR : EISDIR, op->target);
		if (node->directory && (error = ch_overlay_load(overlay, to.node)))
			return error;
		if (to.node->count)
			return fail(ENOTEMPTY, op->target);
	}
	return to.node ? NULL : check_name(overlay, &to, op->target, node);
}

/* Both names are there already, and stay. */
static const struct ch_error *
check_exchange(struct ch_overlay *overlay, const struct place *a, const struct ch_operation *op)
{
	const struct ch_error *error;
	struct place b;

	if ((error = resolve(&b, overlay, op->target)))
		return error;
	if (a->node == NULL || b.node == NULL)
		return fail(ENOENT, a->node ? op->target : op->path);
	if ((error = check_moved(overlay, a, &b, op->path, op->target)))
		return error;
	return check_moved(overlay, &b, a, op->target, op->path);
}

static const struct ch_error *
check_removed(struct ch_overlay *overlay, const struct place *place, const struct ch_operation *op)
{
	const struct ch_error *error;

	if (place->node == NULL)
		return fail(ENOENT, op->path);
	if (place->node->directory != (op->kind == CH_OP_RMDIR))
		return fail(place->node->directory ? EISDIR : ENOTDIR, op->path);
	if (place->node->directory && (error = ch_overlay_load(overlay, place->node)))
		return error;
	return place->node->count ? fail(ENOTEMPTY, op->path) : NULL;
}

static const struct ch_error *
check_written(const struct place *place, const struct ch_operation *op)
{
	if (place->node == NULL)
		return fail(ENOENT, op->path);
	if (place->node->directory)
		return fail(EISDIR, op->path);
	return op->number > CH_WORKING_MAX || op->number + op->data.len > CH_WORKING_MAX ? fail(EFBIG, op->path) : NULL;
}

const struct ch_error *
overlay_check(struct ch_overlay *overlay, const struct ch_operation *op)
{
	const struct ch_error *error;
	struct place place;

	if (op->kind == CH_OP_KEEP || op->kind == CH_OP_ASIDE || op->kind == CH_OP_CREDIT)
		return NULL;
	if ((error = resolve(&place, overlay, op->path)))
		return error;
	switch (op->kind) {
	case CH_OP_CREATE:
	case CH_OP_MKDIR:
		return check_made(overlay, &place, op);
	case CH_OP_SET:
		return place.node ? NULL : fail(ENOENT, op->path);
	case CH_OP_WRITE:
	case CH_OP_TRUNCATE:
		return check_written(&place, op);
	case CH_OP_RENAME:
		return check_rename(overlay, &place, op);
	case CH_OP_EXCHANGE:
		return check_exchange(overlay, &place, op);
	case CH_OP_UNLINK:
	case CH_OP_RMDIR:
		return check_removed(overlay, &place, op);
	case CH_OP_BASE:
	case CH_OP_KEEP:
	case CH_OP_ASIDE:
	case CH_OP_CREDIT:
		break;
	}
	return fail(EINVAL, op->path);
}

static void
apply_made(struct ch_overlay *overlay, const struct place *place, const struct ch_operation *op, uint64_t sequence)
{
	struct ch_overlay_node *node = overlay_node_new(overlay, op->kind != CH_OP_CREATE);

	overlay_node_stamp(node, op->time);
	overlay_times_set_permissions(node, ch_operation_permissions(op));
	overlay_times_date(overlay, place->directory, op->time, sequence);
	node->loaded = node->directory;
	node->sized = !node->directory;
	overlay_node_insert(overlay, place->directory, place->name, node);
	overlay_aside_relabel(overlay, node, place->depth);
	if (!node->directory) {
		overlay_touch(overlay, op->path, NULL, sequence);
		return;
	}
	overlay_node_note_count(overlay, node);
	overlay_times_date(overlay, node, op->time, sequence);
}

static const struct ch_error *
apply_written(struct ch_overlay *overlay, struct ch_overlay_node *node, const struct ch_operation *op, uint64_t sequence)
{
	const struct ch_error *error;

	overlay_touch(overlay, op->path, node, sequence);
	if (op->kind == CH_OP_TRUNCATE && op->number == 0 && node->working == NULL)
		node->based = false; /* nothing of the old content is needed */
	if ((error = overlay_base_content(overlay, node)))
		return error;
	if ((error = op->kind == CH_OP_WRITE ? ch_working_write(&node->working, op->number, op->data) : ch_working_resize(&node->working, op->number)))
		return error;
	node->size = ch_working_size(node->working);
	node->sized = true;
	overlay_node_stamp(node, op->time);
	return NULL;
}

static void
apply_removed(struct ch_overlay *overlay, const struct place *place, const struct ch_operation *op, uint64_t sequence)
{
	if (!place->node->directory)
		overlay_touch(overlay, op->path, place->node, sequence);
	overlay_times_date(overlay, place->directory, op->time, sequence);
	overlay_node_remove(overlay, place->node);
}

/* Touches every file below a directory: where it was (`there`), or where it has come to. */
static void
touch_below(struct ch_overlay *overlay, struct overlay_path *path, const struct ch_overlay_node *directory, bool there, uint64_t sequence)
{
	size_t len = path->len;

	for (size_t i = 0; i < directory->slots; i++) {
		const struct ch_overlay_node *node = directory->entries[i].node;

		if (node == NULL || !overlay_path_append(path, span_text(node->name)))
			continue;
		if (node->directory)
			touch_below(overlay, path, node, there, sequence);
		else
			overlay_touch(overlay, overlay_path_span(path), there ? node : NULL, sequence);
		path->len = len;
	}
}

static void
touch_moved(struct ch_overlay *overlay, struct span at, const struct ch_overlay_node *node, bool there, uint64_t sequence)
{
	struct overlay_path path = {.len = 0};

	if (!node->directory) {
		overlay_touch(overlay, at, there ? node : NULL, sequence);
		return;
	}
	overlay_path_append(&path, at);
	touch_below(overlay, &path, node, there, sequence);
}

static const struct ch_error *
apply_rename(struct ch_overlay *overlay, const struct place *from, const struct ch_operation *op, uint64_t sequence)
{
	struct ch_overlay_node *node = from->node;
	const struct ch_error *error;
	struct place to;

	if ((error = resolve(&to, overlay, op->target)) || to.node == node)
		return error;
	touch_moved(overlay, op->path, node, true, sequence);
	if (to.node) {
		if (!to.node->directory)
			overlay_touch(overlay, op->target, to.node, sequence);
		overlay_node_remove(overlay, to.node);
	}
	overlay_node_take_out(overlay, node);
	overlay_node_insert(overlay, to.directory, to.name, node);
	overlay_aside_relabel(overlay, node, to.depth);
	touch_moved(overlay, op->target, node, false, sequence);
	overlay_times_keep_below(overlay, node, sequence);
	overlay_times_date(overlay, from->directory, op->time, sequence);
	overlay_times_date(overlay, to.directory, op->time, sequence);
	return NULL;
}

static const struct ch_error *
apply_exchange(struct ch_overlay *overlay, const struct place *a, const struct ch_operation *op, uint64_t sequence)
{
	const struct ch_error *error;
	struct place b;

	if ((error = resolve(&b, overlay, op->target)) || a->node == b.node)
		return error;
	touch_moved(overlay, op->path, a->node, true, sequence);
	touch_moved(overlay, op->target, b.node, true, sequence);
	overlay_node_take_out(overlay, a->node);
	overlay_node_take_out(overlay, b.node);
	overlay_node_insert(overlay, b.directory, b.name, a->node);
	overlay_node_insert(overlay, a->directory, a->name, b.node);
	overlay_aside_relabel(overlay, a->node, b.depth);
	overlay_aside_relabel(overlay, b.node, a->depth);
	touch_moved(overlay, op->path, b.node, false, sequence);
	touch_moved(overlay, op->target, a->node, false, sequence);
	overlay_times_keep_below(overlay, a->node, sequence);
	overlay_times_keep_below(overlay, b.node, sequence);
	overlay_times_date(overlay, a->directory, op->time, sequence);
	overlay_times_date(overlay, b.directory, op->time, sequence);
	return NULL;
}

const struct ch_error *
overlay_apply(struct ch_overlay *overlay, const struct ch_operation *op, uint64_t sequence)
{
	const struct ch_error *error;
	struct place place;

	if (op->kind == CH_OP_KEEP || op->kind == CH_OP_ASIDE)
		return overlay_aside_restore(overlay, op, sequence);
	if (op->kind == CH_OP_CREDIT) {
		overlay_credit_note(overlay, op, sequence);
		return NULL;
	}
	if ((error = resolve(&place, overlay, op->path)))
		return error;
	overlay->last = sequence;
	switch (op->kind) {
	case CH_OP_CREATE:
	case CH_OP_MKDIR:
		apply_made(overlay, &place, op, sequence);
		return NULL;
	case CH_OP_WRITE:
	case CH_OP_TRUNCATE:
		return apply_written(overlay, place.node, op, sequence);
	case CH_OP_SET:
		if (!place.node->directory)
			overlay_touch(overlay, op->path, place.node, sequence);
		overlay_times_apply(overlay, place.node, op, sequence);
		return NULL;
	case CH_OP_RENAME:
		return apply_rename(overlay, &place, op, sequence);
	case CH_OP_EXCHANGE:
		return apply_exchange(overlay, &place, op, sequence);
	case CH_OP_UNLINK:
	case CH_OP_RMDIR:
		apply_removed(overlay, &place, op, sequence);
		return NULL;
	case CH_OP_BASE:
	case CH_OP_KEEP:
	case CH_OP_ASIDE:
	case CH_OP_CREDIT:
		break;
	}
	return fail(EINVAL, op->path);
}
