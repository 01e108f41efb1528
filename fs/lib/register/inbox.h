/*
 * What waits for a person, and what a person is told: derived from the state, nothing is ever marked as read. One list for chancery-inbox(1) and
 * for inbox/ on the drive.
 *
 *	decide.S-0007.2026.d1-000042		an application at a level whose role the person has; there until somebody has decided
 *	approved.S-0007.2026.d1-000042		the person's own; there while presses are left and its period has not ended
 *	rejected.S-0007.2026.d1-000042		likewise; there for thirty days
 *	used.S-0007.2026.d1-000042.1		a record of use, for those who approved and those in copy; likewise thirty days
 *
 * Days are counted to `now`, or to the last page of the register when that is later.
 */
#ifndef CH_INBOX_H
#define CH_INBOX_H

#include "state.h"

struct ch_inbox_item {
	struct span name;	      /* unique in the archive; safe as a file name, without extension */
	struct span summary;	      /* one line */
	struct span text;	      /* lines `Key: value`; the last one, Next, says what can be done */
	const struct ch_entry *entry; /* the act that put it there */
};

/* In order of registration of the acts that put them there. The array and all it names are in the state's arena. Errors are those of reading. */
const struct ch_error *ch_inbox(struct ch_inbox_item **items, size_t *count, struct ch_state *state, struct ch_store *store,
				const struct ch_person *person, int64_t now);

#endif
