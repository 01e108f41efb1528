/*
 * What a seal has been shown in this session: its acts one at a time, in the order [seal-table, seal-suspend, seal-clock...] application,
 * decisions in the order counted, each behind the delegation that it names, seal-state, seal-session (acts.md 20, 21); or die-release in
 * place of an application. Each is judged when it comes, written down as evidence and forgotten but for what it says; denials take effect at once,
 * grants only when the whole is judged - twice, the second time from what was written down.
 */
#ifndef SEAL_BUNDLE_H
#define SEAL_BUNDLE_H

#include "clock.h"
#include "wire/delegation.h"

enum { BUNDLE_DELEGATIONS_MAX = 4, BUNDLE_JUMP_MAX = 400 * 86400 }; /* seconds that one word of the registrar moves time on */

enum bundle_stage { BUNDLE_TABLES, BUNDLE_DECISIONS, BUNDLE_SESSION, BUNDLE_COMPLETE, BUNDLE_DIE };

struct bundle {
	uint8_t nonce[NONCE_SIZE]; /* of the device, new for every bundle */
	uint64_t asked_at;	   /* when it was made */
	enum bundle_stage stage;
	bool again;		   /* the second time: what was kept is not kept again */

	struct delegation delegation[BUNDLE_DELEGATIONS_MAX]; /* by persons of the table */
	unsigned delegations;
	struct permit permit;
	uint64_t fresh;

	char jump_by[ID_MAX + 1]; /* the administrator who lets time go on; empty: none */
	int64_t jump[2];	  /* as far as he, and another, say; INT64_MIN: not said */

	int64_t state_time;
	bool state_has_nonce;
	enum wire_code status; /* what the registrar says of the application: WIRE_OK when approved */

	uint64_t presses; /* the session asks for */
	bool automatic;	  /* photos are taken in the session */
	int64_t die_not_after;
	struct act act;	  /* scratch; its spans live as long as the frame */
};

void bundle_begin(struct bundle *bundle, struct memory *memory);

/* One raw commit. After anything but WIRE_OK the bundle is worthless. */
enum wire_code bundle_show(struct bundle *bundle, struct memory *memory, struct clock *clock, struct span raw);

/* Whether all that was shown opens the seal now, or releases its die. */
enum wire_code bundle_judge(const struct bundle *bundle, const struct memory *memory, const struct clock *clock);

/*
 * Reads the acts again from where they are kept and judges the whole anew, as if nothing had been judged before: one instruction gone wrong
 * cannot grant twice.
 */
enum wire_code bundle_judge_again(struct bundle *bundle, struct memory *memory, const struct clock *clock);

/* Whether its dates and the age of the state still allow a press. */
enum wire_code bundle_judge_times(const struct bundle *bundle, const struct memory *memory, const struct clock *clock);

/* Presses in all that may ever be used, as granted and not withdrawn. */
uint64_t bundle_grant(const struct bundle *bundle);

#endif
