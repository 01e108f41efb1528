/*
 * The queue: acts that have been received and wait for the register, as references refs/acts/<client>/<name>. One who holds the registrar's lock registers
 * all that are there, whoever sent them, and removes a reference when its acts are on a page: so a crash leaves either a reference or a page, or both
 * for a moment, and nobody has to try twice because somebody else was faster.
 */
#ifndef CH_QUEUE_H
#define CH_QUEUE_H

#include "register/page.h"

#define QUEUE_PREFIX "refs/acts/"

/* Told what becomes of the queue; as in page.h, and of references that are dropped or must wait. */
struct ch_queue_outcome {
	struct ch_outcome acts;
	void (*dropped)(void *context, const char *reference, const struct ch_error *why); /* it brings no act that can be registered */
	void (*waiting)(void *context, const char *reference, const struct ch_error *why); /* it cannot be read now */
};

/*
 * Registers all that waits; when another registrar takes over meanwhile, `registrar` becomes his key, if it is on this machine. The store's lock is held by the caller, and the state is that of main; both stay so. After an error everything
 * that is not on a page still waits; the state is good for nothing but clearing.
 */
const struct ch_error *ch_queue_register(struct ch_state *state, struct ch_store *store, struct ch_secret *registrar,
					 const struct ch_queue_outcome *told);

/* The acts that a tip brings, as far as they are not registered in this state; at least the tip itself. Parents first, in the state's arena. */
const struct ch_error *ch_queue_acts(struct ch_oid **commits, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_oid *tip);

#endif
