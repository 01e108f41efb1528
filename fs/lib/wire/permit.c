/*
 * Map:
 *	permit_begin		the application and the levels it has to pass
 *	permit_decide, permit_decide_for
 *	  decide_at_level
 *	    judge_turn		may this person decide at this level now?
 *	    approve, transfer
 *	  withdraw, cancel
 *	permit_previous, permit_missing, permit_left, permit_dates
 *
 * Every handler checks first and changes the permit last, so that a refusal leaves it as it was.
 */
#include "permit.h"

static const struct level *
present_level(const struct permit *permit)
{
	return &permit->level[permit->at - 1];
}

/* Room for every approval and transfer is required at the beginning: no decision is refused later for want of it. */
static bool
levels_fit(const struct level *level, unsigned levels)
{
	uint64_t room = PERMIT_DECISIONS_MAX - PERMIT_TRANSFERS_MAX;

	if (levels < 1 || levels > TABLE_LEVELS_MAX)
		return false;
	for (unsigned i = 0; i < levels; i++) {
		if (level[i].persons < 1 || level[i].persons > room)
			return false;
		room -= level[i].persons;
	}
	return true;
}

enum wire_code
permit_begin(struct permit *permit, const struct act *apply, const struct level *level, unsigned levels)
{
	const struct statement *st = &apply->statement;

	memset(permit, 0, sizeof(*permit));
	if (st->kind != ACT_APPLY || !statement_number(&permit->applied_presses, st, KEY_PRESSES))
		return WIRE_MALFORMED_STATEMENT;
	if (!levels_fit(level, levels))
		return WIRE_LIMIT;
	memcpy(permit->act, apply->id, SHA256_SIZE);
	act_statement_digest(permit->digest, apply);
	text_copy(permit->applicant, ID_MAX + 1, st->value[KEY_ACTOR]);
	permit->not_before = INT64_MIN;
	permit->applied_not_after = INT64_MAX;
	statement_time(&permit->not_before, st, KEY_NOT_BEFORE);
	statement_time(&permit->applied_not_after, st, KEY_NOT_AFTER);
	memcpy(permit->level, level, levels * sizeof(*level));
	permit->levels = levels;
	permit->at = 1;
	permit->presses = permit->applied_presses;
	permit->not_after = permit->applied_not_after;
	permit->cap = UINT64_MAX;
	return WIRE_OK;
}

/* ---- what was decided so far ---- */

static unsigned
approvals_at(const struct permit *permit, unsigned level)
{
	unsigned count = 0;

	for (unsigned i = 0; i < permit->decisions; i++)
		count += permit->decision[i].approve && permit->decision[i].level == level;
	return count;
}

static unsigned
transfers(const struct permit *permit)
{
	unsigned count = 0;

	for (unsigned i = 0; i < permit->decisions; i++)
		count += !permit->decision[i].approve;
	return count;
}

/* A person and whoever decides in his name are one. */
static bool
is_by(const struct permit_decision *d, struct span person)
{
	return span_is(person, d->person) || span_is(person, d->giver);
}

bool
permit_has_approved(const struct permit *permit, struct span person)
{
	for (unsigned i = 0; i < permit->decisions; i++)
		if (permit->decision[i].approve && is_by(&permit->decision[i], person))
			return true;
	return false;
}

/* Whether the person has given the decision of the present level to somebody else. */
static bool
has_transferred(const struct permit *permit, struct span person)
{
	for (unsigned i = 0; i < permit->decisions; i++) {
		const struct permit_decision *d = &permit->decision[i];

		if (!d->approve && d->level == permit->at && is_by(d, person))
			return true;
	}
	return false;
}

/* The lowest act id above `last` among a level's approvals; NULL at the end. */
static const uint8_t *
next_approval(const struct permit *permit, unsigned level, const uint8_t *last)
{
	const uint8_t *next = NULL;

	for (unsigned i = 0; i < permit->decisions; i++) {
		const struct permit_decision *d = &permit->decision[i];

		if (!d->approve || d->level != level || (last != NULL && memcmp(d->act, last, SHA256_SIZE) <= 0))
			continue;
		if (next == NULL || memcmp(d->act, next, SHA256_SIZE) < 0)
			next = d->act;
	}
	return next;
}

void
permit_previous(uint8_t digest[SHA256_SIZE], const struct permit *permit)
{
	unsigned below = permit->at - 1;
	struct wire_sha256 hash;

	if (below == 0) {
		memcpy(digest, permit->act, SHA256_SIZE);
		return;
	}
	wire_sha256_init(&hash);
	for (const uint8_t *id = next_approval(permit, below, NULL); id != NULL; id = next_approval(permit, below, id))
		wire_sha256_update(&hash, span_of(id, SHA256_SIZE));
	wire_sha256_final(&hash, digest);
}

unsigned
permit_missing(const struct permit *permit)
{
	if (permit->status != PERMIT_OPEN)
		return 0;
	return (unsigned)present_level(permit)->persons - approvals_at(permit, permit->at);
}

/* ---- whose turn it is ---- */

static enum wire_code
judge_level(const struct permit *permit, const struct statement *st, struct span roles)
{
	struct span role = st->value[KEY_ROLE];
	uint64_t level = 0;

	statement_number(&level, st, KEY_LEVEL);
	if (level < 1 || level > permit->levels || level > permit->at)
		return WIRE_LEVEL_ORDER;
	if (level < permit->at)
		return WIRE_CONFLICT;
	if (!span_equal(role, present_level(permit)->role) || !roles_contain(roles, role))
		return WIRE_NO_AUTHORITY;
	return WIRE_OK;
}

static enum wire_code
judge_person(const struct permit *permit, struct span person)
{
	if (permit_has_approved(permit, person))
		return WIRE_SAME_PERSON;
	if (has_transferred(permit, person))
		return WIRE_TRANSFERRED;
	return WIRE_OK;
}

/* Whoever decides because of a transfer names it in Via; whoever does not names none. */
static bool
via_fits(const struct permit *permit, const struct statement *st)
{
	uint8_t via[SHA256_SIZE];
	bool named = statement_bytes(via, sizeof(via), st, KEY_VIA);
	bool received = false;

	for (unsigned i = 0; i < permit->decisions; i++) {
		const struct permit_decision *d = &permit->decision[i];

		if (d->approve || d->level != permit->at || !span_is(st->value[KEY_ACTOR], d->to))
			continue;
		if (named && memcmp(via, d->act, SHA256_SIZE) == 0)
			return true;
		received = true;
	}
	return !named && !received;
}

static bool
previous_fits(const struct permit *permit, const struct statement *st)
{
	uint8_t named[SHA256_SIZE], expected[SHA256_SIZE];

	permit_previous(expected, permit);
	return statement_bytes(named, sizeof(named), st, KEY_PREVIOUS_SHA256) && memcmp(named, expected, SHA256_SIZE) == 0;
}

/* With whose roles somebody decides. */
struct authority {
	struct span roles;
	struct span giver; /* empty: his own */
};

static enum wire_code
judge_turn(const struct permit *permit, const struct statement *st, const struct authority *by)
{
	struct span actor = st->value[KEY_ACTOR];
	enum wire_code code;

	if (span_is(actor, permit->applicant) || (by->giver.len > 0 && span_is(by->giver, permit->applicant)))
		return WIRE_OWN_APPLICATION;
	if ((code = judge_level(permit, st, by->roles)) != WIRE_OK)
		return code;
	if ((code = judge_person(permit, actor)) != WIRE_OK)
		return code;
	if (by->giver.len > 0 && (code = judge_person(permit, by->giver)) != WIRE_OK)
		return code;
	return (by->giver.len > 0 || via_fits(permit, st)) && previous_fits(permit, st) ? WIRE_OK : WIRE_WRONG_PREVIOUS;
}

/* ---- decisions ---- */

static struct permit_decision *
remember(struct permit *permit, const struct act *act, struct span giver)
{
	struct permit_decision *d = &permit->decision[permit->decisions++];

	memcpy(d->act, act->id, SHA256_SIZE);
	text_copy(d->person, ID_MAX + 1, act->statement.value[KEY_ACTOR]);
	text_copy(d->giver, ID_MAX + 1, giver);
	d->level = (uint8_t)permit->at;
	return d;
}

static enum wire_code
approve(struct permit *permit, const struct act *act, struct span giver)
{
	int64_t not_after = permit->not_after; /* none: the approval sets no end of its own */
	uint64_t presses = 0;

	statement_number(&presses, &act->statement, KEY_PRESSES);
	statement_time(&not_after, &act->statement, KEY_NOT_AFTER);
	if (presses > permit->applied_presses || not_after > permit->applied_not_after)
		return WIRE_ABOVE_APPLICATION;
	if (presses > present_level(permit)->presses)
		return WIRE_ABOVE_LIMIT;
	remember(permit, act, giver)->approve = true;
	if (presses < permit->presses)
		permit->presses = presses;
	if (not_after < permit->not_after)
		permit->not_after = not_after;
	if (permit_missing(permit) == 0 && ++permit->at > permit->levels)
		permit->status = PERMIT_APPROVED;
	return WIRE_OK;
}

static enum wire_code
transfer(struct permit *permit, const struct act *act, struct span giver, struct span to_roles)
{
	struct span from = act->statement.value[KEY_ACTOR], to = act->statement.value[KEY_TO];

	if (span_is(to, permit->applicant))
		return WIRE_OWN_APPLICATION;
	if (!roles_contain(to_roles, present_level(permit)->role))
		return WIRE_NO_AUTHORITY;
	if (permit_has_approved(permit, to))
		return WIRE_SAME_PERSON;
	if (transfers(permit) == PERMIT_TRANSFERS_MAX || span_equal(from, to) || span_equal(giver, to) || has_transferred(permit, to))
		return WIRE_TOO_MANY_TRANSFERS;
	text_copy(remember(permit, act, giver)->to, ID_MAX + 1, to);
	return WIRE_OK;
}

static bool
may_withdraw(const struct permit *permit, struct span person, struct span roles)
{
	if (span_is(person, permit->applicant))
		return true;
	for (unsigned i = 0; i < permit->levels; i++)
		if (roles_contain(roles, permit->level[i].role))
			return true;
	return false;
}

/* Only ever lowers: of two withdrawals the lower one holds, whichever was registered first. */
static enum wire_code
withdraw(struct permit *permit, const struct statement *st, struct span roles)
{
	uint64_t cap = UINT64_MAX;

	statement_number(&cap, st, KEY_CAP);
	if (!may_withdraw(permit, st->value[KEY_ACTOR], roles))
		return WIRE_NO_AUTHORITY;
	if (cap >= permit->cap)
		return WIRE_CONFLICT;
	permit->cap = cap;
	return WIRE_OK;
}

static enum wire_code
cancel(struct permit *permit, const struct statement *st)
{
	if (!span_is(st->value[KEY_ACTOR], permit->applicant))
		return WIRE_NOT_APPLICANT;
	permit->status = PERMIT_CANCELLED;
	return WIRE_OK;
}

static enum wire_code
decide_at_level(struct permit *permit, const struct act *act, const struct authority *by, struct span to_roles)
{
	enum wire_code code = judge_turn(permit, &act->statement, by);

	if (code != WIRE_OK)
		return code;
	switch (act->statement.kind) {
	case ACT_APPROVE:
		return approve(permit, act, by->giver);
	case ACT_REJECT:
		permit->status = PERMIT_REJECTED;
		return WIRE_OK;
	default:
		return transfer(permit, act, by->giver, to_roles);
	}
}

static enum wire_code
closed(const struct permit *permit)
{
	switch (permit->status) {
	case PERMIT_REJECTED:
		return WIRE_REJECTED;
	case PERMIT_CANCELLED:
		return WIRE_CANCELLED;
	case PERMIT_DOUBTFUL:
		return WIRE_KEY_COMPROMISED;
	default:
		return WIRE_OK;
	}
}

static enum wire_code
decide(struct permit *permit, const struct act *act, const struct authority *by, struct span to_roles)
{
	const struct statement *st = &act->statement;
	uint8_t subject[SHA256_SIZE];

	if (!statement_bytes(subject, sizeof(subject), st, KEY_SUBJECT_SHA256) || memcmp(subject, permit->digest, SHA256_SIZE) != 0)
		return WIRE_WRONG_SUBJECT;
	if (closed(permit) != WIRE_OK)
		return closed(permit);
	switch (st->kind) {
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
		return decide_at_level(permit, act, by, to_roles);
	case ACT_WITHDRAW:
		return withdraw(permit, st, by->roles);
	case ACT_CANCEL:
		return cancel(permit, st);
	default:
		return WIRE_NOT_ALLOWED;
	}
}

enum wire_code
permit_decide(struct permit *permit, const struct act *act, struct span roles, struct span to_roles)
{
	return decide(permit, act, &(struct authority){.roles = roles}, to_roles);
}

enum wire_code
permit_decide_for(struct permit *permit, const struct act *act, struct span giver, struct span roles, struct span to_roles)
{
	return decide(permit, act, &(struct authority){.roles = roles, .giver = giver}, to_roles);
}

void
permit_doubt(struct permit *permit)
{
	if (closed(permit) == WIRE_OK)
		permit->status = PERMIT_DOUBTFUL;
}

/* ---- what it is good for ---- */

enum wire_code
permit_left(uint64_t *left, const struct permit *permit, uint64_t used)
{
	*left = 0;
	if (permit->status == PERMIT_OPEN)
		return WIRE_LEVEL_MISSING;
	if (closed(permit) != WIRE_OK)
		return closed(permit);
	if (used >= permit->presses)
		return WIRE_USED_UP;
	if (used >= permit->cap)
		return WIRE_WITHDRAWN;
	*left = (permit->cap < permit->presses ? permit->cap : permit->presses) - used;
	return WIRE_OK;
}

enum wire_code
permit_dates(const struct permit *permit, int64_t now)
{
	if (now < permit->not_before)
		return WIRE_NOT_YET;
	return now > permit->not_after ? WIRE_EXPIRED : WIRE_OK;
}
