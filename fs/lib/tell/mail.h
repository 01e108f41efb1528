/*
 * A mail that waits to be sent, as a file: a record in the grammar of wire/statement.h, an empty line, and the letter as it goes to sendmail(8).
 *
 *	Format: 1
 *	Kind: mail
 *	Recipient: carol@example.org
 *	Since: 2026-11-22T07:00:00Z		when it was put into the queue
 *	Attempts: 0
 *	Next: 2026-11-22T07:00:00Z		not tried again before
 *	Error: none				what became of the last attempt
 */
#ifndef CH_MAIL_H
#define CH_MAIL_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/statement.h"

enum { MAIL_MAX = 65536 };

struct ch_mail {
	struct span recipient;
	int64_t since, next;
	uint64_t attempts;
	struct span error; /* none: empty */
	struct span letter;
};

/* MALFORMED-RECORD, TOO-LONG. Spans point into the text. */
const struct ch_error *ch_mail_read(struct ch_mail *mail, struct span text);

struct span ch_mail_write(const struct ch_mail *mail, struct ch_arena *arena);

#endif
