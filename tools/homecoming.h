/*
 * What seals have reported comes home: from the seal into the spool, from the spool into the archive as a seal-record, and the spool is gone. In a clone whose
 * register cannot be reached the record is in the outbox then, as durable as the spool was.
 */
#ifndef HOMECOMING_H
#define HOMECOMING_H

#include "cli.h"
#include "link/collect.h"

struct homecoming {
	struct cli *cli;
	struct ch_link *link;	/* the seal; NULL: it is not here */
	struct ch_arena *arena; /* outlives the state */
	bool kept;		/* set when an act waits in the outbox */

	uint8_t (*left_behind)[SHA256_SIZE]; /* sessions whose record has not been made: a crash, a lost cable, a full disk */
	size_t left_count;
};

/* Those of one seal. */
const struct ch_error *home_find_left(struct homecoming *home, const struct ch_seal *seal);

/*
 * Brings one session in: the rest of its receipts, when the seal is here, and the record. CH_LATER when what it needs is with the seal or in the spool of another
 * machine. The spool is kept unless all of it is in the archive or the outbox.
 */
const struct ch_error *home_bring(struct homecoming *home, struct ch_spool *spool);

/* All that were found. */
const struct ch_error *home_bring_left(struct homecoming *home);

#endif
