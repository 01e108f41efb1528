/*
 * A letter: the bytes of one plain mail (RFC 5322), UTF-8, format=flowed (RFC 3676). Names, titles and reasons come from people: whatever is in
 * them, it stays within its header or its line of the body.
 */
#ifndef CH_LETTER_H
#define CH_LETTER_H

#include "base/arena.h"

struct ch_letter {
	struct span from, to;	/* addresses (tell/address.h) */
	struct span from_name;
	struct span id, domain; /* Message-ID is <id@domain>: ASCII without blanks; the same for the same notice, however often it is sent */
	struct span thread;	/* an id as well: letters about one matter refer to it, though it was never sent; empty: none */
	struct span subject;
	struct span body;	/* lines, each ended by LF; long ones are broken at spaces so that a reader joins them again */
	int64_t date;
};

/* Lines end in LF, as sendmail(8) takes them. */
struct span ch_letter_write(const struct ch_letter *letter, struct ch_arena *arena);

#endif
