/*
 * What a seal is shown (acts.md 20): the applicant's session, the bundle of an application, approver tables. Spans live in the state's arena.
 */
#ifndef CH_SHOWN_H
#define CH_SHOWN_H

#include "register/draft.h"
#include "sealclock.h"
#include "wire/frame.h"

struct ch_session_wish {
	uint64_t presses;
	struct span position;	/* empty: none */
	struct span photo_mode; /* "automatic" or "manual" */
};

/* seal-session: the applicant opens the device whose nonce it names. */
struct ch_draft ch_draft_seal_session(struct ch_state *state, const struct ch_application *application, const uint8_t nonce[NONCE_SIZE],
				      const struct ch_session_wish *wish);

/*
 * The acts that a seal is shown of an application when so many of its chain are known: what administrators agree on about its time, if they do and it leaves room; those
 * that were decided, with the delegations that they name, in the order of the register; then a seal-state and a seal-session (NULL: none). False when they are more than
 * a seal reads.
 */
struct ch_shown {
	const struct ch_entry *entry[BUNDLE_ACTS_MAX];
	size_t count;
};
bool ch_shown_list(struct ch_shown *shown, const struct ch_state *state, const struct ch_sealclock *clock, const struct ch_subject *subject, size_t known,
		   const struct ch_entry *report, const struct ch_entry *session);

/* The same, one raw act at a time. */
struct ch_bundle {
	struct span act[BUNDLE_ACTS_MAX]; /* raw commits */
	size_t count;
};

/*
 * Of all that is known: with its latest seal-session, and the seal-state that answers it, or else the latest, which was made before it; and with what lets the time of
 * the seal go on to that of the seal-state, until that is behind what was said. WIRE_LIMIT, WIRE_TOO_LONG when a seal could not
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
