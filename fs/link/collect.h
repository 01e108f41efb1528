/* From the seal into the spool: receipts, and the photos that the seal does not know of yet. */
#ifndef CH_COLLECT_H
#define CH_COLLECT_H

#include "session.h"
#include "seal/spool.h"

/*
 * Fetches the receipts after `counter` up to `last`, each durable in the spool before the next is asked for, and hands the presses among
 * them to press() unless that is NULL; its error ends it.
 */
struct ch_collector {
	struct ch_link *link;
	struct ch_spool *spool;
	struct ch_arena *arena;
	const struct ch_error *(*press)(void *context, const struct receipt *receipt);
	void *context;
};
const struct ch_error *ch_collect(const struct ch_collector *collector, uint64_t counter, uint64_t last);

/* Spools the photo of a press, has the seal take note of it, and spools the receipt it gives for it. */
const struct ch_error *ch_collect_photo(const struct ch_collector *collector, uint64_t press, struct span jpeg);

/*
 * Locks the seal and fetches all that it has after `counter`, which the archive has. Photos in the spool that a crash kept from the seal are told to it first.
 */
const struct ch_error *ch_collect_rest(const struct ch_collector *collector, uint64_t counter);

#endif
