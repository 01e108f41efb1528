/*
 * Partial archives: every page of the register, and of the acts those that say who may do what (archive, policy, people, keys, seals, stamps), and those about
 * chosen applications. A view is a repository made for that (chancery-view(8)): one line of unsigned commits, `refs/heads/view`, whose first parent is
 * the view before, and whose other parents are the acts that came in; its tree holds as files
 *
 *	only			which applications: patterns, one a line
 *	head			number and commit of the last page, "17:<40 hex digits>"
 *	pages/<n/1000>/<n>	each page, as the commit that it is
 *	trees/<aa>/<id>		main's trees on the way to these subjects, as of that page
 *
 * A clone of it keeps the view as it came in ARCHIVE/chancery/view, and pages and trees as what they are in the archive itself. Nothing in a view is
 * believed: pages are followed back from the last one without a gap, acts are judged, and what the register's tree, signed by the registrar with each
 * page, says of a subject must be what the acts that are here add up to. So nobody can leave out a rejection, or the end of a key.
 */
#ifndef CH_PARTIAL_H
#define CH_PARTIAL_H

#include "page.h"

#define CH_VIEW_REF "refs/heads/view"

/* Whether acts about this subject are part of it. `only`: the patterns, as shells have them ('*' not over a '/'); one names also what is below. */
bool ch_partial_wants(struct span only, struct span subject);

/* Whether they are patterns that name applications or what they lie in. */
bool ch_partial_only(struct span only);

/* Told of each tree of main that is on the way to a subject of it, and of each such subject; NULL members are not called. */
struct ch_partial_visitor {
	const struct ch_error *(*tree)(void *context, struct span raw, const struct ch_oid *id);
	const struct ch_error *(*subject)(void *context, struct span path, const struct ch_subject_name *name, const struct ch_oid *tree);
	void *context;
};
const struct ch_error *ch_partial_walk(struct ch_store *store, const struct ch_oid *root, struct span only, const struct ch_partial_visitor *visitor,
				       struct ch_arena *arena);

/* The view itself, in its store: its last commit. CH_REFUSED when there is none. */
const struct ch_error *ch_partial_tip(struct ch_oid *tip, struct ch_store *view);

/* Its tree. */
const struct ch_error *ch_partial_tree(struct ch_oid *tree, struct ch_store *view, const struct ch_oid *tip, struct ch_arena *arena);

/* One file of it; TOO-LONG above `most`. *found is false when there is none. */
const struct ch_error *ch_partial_file(struct span *content, bool *found, struct ch_store *view, const struct ch_oid *tip, const char *path, size_t most,
				       struct ch_arena *arena);

/* The last page that it has. */
const struct ch_error *ch_partial_head(uint64_t *seq, struct ch_oid *head, struct ch_store *view, const struct ch_oid *tip, struct ch_arena *arena);

/* Says in a state that has begun of which part of the archive it is to be. */
const struct ch_error *ch_partial_begin(struct ch_state *state, struct ch_store *store);

/*
 * As ch_replay_to(), of a store that is partial, and from where the state is. Acts that wait in its outbox are judged where a page names them.
 * state->absent counts those that are named and not here: of them nothing can be told. WRONG-CONTENT: acts were left out that should be here.
 */
const struct ch_error *ch_partial_replay(struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer);

#endif
