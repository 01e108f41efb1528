/*
 * A space of free files as the register has had it: what its directory was after each page that changed it, which is what a save says it was made from
 * (Base), and how far each journal has been saved. Part of the ledger.
 */
#ifndef CH_SPACE_H
#define CH_SPACE_H

#include "state.h"

/* As of the end of page `seq`; NULL: no act of it had been accepted (subject may be NULL). */
const struct ch_space_version *ch_space_at(const struct ch_subject *subject, uint64_t seq);

/* The journal that a save names, "<32 hex digits> <number>". */
struct ch_space_journal ch_space_journal_of(const struct statement *save);

/* The latest save of the space that carries something of that journal; NULL: none (subject may be NULL). */
const struct ch_space_journal *ch_space_saved(const struct ch_subject *subject, const uint8_t journal[CH_SPACE_JOURNAL_SIZE]);

/* An accepted save, after ch_state_take(). */
void ch_space_take(struct ch_state *state, struct ch_subject *subject, const struct act *save, const struct ch_oid *commit);

/* At the end of a page, when the ids of main's tree are known: what its saves have made of their spaces. */
const struct ch_error *ch_space_settle(struct ch_state *state);

#endif
