/*
 * Delegations: somebody lets another decide with his roles, for some time (acts.md 16). Read from the `delegate` act alone, so that register and
 * seal ask the same. A substitute names the act in Via; he decides with the giver's roles of the day, in one step: what was given to him he
 * cannot give on.
 */
#ifndef WIRE_DELEGATION_H
#define WIRE_DELEGATION_H

#include "act.h"

struct delegation {
	uint8_t act[SHA256_SIZE];
	char giver[ID_MAX + 1], to[ID_MAX + 1];
	char roles[VALUE_MAX + 1]; /* "manager director@S-0007", `*` for any */
	int64_t from, until;
};

/* False when the act is none, or ends one, or has no end. */
bool delegation_read(struct delegation *delegation, const struct act *act);

/* Whether it speaks of this role at this seal. That the giver holds the role is for the caller to know. */
bool delegation_covers(const struct delegation *delegation, struct span role, struct span seal);

/*
 * WIRE_OK when a decision that names it in Via is by the substitute, in a role that it covers at this seal, and drawn up within its dates; else
 * WIRE_NOT_DELEGATED.
 */
enum wire_code delegation_judge(const struct delegation *delegation, const struct statement *decision, struct span seal);

#endif
