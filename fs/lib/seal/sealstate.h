/*
 * The acts around the use of a seal, before they are signed (acts.md 20): what the registrar reports to it, what the applicant asks of it. Spans
 * live in the state's arena.
 */
#ifndef CH_SEALSTATE_H
#define CH_SEALSTATE_H

#include "register/draft.h"
#include "wire/frame.h"

struct ch_session_wish {
	uint64_t presses;
	struct span position;	/* empty: none */
	struct span photo_mode; /* "automatic" or "manual" */
};

/* seal-state: where the application stands in the register now; for the device whose nonce it names. Signed by the registrar's key. */
struct ch_draft ch_draft_seal_state(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE]);

/* seal-session: the applicant opens the device whose nonce it names. */
struct ch_draft ch_draft_seal_session(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE],
				      const struct ch_session_wish *wish);

/* What a seal is shown, one act at a time. */
struct ch_bundle {
	struct span act[BUNDLE_ACTS_MAX]; /* raw commits */
	size_t count;
};

/*
 * Application, counted decisions in the order of the register, the delegations that they name, its latest seal-state and seal-session. WIRE_LIMIT, WIRE_TOO_LONG when a seal could not
 * hold it.
 */
const struct ch_error *ch_bundle_collect(struct ch_bundle *bundle, struct ch_state *state, struct ch_store *store, const struct ch_application *application);

/* A seal-table act and the text it signs. */
struct ch_equipment {
	uint64_t version;
	struct span act, text;
};

/* Those newer than `version`, ascending; the array is in the state's arena. */
const struct ch_error *ch_equipment_since(struct ch_equipment **out, size_t *count, struct ch_state *state, struct ch_store *store,
					  const struct ch_seal *seal, uint64_t version);

#endif
