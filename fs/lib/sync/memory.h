/*
 * The highest page of a register that somebody has seen: what shows him that a register was taken back, or that another one is shown to him
 * (acts.md 18). A file of his own for each archive, and one in each clone; a record in this order:
 *
 *	Format: 1
 *	Archive: 0123456789abcdef0123456789abcdef
 *	Epoch: 1			of the registrar, behind that page
 *	Seq: 42
 *	Head: <commit of that page>
 */
#ifndef CH_MEMORY_H
#define CH_MEMORY_H

#include "register/state.h"

struct ch_memory {
	struct span archive;
	uint64_t epoch, seq;
	struct ch_oid head;
};

/* WIRE_MALFORMED_RECORD. The span is in `text`. */
const struct ch_error *ch_memory_read(struct ch_memory *memory, struct span text);

/* *known is false when there is no such file: nothing has been seen yet. In the arena. */
const struct ch_error *ch_memory_load(struct ch_memory *memory, bool *known, const char *path, struct ch_arena *arena);

/* Writes what a state has reached, durably. Directories are made. */
const struct ch_error *ch_memory_save(const char *path, const struct ch_state *state);

/*
 * Where two registers of one archive stand to each other: the page (its number and commit) that both have last; CH_IO when one cannot be read.
 * Signatures are not looked at: both have been verified, or will be.
 */
struct ch_line {
	uint64_t seq;
	struct ch_oid head;
};
const struct ch_error *ch_line_read(struct ch_line *line, struct ch_store *store, const struct ch_oid *head);
const struct ch_error *ch_line_common(struct ch_line *common, struct ch_store *store, const struct ch_line *a, const struct ch_line *b);

/*
 * Does a register that ends at `now` go on from what was seen? CH_REFUSED: "ROLLBACK: ..." when it ends earlier, "FORK: ..." when it went another way,
 * or may have: what cannot be followed back is not believed. `where` names it in the message.
 */
const struct ch_error *ch_memory_compare(struct ch_store *store, const struct ch_line *seen, const struct ch_line *now, const char *where);

/*
 * Whether the administrators themselves have left behind what was seen, in that epoch and with so many pages: the register of the state goes on from
 * a recovery in a later epoch, before that page (acts.md 18). It needs no other proof, and neither register's word.
 */
bool ch_memory_left_behind(const struct ch_state *state, uint64_t epoch, uint64_t seq);

#endif
