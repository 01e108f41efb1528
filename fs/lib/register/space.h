/*
 * A space of free files as the register has had it: what its directory was after each page that changed it, which is what a save says it was made from
 * (Base), and how far each journal has been saved. Part of the state; everything is in its arena.
 */
#ifndef CH_SPACE_H
#define CH_SPACE_H

#include "state.h"

enum { CH_SPACE_JOURNAL_SIZE = 16 };

struct ch_space_version {
	uint64_t seq;	   /* from the end of this page on */
	struct ch_oid tip; /* commit of its latest accepted act then */
	struct ch_oid tree; /* of files/<space> in main; meaningful when `any` */
	bool any;	   /* it holds files */
};

struct ch_space_journal {
	uint8_t id[CH_SPACE_JOURNAL_SIZE];
	uint64_t sequence;
};

struct ch_space {
	struct ch_space_version *versions; /* ascending */
	size_t count;
	struct ch_space_journal *journals; /* of each the highest sequence that an accepted save names */
	size_t journal_count;
	struct ch_subject *next; /* that the page being judged has saved, too: ch_space_settle() */
};

/* As of the end of page `seq`; NULL: no act of it had been accepted (subject may be NULL). */
const struct ch_space_version *ch_space_at(const struct ch_subject *subject, uint64_t seq);

/* The journal that a save names, "<32 hex digits> <number>". */
struct ch_space_journal ch_space_journal_of(const struct statement *save);

/* What accepted saves of the space carry of that journal; false: nothing. */
bool ch_space_saved(uint64_t *sequence, const struct ch_subject *subject, const uint8_t journal[CH_SPACE_JOURNAL_SIZE]);

/* An accepted save, after ch_state_take(). */
void ch_space_take(struct ch_state *state, struct ch_subject *subject, const struct act *save, const struct ch_oid *commit);

/* At the end of a page, when the ids of main's tree are known: what its saves have made of their spaces. */
const struct ch_error *ch_space_settle(struct ch_state *state);

#endif
