#include "overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "overlay_inside.h"

int64_t
overlay_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

const struct ch_error *
ch_overlay_init(struct ch_overlay *overlay, struct ch_store *store, struct ch_journal *journal, struct ch_times *times, const struct ch_oid *commit)
{
	*overlay = (struct ch_overlay){.store = store, .journal = journal, .times = times};
	overlay->root = overlay_node_new(overlay, true);
	if (commit == NULL) {
		overlay->root->time = overlay_now();
		overlay->root->loaded = true;
		return NULL;
	}
	return overlay_base_commit(overlay, commit, false);
}

void
ch_overlay_release(struct ch_overlay *overlay)
{
	overlay_untouch_all(overlay);
	overlay_credit_release(overlay);
	overlay_node_free_all(overlay);
	*overlay = (struct ch_overlay){0};
}

const struct ch_error *
overlay_announce(struct ch_overlay *overlay)
{
	struct ch_operation base = {.kind = CH_OP_BASE, .number = overlay->through, .data = span_of(overlay->commit.id, sizeof(overlay->commit.id))};
	const struct ch_error *error;
	uint64_t sequence;

	if (overlay->announced || !overlay->based || overlay->journal->read_only)
		return NULL;
	base.time = overlay_now();
	if ((error = ch_journal_append(&sequence, overlay->journal, &base)))
		return error;
	overlay->announced = true;
	return NULL;
}

/* What cannot be replayed must not be written, and what is not written must not happen. */
static const struct ch_error *
carry_out(struct ch_overlay *overlay, const struct ch_operation *operation)
{
	const struct ch_error *error;
	uint64_t sequence;

	if ((error = overlay_check(overlay, operation)) || (error = overlay_announce(overlay)) ||
	    (error = ch_journal_append(&sequence, overlay->journal, operation)))
		return error;
	return overlay_apply(overlay, operation, sequence);
}

static bool
is_removed(const struct ch_overlay *overlay, const struct ch_overlay_node *node)
{
	return node->parent == NULL && node != overlay->root;
}

static const struct ch_error *
fail(int errnum, const char *name)
{
	errno = errnum;
	return ch_fail_errno("cannot change '%s'", name ? name : "files");
}

/* The path of an entry that is to be. */
static const struct ch_error *
path_to(struct overlay_path *path, struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name)
{
	if (is_removed(overlay, directory))
		return fail(ENOENT, directory->name);
	if (name.len == 0 || name.len > CH_OPERATION_PATH_MAX || !overlay_path_of(path, directory) || !overlay_path_append(path, name))
		return fail(ENAMETOOLONG, directory->name);
	return NULL;
}

const struct ch_error *
ch_overlay_lookup(struct ch_overlay_node **node, struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name)
{
	const struct ch_error *error;

	*node = NULL;
	if ((error = ch_overlay_load(overlay, directory)))
		return error;
	*node = overlay_node_find(overlay, directory, name);
	return NULL;
}

bool
ch_overlay_is_changed(enum ch_unsaved *fate, const struct ch_overlay *overlay, const struct ch_overlay_node *file)
{
	struct overlay_path path;

	return overlay->touches && !is_removed(overlay, file) && overlay_path_of(&path, file) && overlay_is_touched(fate, overlay, &path);
}

static const struct ch_error *
carry_out_entry(struct ch_overlay *overlay, enum ch_operation_kind kind, const struct ch_overlay_node *directory, struct span name, struct span data)
{
	struct ch_operation op = {.kind = kind, .time = overlay_now(), .data = data};
	const struct ch_error *error;
	struct overlay_path path;

	if ((error = path_to(&path, overlay, directory, name)))
		return error;
	op.path = overlay_path_span(&path);
	return carry_out(overlay, &op);
}

const struct ch_error *
ch_overlay_create(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, bool make_directory,
		  struct ch_permissions permissions)
{
	uint8_t data[CH_OPERATION_PERMISSIONS_SIZE];

	return carry_out_entry(overlay, make_directory ? CH_OP_MKDIR : CH_OP_CREATE, directory, name,
			       ch_operation_put_permissions(data, permissions));
}

/* Nobody will find a removed file again: its content dies with the last one who has it open, so there is nothing to write down. */
static const struct ch_error *
write_removed(struct ch_overlay *overlay, struct ch_overlay_node *file, const struct ch_operation *op)
{
	const struct ch_error *error;

	if ((error = overlay_base_content(overlay, file)))
		return error;
	error = op->kind == CH_OP_WRITE ? ch_working_write(&file->working, op->number, op->data) : ch_working_resize(&file->working, op->number);
	file->size = ch_working_size(file->working);
	file->sized = true;
	overlay_node_stamp(file, op->time);
	return error;
}

/* What is written down must be possible: a write that was refused for want of space would otherwise be there after the next replay. */
static const struct ch_error *
change(struct ch_overlay *overlay, struct ch_overlay_node *file, struct ch_operation *op)
{
	const struct ch_error *error;
	struct overlay_path path;

	op->time = overlay_now();
	if (is_removed(overlay, file))
		return write_removed(overlay, file, op);
	if (!overlay_path_of(&path, file))
		return fail(ENAMETOOLONG, file->name);
	op->path = overlay_path_span(&path);
	if (op->kind == CH_OP_WRITE &&
	    ((error = overlay_base_content(overlay, file)) || (error = ch_working_reserve(&file->working, op->number, op->data.len))))
		return error;
	return carry_out(overlay, op);
}

const struct ch_error *
ch_overlay_write(struct ch_overlay *overlay, struct ch_overlay_node *file, uint64_t offset, struct span data)
{
	return change(overlay, file, &(struct ch_operation){.kind = CH_OP_WRITE, .number = offset, .data = data});
}

const struct ch_error *
ch_overlay_truncate(struct ch_overlay *overlay, struct ch_overlay_node *file, uint64_t size)
{
	return change(overlay, file, &(struct ch_operation){.kind = CH_OP_TRUNCATE, .number = size});
}

const struct ch_error *
ch_overlay_set(struct ch_overlay *overlay, struct ch_overlay_node *node, int64_t time, struct ch_permissions permissions)
{
	struct ch_operation op = {.kind = CH_OP_SET, .time = overlay_now(), .number = (uint64_t)time};
	uint8_t data[CH_OPERATION_PERMISSIONS_SIZE];
	struct overlay_path path;

	op.data = ch_operation_put_permissions(data, permissions);
	if (node->parent == NULL) {
		overlay_times_apply(overlay, node, &op, overlay->last + 1);
		return NULL;
	}
	if (!overlay_path_of(&path, node))
		return fail(ENAMETOOLONG, node->name);
	op.path = overlay_path_span(&path);
	return carry_out(overlay, &op);
}

const struct ch_error *
ch_overlay_remove(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, bool is_directory)
{
	return carry_out_entry(overlay, is_directory ? CH_OP_RMDIR : CH_OP_UNLINK, directory, name, span_of(NULL, 0));
}

static const struct ch_error *
carry_out_two(struct ch_overlay *overlay, enum ch_operation_kind kind, const struct ch_overlay_node *from, struct span name, const struct ch_overlay_node *to,
	      struct span new_name)
{
	struct ch_operation op = {.kind = kind, .time = overlay_now()};
	struct overlay_path path, target;
	const struct ch_error *error;

	if ((error = path_to(&path, overlay, from, name)) || (error = path_to(&target, overlay, to, new_name)))
		return error;
	op.path = overlay_path_span(&path);
	op.target = overlay_path_span(&target);
	return carry_out(overlay, &op);
}

const struct ch_error *
ch_overlay_rename(struct ch_overlay *overlay, struct ch_overlay_node *from, struct span name, struct ch_overlay_node *to, struct span new_name)
{
	return carry_out_two(overlay, CH_OP_RENAME, from, name, to, new_name);
}

const struct ch_error *
ch_overlay_exchange(struct ch_overlay *overlay, struct ch_overlay_node *a, struct span name, struct ch_overlay_node *b, struct span other)
{
	return carry_out_two(overlay, CH_OP_EXCHANGE, a, name, b, other);
}

/* Where a replay begins: behind what is known to be committed, on main as it was just after that. */
struct beginning {
	uint64_t through;
	struct ch_oid commit;
	bool found;
};

static const struct ch_error *
find_beginning(void *context, const struct ch_journal_record *record)
{
	struct beginning *beginning = context;
	const struct ch_operation *op = &record->operation;

	if (op->kind != CH_OP_BASE || (beginning->found && op->number <= beginning->through))
		return NULL;
	beginning->through = op->number;
	beginning->found = true;
	memcpy(beginning->commit.id, op->data.data, sizeof(beginning->commit.id));
	return NULL;
}

static const struct ch_error *
redo(void *context, const struct ch_journal_record *record)
{
	const struct ch_operation *op = &record->operation;
	struct ch_overlay *overlay = context;
	const struct ch_error *error;
	struct ch_oid commit;

	if (record->sequence <= overlay->through)
		return NULL;
	if (op->kind == CH_OP_BASE) {
		memcpy(commit.id, op->data.data, sizeof(commit.id));
		return overlay_base_commit(overlay, &commit, false);
	}
	if ((error = overlay_check(overlay, op)))
		return error;
	return overlay_apply(overlay, op, record->sequence);
}

/*
 * What was committed just before the end, without the journal having been told, is replayed with the rest: so that what came behind it finds
 * what it found then. Only after that is it taken as committed.
 */
const struct ch_error *
ch_overlay_recover(struct ch_overlay *overlay, const struct ch_committed *committed, size_t count)
{
	const struct ch_error *error;
	struct ch_oid head = overlay->commit;
	struct beginning beginning = {0};
	uint64_t highest = 0;

	if ((error = ch_journal_replay(overlay->journal, find_beginning, &beginning)))
		return error;
	overlay->through = beginning.through;
	if (beginning.found && (error = overlay_base_commit(overlay, &beginning.commit, false)))
		return error;
	if ((error = ch_journal_replay(overlay->journal, redo, overlay)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if ((error = overlay_settle_committed(overlay, &committed[i])))
			return error;
		if (highest < committed[i].sequence)
			highest = committed[i].sequence;
	}
	ch_journal_continue(overlay->journal, highest > overlay->through ? highest : overlay->through);
	if (overlay->based && (error = overlay_base_commit(overlay, &head, true)))
		return error;
	return overlay->touches ? overlay_announce(overlay) : NULL;
}
