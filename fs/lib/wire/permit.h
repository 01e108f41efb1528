/*
 * The permit judge: levels, distinct persons, transfers, grants (acts.md 8, 14, 16, 21, 24). Pure and without allocation; the
 * register, `seal-show`, policy-check and the firmware feed it the same acts in the same order and get the same answer.
 *
 * The caller has verified each act's signature and knows from its own table or policy which roles the actor holds.
 */
#ifndef WIRE_PERMIT_H
#define WIRE_PERMIT_H

#include "act.h"
#include "table.h"

enum { PERMIT_DECISIONS_MAX = 16, PERMIT_TRANSFERS_MAX = 3 };

enum permit_status { PERMIT_OPEN, PERMIT_APPROVED, PERMIT_REJECTED, PERMIT_CANCELLED, PERMIT_DOUBTFUL };

struct permit_decision {
	uint8_t act[SHA256_SIZE];
	char person[ID_MAX + 1];
	char giver[ID_MAX + 1]; /* whose substitute the person was; empty: nobody's */
	char to[ID_MAX + 1]; /* of a transfer */
	uint8_t level;
	bool approve;	     /* false: transfer */
};

struct permit {
	/* the application */
	uint8_t act[SHA256_SIZE];
	uint8_t digest[SHA256_SIZE]; /* of its statement: Subject-SHA256 of all that follows */
	char applicant[ID_MAX + 1];
	uint64_t applied_presses;
	int64_t not_before, applied_not_after; /* INT64_MIN, INT64_MAX: none */

	struct level level[TABLE_LEVELS_MAX];
	unsigned levels;

	/* where it stands */
	enum permit_status status;
	unsigned at;		     /* the level that decides next, from 1; levels + 1 when approved */
	struct permit_decision decision[PERMIT_DECISIONS_MAX];
	unsigned decisions;
	uint64_t presses;	     /* min of what was applied for and each approval; meaningful when approved */
	int64_t not_after;	     /* likewise */
	uint64_t cap;		     /* withdrawals: never more than this many presses in all; UINT64_MAX: none */
};

/*
 * Begins with an application; spans in level[] must outlive the permit. WIRE_MALFORMED_STATEMENT when the act is not one,
 * WIRE_LIMIT when there are no levels or they ask for more persons than a permit has room for.
 */
enum wire_code permit_begin(struct permit *permit, const struct act *apply, const struct level *level, unsigned levels);

/*
 * Judges one approve, reject, transfer, withdraw or cancel. `roles` are the actor's, `to_roles` those of a transfer's receiver.
 * WIRE_OK: counted, the permit has moved on. Anything else: the permit is as before.
 * Who may withdraw: the applicant, or whoever holds a role of one of the levels. Who may cancel: the applicant.
 *
 * WIRE_WRONG_SUBJECT; WIRE_REJECTED, WIRE_CANCELLED, WIRE_KEY_COMPROMISED when closed. At a level, in this order: WIRE_OWN_APPLICATION,
 * WIRE_LEVEL_ORDER, WIRE_CONFLICT (that level is closed), WIRE_NO_AUTHORITY, WIRE_SAME_PERSON, WIRE_TRANSFERRED,
 * WIRE_WRONG_PREVIOUS (Previous-SHA256 or Via). Then of an approval WIRE_ABOVE_APPLICATION, WIRE_ABOVE_LIMIT; of a transfer,
 * about its receiver, WIRE_OWN_APPLICATION, WIRE_NO_AUTHORITY, WIRE_SAME_PERSON, WIRE_TOO_MANY_TRANSFERS. Withdraw:
 * WIRE_NO_AUTHORITY, WIRE_CONFLICT (a withdrawal that leaves no more holds already). Cancel: WIRE_NOT_APPLICANT.
 */
enum wire_code permit_decide(struct permit *permit, const struct act *act, struct span roles, struct span to_roles);

/*
 * The same by a substitute (wire/delegation.h; the caller has judged that): `roles` are the giver's, and neither of the two may have applied, decided or
 * transferred before. Via names the delegation, not a transfer. Beside the above: WIRE_TOO_MANY_TRANSFERS when he transfers it to the giver.
 */
enum wire_code permit_decide_for(struct permit *permit, const struct act *act, struct span giver, struct span roles, struct span to_roles);

/* Closes it for good, unless it is closed: it rests on an act of which nobody can tell who signed it. */
void permit_doubt(struct permit *permit);

/* Previous-SHA256 that a decision at the present level must name. */
void permit_previous(uint8_t digest[SHA256_SIZE], const struct permit *permit);

/* Whether the person, or a substitute for him, has approved, at whichever level. */
bool permit_has_approved(const struct permit *permit, struct span person);

/* Persons at the present level that still have to approve. */
unsigned permit_missing(const struct permit *permit);

/*
 * How many presses may still be done when `used` are: WIRE_OK with *left > 0, else WIRE_LEVEL_MISSING, WIRE_REJECTED,
 * WIRE_CANCELLED, WIRE_KEY_COMPROMISED, WIRE_WITHDRAWN, WIRE_USED_UP. Dates are not judged here (permit_dates): the office and the seal have
 * different clocks.
 */
enum wire_code permit_left(uint64_t *left, const struct permit *permit, uint64_t used);

/* WIRE_NOT_YET, WIRE_EXPIRED or WIRE_OK at a time. */
enum wire_code permit_dates(const struct permit *permit, int64_t now);

#endif
