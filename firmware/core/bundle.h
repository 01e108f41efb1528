/*
 * What a seal has been shown in this session: its acts one at a time, in the order [seal-table...] application, decisions in
 * the order counted, each behind the delegation that it names, seal-state, seal-session (acts.md 20, 21). Each is judged when it comes and forgotten but for what it
 * says; denials take effect at once, grants only when the whole is judged.
 */
#ifndef SEAL_BUNDLE_H
#define SEAL_BUNDLE_H

#include "clock.h"
#include "wire/delegation.h"

enum { BUNDLE_DELEGATIONS_MAX = 4 };

enum bundle_stage { BUNDLE_TABLES, BUNDLE_DECISIONS, BUNDLE_SESSION, BUNDLE_COMPLETE };

struct bundle {
	uint8_t nonce[NONCE_SIZE]; /* of the device, new for every bundle */
	uint64_t asked_at;	   /* when it was made */
	enum bundle_stage stage;
	unsigned count;
	struct wire_sha256 ids;	   /* of the acts, in order */

	struct delegation delegation[BUNDLE_DELEGATIONS_MAX]; /* by persons of the table */
	unsigned delegations;
	struct permit permit;
	uint64_t fresh;

	int64_t state_time;
	bool state_has_nonce;
	enum wire_code status; /* what the registrar says of the application: WIRE_OK when approved */

	uint64_t presses; /* the session asks for */
	struct act act;	  /* scratch; its spans live as long as the frame */
};

void bundle_begin(struct bundle *bundle, const struct port *port);

/* One raw commit. After anything but WIRE_OK the bundle is worthless. */
enum wire_code bundle_show(struct bundle *bundle, struct memory *memory, struct clock *clock, struct span raw);

/* Whether all that was shown opens the seal now. */
enum wire_code bundle_judge(const struct bundle *bundle, const struct memory *memory, const struct clock *clock);

/* Whether its dates and the age of the state still allow a press. */
enum wire_code bundle_judge_times(const struct bundle *bundle, const struct memory *memory, const struct clock *clock);

/* Bundle-SHA256 of receipts. */
void bundle_digest(uint8_t digest[SHA256_SIZE], const struct bundle *bundle);

#endif
