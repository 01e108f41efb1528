/*
 * What seals have reported comes home: from the seal into the spool, from the spool into the archive as a seal-record, and the spool is gone. In a clone whose
 * register cannot be reached the record is in the outbox then, as durable as the spool was.
 */
#ifndef HOMECOMING_H
#define HOMECOMING_H

#include "cli.h"
#include "seal/spool.h"

struct homecoming {
	struct cli *cli;
	struct ch_arena *arena; /* outlives the state */
	bool kept;		/* set when an act waits in the outbox */
	bool silent;		/* how to bring a photo that is left is not said */
	bool photos_lost;	/* a photo that the seal has acknowledged and that is not here is nowhere */

	/* Brings the receipts after `counter` from the seal into the spool; NULL: it is not here, and what is in the spool has to do. */
	const struct ch_error *(*fetch)(void *context, struct ch_spool *spool, uint64_t counter);
	void *context;

	uint8_t (*left_behind)[SHA256_SIZE]; /* sessions whose record has not been made: a crash, a lost cable, a full disk */
	size_t left_count;
};

/* Those of one seal; NULL: of all that are known here. */
const struct ch_error *home_find_left(struct homecoming *home, const struct ch_seal *seal);

/*
 * Brings one session in: the rest of its receipts, when the seal is here, and the record. CH_LATER when what it needs is with the seal or in the spool of another
 * machine. The spool is kept unless all of it is in the archive or the outbox: where another machine was first to bring in what the seal had reported, photos are left
 * that only seal-photo can bring; how is said.
 */
const struct ch_error *home_bring(struct homecoming *home, struct ch_spool *spool);

/* Says how to bring such a photo. */
void home_tell_left(const struct cli *cli, const struct ch_spool *spool, uint64_t press);

/* All that were found. */
const struct ch_error *home_bring_left(struct homecoming *home);

/* Without any seal: all that can be brought in so, each for itself, skipping what another program is working on. *waiting: those that have to wait for their seal. */
const struct ch_error *home_bring_all(size_t *waiting, struct homecoming *home);

#endif
