/*
 * What this machine has told and has still to tell, in ARCHIVE/chancery/mail/:
 *
 *	lock			held by whoever tells; one at a time
 *	position		up to where the register has been told:	Format 1, Kind told, Seq, Act (an act that page names), Time
 *	queue/<notice>		mails to be sent (tell/mail.h), named after their notices
 *	failed/<notice>		given up, with the last error
 *
 * A notice is durable in the queue before the position moves over it, and leaves it after it was sent: a crash repeats a mail, with the same
 * Message-ID, and loses none. Each file is written aside and renamed.
 */
#ifndef CH_MAILBOX_H
#define CH_MAILBOX_H

#include "mail.h"
#include "notice.h"

struct ch_mailbox {
	int directory, queue, failed, lock;
	char path[4096 + 16];
};

/* Makes it where it is not yet. CH_LATER: somebody else is telling. The caller must close it, also after an error. */
const struct ch_error *ch_mailbox_open(struct ch_mailbox *box, const struct ch_store *store);
void ch_mailbox_close(struct ch_mailbox *box);

/*
 * The position; *exists is false when nothing has been told yet. WRONG-PREVIOUS when the register does not go on from there: it was put back, or is
 * another.
 */
const struct ch_error *ch_mailbox_position(struct ch_told *told, bool *exists, struct ch_mailbox *box, struct ch_state *state);

/* Puts the position on the state's last page. */
const struct ch_error *ch_mailbox_move(struct ch_mailbox *box, const struct ch_told *told, struct ch_state *state);

/* Puts a mail into the queue, or in place of the one of that name when `again`; otherwise one that is there stays as it is. */
const struct ch_error *ch_mailbox_put(struct ch_mailbox *box, const char *name, const struct ch_mail *mail, bool again, struct ch_arena *arena);

/* The names in the queue, in order. */
const struct ch_error *ch_mailbox_list(char ***names, size_t *count, struct ch_mailbox *box, struct ch_arena *arena);

const struct ch_error *ch_mailbox_get(struct ch_mail *mail, struct ch_mailbox *box, const char *name, struct ch_arena *arena);

/* How many wait in the queue, and how many were given up; *exists is false where nobody has told anything yet. Nothing is locked, made or changed. */
const struct ch_error *ch_mailbox_look(bool *exists, size_t *waiting, size_t *given_up, const struct ch_store *store);

/* Sent. */
const struct ch_error *ch_mailbox_remove(struct ch_mailbox *box, const char *name);

/* Given up: from queue/ to failed/. */
const struct ch_error *ch_mailbox_give_up(struct ch_mailbox *box, const char *name);

#endif
