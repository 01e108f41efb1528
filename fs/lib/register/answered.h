/* Of a press: has anybody shown a photo of it, or said why there is none? However often that is said, it is one press. */
#ifndef CH_ANSWERED_H
#define CH_ANSWERED_H

#include "state.h"

/*
 * Whether `press`, the counter of a receipt, was answered before `entry`, an entry of that application's chain: by a photo that the seal has acknowledged, or by a
 * seal-photo act. Errors are those of reading.
 */
const struct ch_error *ch_press_answered(bool *answered, struct ch_state *state, struct ch_store *store, const struct ch_application *application,
					 const struct ch_entry *entry, uint64_t press);

#endif
