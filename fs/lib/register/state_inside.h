/* Shared by state*.c, page_*.c and prefix*.c only. */
#ifndef CH_STATE_INSIDE_H
#define CH_STATE_INSIDE_H

#include "state.h"

/* What has been read again. Subjects other than applications are few and kept; the rest lives in the scratch arena. */
struct ch_views {
	struct ch_arena kept, scratch;
	struct ch_map kept_subjects;			    /* chain -> struct ch_subject */
	struct ch_map subjects, acts; /* chain -> struct ch_subject, entry -> struct act: in scratch */
	bool troubled;
	struct ch_error trouble; /* the first */
};

/* Before anything is asked or taken; again and again. `store` may be NULL. */
void state_begin(struct ch_state *state, struct ch_store *store);

/* Back to where it began, but for its arena, and of the same part of the archive: what a memory has brought (prefix.h) is not to be used, because of this. */
void state_restart(struct ch_state *state, const char *forgotten);

/* ch_state_trouble() from now on, unless there is trouble already. */
void state_trouble(const struct ch_state *state, const struct ch_error *error);

/* The view of a chain; NULL for CH_NONE and for a subject of which nothing has been accepted. */
struct ch_subject *state_subject(const struct ch_state *state, uint32_t chain);

/* The same if it has been made already. */
struct ch_subject *state_seen_subject(const struct ch_state *state, uint32_t chain);

/* This is what ch_entry_act() would read; it lives in the scratch arena. */
void state_see_act(const struct ch_state *state, const struct ch_entry *entry, const struct act *act);

/* What has this id, to be changed. */
struct ch_name *state_name(const struct ch_state *state, struct span id);
void state_add_name(struct ch_state *state, struct span id, enum ch_named use);

/* A space that was saved for the first time. */
void state_list_space(struct ch_state *state, struct ch_subject *subject);

/* Lets the n-th act of the ledger's ground count once more, in a state that has the ledger and not what follows from it. */
const struct ch_error *state_retake(struct ch_state *state, uint32_t n);

#endif
