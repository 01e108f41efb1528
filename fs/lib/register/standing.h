/*
 * What the registrar reports to seals (acts.md 20): seal-state acts, which a client shows to a seal and which can deny but never grant. One is made over the
 * nonce of a device while it waits; others are made beforehand, for applications that allow them some age (Fresh), so that the seal can be opened where there
 * is no network.
 */
#ifndef CH_STANDING_H
#define CH_STANDING_H

#include "draft.h"
#include "keys/secret.h"

/* Where the application stands in the register now; nonce: of the device that waits for it, NULL: made beforehand. */
struct ch_draft ch_draft_seal_state(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE]);

/* The last report among the first `known` acts of an application's chain; with a nonce the one that was made over it, wherever it is. NULL: there is none. */
const struct ch_entry *ch_standing_report(const struct ch_state *state, const struct ch_subject *subject, size_t known, const uint8_t nonce[NONCE_SIZE]);

/*
 * Registers what these acts, which have just been registered, call for: an answer to the last session of an application over its nonce, unless there is one; and of
 * each application that allows reports made beforehand a new one, when it can be used now, or when it could and the last one does not say any more what the register
 * says. One of an application at most.
 * The state must be that of main. Errors as ch_register(); after one the state is good for nothing but clearing, and nothing is lost but the reports.
 */
const struct ch_error *ch_report_standings(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts,
					   size_t count);

/* The same for all applications, of those too whose last report has had half of the age that they allow. *reported: how many. */
const struct ch_error *ch_report_due(size_t *reported, struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, int64_t now);

#endif
