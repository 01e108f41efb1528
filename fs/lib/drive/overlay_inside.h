/*
 * What the parts of the overlay share; only for overlay*.c.
 *
 *	overlay.c         the operations a mount asks for: check, journal, apply; recovery
 *	overlay_apply.c   checking an operation, and applying it
 *	overlay_node.c    nodes, their places and names
 *	overlay_base.c    what is committed: loading it, and following main when it moves
 *	overlay_cut.c     touched paths, the cut for a commit and its completion
 *	overlay_aside.c   what no commit holds: temporary files, empty directories
 *	overlay_credit.c  for whom it was changed
 *	overlay_times.c   when it was, and permissions (times.h)
 */
#ifndef CH_OVERLAY_INSIDE_H
#define CH_OVERLAY_INSIDE_H

#include "overlay.h"

/* Nodes */
int overlay_node_by_id(const void *a, const void *b); /* for <search.h> */
struct ch_overlay_node *overlay_node_new(struct ch_overlay *overlay, bool directory);
void overlay_node_insert(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, struct ch_overlay_node *node);
void overlay_node_take_out(struct ch_overlay *overlay, struct ch_overlay_node *node); /* to be inserted elsewhere */
void overlay_node_remove(struct ch_overlay *overlay, struct ch_overlay_node *node);   /* with all below; freed unless the mount has it open */
void overlay_node_stamp(struct ch_overlay_node *node, int64_t time); /* it was changed then */
void overlay_node_set_aside(struct ch_overlay *overlay, struct ch_overlay_node *node, bool aside);
void overlay_node_note_count(struct ch_overlay *overlay, struct ch_overlay_node *directory); /* whether it is empty has changed */
void overlay_node_free_all(struct ch_overlay *overlay);

/* In a loaded directory: by exact name; by a name that is the same when case is folded. */
struct ch_overlay_node *overlay_node_find(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name);
struct ch_overlay_node *overlay_node_find_folded(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name);

/* "<space>/a/b"; empty for the root. False when it is longer than CH_OPERATION_PATH_MAX. */
struct overlay_path {
	char text[CH_OPERATION_PATH_MAX + 1];
	size_t len;
};
bool overlay_path_of(struct overlay_path *path, const struct ch_overlay_node *node);
bool overlay_path_append(struct overlay_path *path, struct span name);
static inline struct span
overlay_path_span(const struct overlay_path *path)
{
	return span_of(path->text, path->len);
}

/* What is committed */
/* Untouched paths follow; `again`: also when it is the commit they stand on, because some have become untouched. */
const struct ch_error *overlay_base_commit(struct ch_overlay *overlay, const struct ch_oid *commit, bool again);
const struct ch_error *overlay_base_load_all(struct ch_overlay *overlay, struct ch_overlay_node *directory);
bool overlay_base_holds(const struct ch_overlay_node *directory, bool temporary); /* any file, at any depth; `temporary`: also one that is */
const struct ch_error *overlay_base_content(struct ch_overlay *overlay, struct ch_overlay_node *file); /* makes file->working from it */

/* Applying */
const struct ch_error *overlay_check(struct ch_overlay *overlay, const struct ch_operation *operation);
const struct ch_error *overlay_apply(struct ch_overlay *overlay, const struct ch_operation *operation, uint64_t sequence);
const struct ch_error *overlay_announce(struct ch_overlay *overlay); /* journals the base, unless that was done */
int64_t overlay_now(void);

/* What no commit holds */
/* Would something that is made, or moved, there under that name be temporary? `depth` 1: a space, which never is. */
bool overlay_is_aside(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name, unsigned depth);
/* May it have that name? What is temporary never leaves this machine. */
const struct ch_error *overlay_aside_check_name(const struct ch_overlay *overlay, const struct ch_overlay_node *directory, struct span name);
/* May what is below a temporary directory become what others get? */
const struct ch_error *overlay_aside_check_below(const struct ch_overlay *overlay, const struct ch_overlay_node *directory);
/* A node has come to its place by being made or moved. */
void overlay_aside_relabel(struct ch_overlay *overlay, struct ch_overlay_node *node, unsigned depth);
/* Replays a keep or aside record: what is missing of it is made. */
const struct ch_error *overlay_aside_restore(struct ch_overlay *overlay, const struct ch_operation *operation, uint64_t sequence);
/* Into the journal again, before whatever comes behind a cut. */
const struct ch_error *overlay_aside_carry(struct ch_cut *cut, struct ch_overlay *overlay);

/* For whom it was changed */
void overlay_credit_note(struct ch_overlay *overlay, const struct ch_operation *operation, uint64_t sequence);
void overlay_credit_cut(struct ch_cut *cut, struct ch_overlay *overlay);
/* A save of the space names those who were in the journal up to a sequence. */
void overlay_credit_settle(struct ch_overlay *overlay, struct span space, uint64_t through);
void overlay_credit_release(struct ch_overlay *overlay);

/* When it was changed */
struct ch_permissions overlay_times_permissions(const struct ch_overlay_node *node);
void overlay_times_set_permissions(struct ch_overlay_node *node, struct ch_permissions permissions);
/* Main has another content, or it is new here: it has the time that is known of it, or (NULL) that of main, later than before. */
void overlay_times_take(struct ch_overlay *overlay, struct ch_overlay_node *node, const struct ch_time *known);
bool overlay_times_list(struct ch_times_list *list, struct ch_overlay *overlay, const struct overlay_path *directory, const struct ch_oid *tree, struct ch_arena *arena);
const struct ch_error *overlay_times_root(struct ch_overlay *overlay, const struct ch_oid *tree, struct ch_arena *arena); /* of files/, in the tree of main */
/* What was done here has changed a directory, which is to be kept; or (no time) main will have it otherwise, or have others in it, and it is as it was. */
void overlay_times_date(struct ch_overlay *overlay, struct ch_overlay_node *directory, int64_t time, uint64_t sequence);
void overlay_times_keep(struct ch_overlay *overlay, struct ch_overlay_node *directory, uint64_t sequence);
void overlay_times_keep_below(struct ch_overlay *overlay, struct ch_overlay_node *node, uint64_t sequence); /* likewise, with all directories in it; of a file nothing */
void overlay_times_forget(struct ch_overlay *overlay, struct ch_overlay_node *directory);
void overlay_times_cut(struct ch_cut *cut, struct ch_overlay *overlay); /* directories */
void overlay_times_apply(struct ch_overlay *overlay, struct ch_overlay_node *node, const struct ch_operation *operation, uint64_t sequence);
/* A file that main has with this content by now (NULL: a directory) has the time of its node. */
void overlay_times_note(struct ch_overlay *overlay, struct span path, const struct ch_overlay_node *node, const struct ch_oid *blob);

/* Touched paths */
void overlay_touch(struct ch_overlay *overlay, struct span path, const struct ch_overlay_node *there, uint64_t sequence);
bool overlay_is_touched(enum ch_unsaved *fate, const struct ch_overlay *overlay, const struct overlay_path *path); /* fate NULL: does not matter */
bool overlay_is_touched_below(const struct ch_overlay *overlay, const struct overlay_path *directory); /* anything; a directory not loaded has nothing */
/* What main carries is not touched any more, unless it was once more. */
const struct ch_error *overlay_settle_committed(struct ch_overlay *overlay, const struct ch_committed *committed);
void overlay_untouch_all(struct ch_overlay *overlay);

#endif
