/* The way to an open seal: is it the one, what must it learn first, what is it shown. */
#ifndef CH_VISIT_H
#define CH_VISIT_H

#include "seal/shown.h"
#include "session.h"

/*
 * Connects to the attached seal (`device`: link.h). NOT-ENROLLED, WRONG-ARCHIVE, WRONG-SEAL, WRONG-DEVICE when it is not the enrolled device of `wanted`; STALE-STATE when it has let
 * go of receipts that this archive has never seen. The caller must close *link with ch_link_close(), also after an error.
 */
const struct ch_error *ch_visit(struct ch_link **link, struct frame_identity *seal, const struct ch_state *state, const struct ch_seal *wanted,
			       const char *device);

/* Shows the approver tables that it does not have yet, oldest first. One that a newer one replaces may have expired. */
const struct ch_error *ch_visit_equip(struct ch_link *link, struct frame_identity *seal, struct ch_state *state, struct ch_store *store,
				      const struct ch_seal *wanted);

/*
 * Tells it what administrators have said of it last: suspended, resumed, retired. A seal that does not take it, since it does not know the administrator, hears the
 * registrar; so a refusal is no error here.
 */
const struct ch_error *ch_visit_orders(struct ch_link *link, struct ch_state *state, struct ch_store *store, const struct ch_seal *wanted);

/* Shows an application's bundle and has the seal judge it: armed for the presses that the session asks for, or refused. */
const struct ch_error *ch_visit_open(struct ch_link *link, struct ch_state *state, struct ch_store *store, const struct ch_application *application,
				     uint64_t presses);

#endif
