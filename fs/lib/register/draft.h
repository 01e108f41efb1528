/*
 * Drafts: acts before they are signed. A tool fills in what its kind needs; the common keys, tree, parent and message follow from the state.
 *
 *	struct ch_draft draft = {.kind = ACT_APPROVE, .subject = path};
 *	draft.value[KEY_LEVEL] = ...;
 *	error = ch_draft_sign(&commit, &draft, &state, &store, &signer);
 *	error = ch_register(&state, &store, &registrar, &commit, 1, true);
 *
 * A photo becomes a pointer, and its content is put into the depot before that, where the archive has photos so (large/patterns.h).
 */
#ifndef CH_DRAFT_H
#define CH_DRAFT_H

#include "judge.h"
#include "signer.h"

struct ch_draft_file {
	struct span path; /* within the subject's directory */
	struct span content;
};

struct ch_draft {
	enum act_kind kind;
	struct span subject;
	struct span value[KEYS];	/* of the kind's own keys; the common ones are filled in */
	const struct ch_draft_file *files; /* what the kind allows beside the statement file; first acts: with their `record` */
	size_t file_count;
	const struct ch_oid *tree;	/* save: the whole tree of the act, instead of files and statement */
	int64_t time;			/* 0: now */
	struct ch_arena *arena;		/* of what is drawn up; NULL: the state's */
};

/*
 * Would it be accepted, as far as that can be told before signing? Fills in the common keys. Errors are those of a draft that cannot be
 * written as a statement.
 */
const struct ch_error *ch_draft_judge(struct ch_judgement *out, struct ch_draft *draft, struct ch_state *state, const struct ch_signer *signer);

/*
 * Asks that, then writes the act's objects into the store and gives its commit: signed, not registered yet, and durable when it is. CH_REFUSED
 * before anything is signed when the judge would refuse it.
 */
const struct ch_error *ch_draft_sign(struct ch_oid *commit, struct ch_draft *draft, struct ch_state *state, struct ch_store *store,
				     const struct ch_signer *signer);

/*
 * The bytes that are signed, and the tree that they name, without asking. What the tree holds is in the store.
 */
const struct ch_error *ch_draft_payload(struct span *payload, struct ch_oid *tree, struct ch_draft *draft, struct ch_state *state, struct ch_store *store,
					const struct ch_signer *signer);

/* The tree of an act whose statement is written already: that of `parent` (NULL: the first of its subject), the statement's file and the draft's. */
const struct ch_error *ch_draft_tree(struct ch_oid *tree, const struct ch_draft *draft, const struct statement *st, const struct ch_entry *parent,
				     struct ch_state *state, struct ch_store *store);

/* As ch_draft_sign(), without asking, as somebody who cheats would: tests only. */
const struct ch_error *ch_draft_sign_unjudged(struct ch_oid *commit, struct ch_draft *draft, struct ch_state *state, struct ch_store *store,
					      const struct ch_signer *signer);

#endif
