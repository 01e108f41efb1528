/* Sending what is in the queue, through sendmail(8): `sendmail -i -f FROM -- RECIPIENT`, the letter on standard input. */
#ifndef CH_DELIVER_H
#define CH_DELIVER_H

#include "mailbox.h"

enum { DELIVER_FIRST = 60, DELIVER_MOST = 14400, DELIVER_DAYS = 5 }; /* seconds to the second attempt; between attempts at most; then given up */

enum ch_delivered { CH_MAIL_SENT, CH_MAIL_KEPT, CH_MAIL_GIVEN_UP };

struct ch_postman {
	const char *sendmail; /* the program */
	const char *from;     /* address, for answers of mail systems */
	char *const *environment;
	unsigned seconds;     /* for one mail */
	void (*tell)(void *context, const char *name, const struct ch_mail *mail, enum ch_delivered became);
	void *context;
};

struct ch_delivery {
	size_t sent, kept, given_up;
	int64_t next; /* when one of those kept will be tried again; INT64_MAX: none is left */
};

/*
 * Tries each mail that is due at `now`. One that is not sent stays, and is tried again after a minute, two, four, at most four hours; after five days
 * it goes to failed/, and so does, at once, one whose recipient is no address. A program that hangs ends the round: the others wait for the next.
 * Errors are those of the queue only.
 */
const struct ch_error *ch_deliver(struct ch_delivery *out, struct ch_mailbox *box, const struct ch_postman *postman, int64_t now, struct ch_arena *arena);

#endif
