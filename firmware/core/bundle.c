/*
 * Map:
 *	bundle_show		one act: canonical, in its place in the order, then
 *	  equip_table		a newer approver table
 *	  show_application	apply
 *	  show_delegation	delegate: whose substitute somebody is who decides
 *	  show_decision		approve, transfer, reject, withdraw, cancel: wire/permit.c counts
 *	  show_state		the registrar: time, refusals, withdrawals, acknowledged receipts
 *	  show_session		the applicant: this device's nonce
 *	bundle_judge		denials, levels, dates, freshness, presses
 */
#include "bundle.h"

#include "equip.h"
#include "signer.h"
#include "wire/frame.h"

void
bundle_begin(struct bundle *bundle, struct memory *memory)
{
	const struct port *port = memory->journal.port;

	memset(bundle, 0, sizeof(*bundle));
	bundle->jump[0] = bundle->jump[1] = INT64_MIN;
	port->random(port->board, bundle->nonce, NONCE_SIZE);
	bundle->asked_at = port->now(port->board);
	memory->offered = false;
	memory->incoming = 0;
	evidence_begin(memory);
}

static bool
names_nonce(const struct bundle *bundle, const struct statement *st, enum key key)
{
	uint8_t nonce[NONCE_SIZE];

	return statement_bytes(nonce, sizeof(nonce), st, key) && memcmp(nonce, bundle->nonce, NONCE_SIZE) == 0;
}

static bool
is_about_application(const struct bundle *bundle, const struct statement *st)
{
	uint8_t subject[SHA256_SIZE];

	return statement_bytes(subject, sizeof(subject), st, KEY_SUBJECT_SHA256) &&
	       memcmp(subject, bundle->permit.digest, SHA256_SIZE) == 0;
}

/* ---- application and decisions ---- */

static void
lower(uint64_t *cap, uint64_t to)
{
	if (to < *cap)
		*cap = to;
}

static enum wire_code
show_application(struct bundle *bundle, const struct memory *memory)
{
	struct table_person applicant;
	enum wire_code code;

	if (!memory_has_table(memory))
		return WIRE_NO_TABLE;
	if ((code = signer_person(&applicant, memory, &bundle->act)) != WIRE_OK)
		return code;
	if ((code = signed_for_this_seal(memory, &bundle->act.statement)) != WIRE_OK)
		return code;
	if ((code = permit_begin(&bundle->permit, &bundle->act, memory->table.level, memory->table.levels)) != WIRE_OK)
		return code;
	statement_number(&bundle->fresh, &bundle->act.statement, KEY_FRESH);
	bundle->stage = BUNDLE_DECISIONS;
	return WIRE_OK;
}

/* What a person granted under a policy counts only while the table still accepts that policy. Denials always count. */
static bool
policy_accepted(const struct memory *memory, const struct statement *st)
{
	uint8_t policy[SHA256_SIZE];

	if (st->kind != ACT_APPROVE && st->kind != ACT_TRANSFER)
		return true;
	return statement_bytes(policy, sizeof(policy), st, KEY_POLICY_SHA256) && memory_accepts_policy(memory, policy);
}

/* Who gives is in the table, and it is his own to give; whether he has the role is asked when it is used. */
static enum wire_code
show_delegation(struct bundle *bundle, const struct memory *memory)
{
	const struct statement *st = &bundle->act.statement;
	struct span rest = st->value[KEY_SUBJECT], owner = rest;
	struct table_person giver;
	enum wire_code code;

	if ((code = signer_person(&giver, memory, &bundle->act)) != WIRE_OK || (code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	while (rest.len > 0)
		owner = span_cut(&rest, '/');
	if (!span_equal(owner, giver.id))
		return WIRE_NOT_ALLOWED;
	if (bundle->delegations == BUNDLE_DELEGATIONS_MAX)
		return WIRE_LIMIT;
	return delegation_read(&bundle->delegation[bundle->delegations++], &bundle->act) ? WIRE_OK : WIRE_NOT_DELEGATED;
}

/* NULL: he decides with what he has himself. */
static const struct delegation *
delegation_of(const struct bundle *bundle, const struct statement *st)
{
	uint8_t via[SHA256_SIZE];

	for (unsigned i = 0; i < bundle->delegations && statement_bytes(via, sizeof(via), st, KEY_VIA); i++)
		if (memcmp(via, bundle->delegation[i].act, SHA256_SIZE) == 0)
			return &bundle->delegation[i];
	return NULL;
}

/*
 * That the giver may has to be so by the table. That the delegation held on the day is the register's to know: it would not have counted the
 * decision otherwise, and its state says whether it did.
 */
static enum wire_code
decide(struct bundle *bundle, const struct memory *memory, struct span roles, struct span to_roles)
{
	const struct delegation *d = delegation_of(bundle, &bundle->act.statement);
	struct table_person giver;
	enum wire_code code;

	if (d == NULL)
		return permit_decide(&bundle->permit, &bundle->act, roles, to_roles);
	if ((code = delegation_judge(d, &bundle->act.statement, span_text(memory->enrolment.seal))) != WIRE_OK)
		return code;
	if (!table_find_person(&giver, &memory->table, span_text(d->giver)))
		return WIRE_NO_AUTHORITY;
	return permit_decide_for(&bundle->permit, &bundle->act, giver.id, giver.roles, to_roles);
}

static enum wire_code
show_decision(struct bundle *bundle, const struct memory *memory)
{
	const struct statement *st = &bundle->act.statement;
	struct table_person actor, receiver = {0};
	enum wire_code code;

	if ((code = signer_person(&actor, memory, &bundle->act)) != WIRE_OK)
		return code;
	if ((code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	if (!policy_accepted(memory, st))
		return WIRE_WRONG_POLICY;
	if (statement_has(st, KEY_TO) && !table_find_person(&receiver, &memory->table, st->value[KEY_TO]))
		return WIRE_NO_AUTHORITY;
	return decide(bundle, memory, actor.roles, receiver.roles);
}

/* ---- state and session ---- */

static enum wire_code
status_code(struct span status)
{
	static const struct {
		const char *name;
		enum wire_code code;
	} rows[] = {
		{"approved", WIRE_OK},		{"open", WIRE_LEVEL_MISSING},	  {"rejected", WIRE_REJECTED},
		{"cancelled", WIRE_CANCELLED}, {"suspended", WIRE_SUSPENDED},
		{"doubtful", WIRE_KEY_COMPROMISED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (span_is(status, rows[i].name))
			return rows[i].code;
	return WIRE_MALFORMED_STATEMENT;
}

static enum wire_code
acknowledge(struct memory *memory, const struct statement *st)
{
	uint8_t head[SHA256_SIZE];
	uint64_t counter = 0;
	bool has_head = statement_bytes(head, sizeof(head), st, KEY_RECEIPT_HEAD);

	statement_number(&counter, st, KEY_RECEIPT_ACKED);
	return receipts_acknowledge(memory, counter, has_head ? head : NULL);
}

/* A withdrawal holds from here on, also when an older state is shown in a later session. */
static enum wire_code
keep_cap(struct memory *memory, const struct permit *permit)
{
	struct application known;

	if (!memory_find_application(&known, memory, permit->digest) || known.cap <= permit->cap)
		return WIRE_OK;
	known.cap = permit->cap;
	return memory_put_application(memory, &known);
}

/* What the registrar said is kept before anything else is asked of it. */
static enum wire_code
keep_state(struct bundle *bundle, struct memory *memory, struct clock *clock, uint64_t seq)
{
	const struct statement *st = &bundle->act.statement;
	enum wire_code code;

	if (bundle->again)
		return WIRE_OK;
	if (bundle->state_has_nonce) {
		const struct port *port = memory->journal.port;

		clock_set(clock, bundle->state_time, bundle->asked_at, port->now(port->board));
	}
	if ((code = memory_raise_floors(memory, bundle->state_time, seq, bundle->status == WIRE_SUSPENDED)) != WIRE_OK)
		return code;
	if ((code = acknowledge(memory, st)) != WIRE_OK)
		return code;
	return keep_cap(memory, &bundle->permit);
}

/* One word of the registrar moves time on only so far; two administrators let it go further. */
static enum wire_code
judge_jump(const struct bundle *bundle, const struct memory *memory)
{
	int64_t limit = bundle->jump[0] < bundle->jump[1] ? bundle->jump[0] : bundle->jump[1];

	return bundle->state_time - memory->time_floor <= BUNDLE_JUMP_MAX || bundle->state_time <= limit ? WIRE_OK : WIRE_TIME_JUMP;
}

static enum wire_code
show_state(struct bundle *bundle, struct memory *memory, struct clock *clock)
{
	const struct statement *st = &bundle->act.statement;
	struct application known;
	uint64_t seq = 0, cap = 0;
	enum wire_code code;

	if ((code = signer_registrar(memory, &bundle->act)) != WIRE_OK)
		return code;
	if ((code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	if (!is_about_application(bundle, st))
		return WIRE_WRONG_SUBJECT;
	statement_number(&seq, st, KEY_SEQ);
	if (seq < memory->state_floor)
		return WIRE_STALE_STATE;
	statement_time(&bundle->state_time, st, KEY_TIME);
	if ((code = judge_jump(bundle, memory)) != WIRE_OK)
		return code;
	bundle->state_has_nonce = names_nonce(bundle, st, KEY_NONCE);
	bundle->status = status_code(st->value[KEY_STATUS]);
	if (bundle->status == WIRE_OK && statement_number(&cap, st, KEY_CAP)) /* of anything else it is 0 */
		lower(&bundle->permit.cap, cap);
	if (memory_find_application(&known, memory, bundle->permit.digest)) /* not before its withdrawals have been shown again */
		lower(&bundle->permit.cap, known.cap);
	bundle->stage = BUNDLE_SESSION;
	return keep_state(bundle, memory, clock, seq);
}

/* Signed over this device's nonce: otherwise whoever finds a bundle could use it. */
static enum wire_code
show_session(struct bundle *bundle, const struct memory *memory)
{
	const struct statement *st = &bundle->act.statement;
	struct table_person person;
	enum wire_code code;

	if ((code = signer_person(&person, memory, &bundle->act)) != WIRE_OK)
		return code;
	if ((code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	if (!is_about_application(bundle, st))
		return WIRE_WRONG_SUBJECT;
	if (!span_is(st->value[KEY_ACTOR], bundle->permit.applicant))
		return WIRE_NOT_APPLICANT;
	if (!names_nonce(bundle, st, KEY_DEVICE_NONCE))
		return WIRE_WRONG_NONCE;
	statement_number(&bundle->presses, st, KEY_PRESSES);
	bundle->automatic = span_is(st->value[KEY_PHOTO_MODE], "automatic");
	bundle->stage = BUNDLE_COMPLETE;
	return WIRE_OK;
}

/* ---- administrators ---- */

/* The first one's word, and that of another; the later of what one says replaces nothing. */
static enum wire_code
show_clock(struct bundle *bundle, const struct memory *memory)
{
	const struct statement *st = &bundle->act.statement;
	enum wire_code code;
	struct span id;
	int64_t until;

	if ((code = signer_any_administrator(&id, memory, &bundle->act)) != WIRE_OK || (code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	if (!statement_time(&until, st, KEY_UNTIL))
		return WIRE_MALFORMED_STATEMENT;
	if (bundle->jump[0] == INT64_MIN) {
		memcpy(bundle->jump_by, id.data, id.len);
		bundle->jump[0] = until;
	} else if (!span_is(id, bundle->jump_by)) {
		bundle->jump[1] = until;
	}
	return WIRE_OK;
}

/* Good for this once: it names the nonce that the device shows now. */
static enum wire_code
show_die(struct bundle *bundle, const struct memory *memory)
{
	const struct statement *st = &bundle->act.statement;
	enum wire_code code;
	struct span id;

	if ((code = signer_any_administrator(&id, memory, &bundle->act)) != WIRE_OK || (code = signed_for_this_seal(memory, st)) != WIRE_OK)
		return code;
	if (!names_nonce(bundle, st, KEY_NONCE))
		return WIRE_WRONG_NONCE;
	bundle->die_not_after = INT64_MAX;
	statement_time(&bundle->die_not_after, st, KEY_NOT_AFTER);
	bundle->stage = BUNDLE_DIE;
	return WIRE_OK;
}

/* ---- one act ---- */

static enum wire_code
show_first(struct bundle *bundle, struct memory *memory, struct clock *clock)
{
	if (bundle->stage != BUNDLE_TABLES)
		return WIRE_OUT_OF_ORDER;
	switch (bundle->act.statement.kind) {
	case ACT_SEAL_TABLE:
		return bundle->again ? WIRE_OK : equip_table(memory, clock, &bundle->act);
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
	case ACT_SEAL_RETIRE:
		return bundle->again ? WIRE_OK : equip_order(memory, &bundle->act);
	case ACT_SEAL_CLOCK:
		return show_clock(bundle, memory);
	case ACT_DIE_RELEASE:
		return show_die(bundle, memory);
	default:
		return show_application(bundle, memory);
	}
}

static enum wire_code
show(struct bundle *bundle, struct memory *memory, struct clock *clock)
{
	enum bundle_stage stage = bundle->stage;

	switch (bundle->act.statement.kind) {
	case ACT_SEAL_TABLE:
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
	case ACT_SEAL_RETIRE:
	case ACT_SEAL_CLOCK:
	case ACT_DIE_RELEASE:
	case ACT_APPLY:
		return show_first(bundle, memory, clock);
	case ACT_DELEGATE:
		return stage == BUNDLE_DECISIONS ? show_delegation(bundle, memory) : WIRE_OUT_OF_ORDER;
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
	case ACT_WITHDRAW:
	case ACT_CANCEL:
		return stage == BUNDLE_DECISIONS ? show_decision(bundle, memory) : WIRE_OUT_OF_ORDER;
	case ACT_SEAL_STATE:
		return stage == BUNDLE_DECISIONS ? show_state(bundle, memory, clock) : WIRE_OUT_OF_ORDER;
	case ACT_SEAL_SESSION:
		return stage == BUNDLE_SESSION ? show_session(bundle, memory) : WIRE_OUT_OF_ORDER;
	default:
		return WIRE_NOT_ALLOWED;
	}
}

enum wire_code
bundle_show(struct bundle *bundle, struct memory *memory, struct clock *clock, struct span raw)
{
	enum wire_code code;

	if (!memory->enrolled)
		return WIRE_NOT_ENROLLED;
	if (memory->shown_count == BUNDLE_ACTS_MAX)
		return WIRE_LIMIT;
	if (raw.len > ACT_SEAL_MAX)
		return WIRE_TOO_LONG;
	if ((code = act_read(&bundle->act, raw)) != WIRE_OK)
		return code;
	if ((code = show(bundle, memory, clock)) != WIRE_OK)
		return code;
	if (bundle->act.statement.kind == ACT_SEAL_TABLE && memory->offered) /* it comes once more, behind its text */
		return WIRE_OK;
	return evidence_put_act(memory, bundle->act.id, raw);
}

/* ---- the whole ---- */

enum wire_code
bundle_judge_times(const struct bundle *bundle, const struct memory *memory, const struct clock *clock)
{
	struct moment now = clock_now(clock, memory);
	enum wire_code code;

	if ((code = moment_within(&now, bundle->permit.not_before, bundle->permit.not_after)) != WIRE_OK)
		return code;
	if ((code = moment_within(&now, INT64_MIN, memory->table_record.not_after)) != WIRE_OK)
		return code;
	if (bundle->fresh == 0)
		return bundle->state_has_nonce ? WIRE_OK : WIRE_STALE_STATE;
	return moment_fresh(&now, bundle->state_time, bundle->fresh);
}

/* What the registrar or an administrator said against it, whatever the approvals say. */
static enum wire_code
denied(const struct bundle *bundle, const struct memory *memory)
{
	if (memory->suspended || memory->order.suspended)
		return WIRE_SUSPENDED;
	return bundle->stage < BUNDLE_SESSION ? WIRE_OK : bundle->status;
}

static enum wire_code
judge_die(const struct bundle *bundle, const struct memory *memory, const struct clock *clock)
{
	struct moment now = clock_now(clock, memory);

	return moment_within(&now, INT64_MIN, bundle->die_not_after);
}

uint64_t
bundle_grant(const struct bundle *bundle)
{
	return bundle->permit.cap < bundle->permit.presses ? bundle->permit.cap : bundle->permit.presses;
}

enum wire_code
bundle_judge(const struct bundle *bundle, const struct memory *memory, const struct clock *clock)
{
	struct application known = {.used = 0};
	enum wire_code code;
	uint64_t left;

	if (bundle->stage == BUNDLE_DIE)
		return judge_die(bundle, memory, clock);
	if (bundle->stage < BUNDLE_DECISIONS)
		return WIRE_NO_APPLICATION;
	if ((code = denied(bundle, memory)) != WIRE_OK)
		return code;
	if (!memory_find_application(&known, memory, bundle->permit.digest))
		known.used = 0;
	if ((code = permit_left(&left, &bundle->permit, known.used)) != WIRE_OK)
		return code;
	if (bundle->stage < BUNDLE_SESSION)
		return WIRE_NO_STATE;
	if ((code = bundle_judge_times(bundle, memory, clock)) != WIRE_OK)
		return code;
	if (bundle->stage < BUNDLE_COMPLETE)
		return WIRE_NO_SESSION;
	return bundle->presses > left ? WIRE_TOO_MANY_PRESSES : WIRE_OK;
}

static void
forget_judgement(struct bundle *bundle)
{
	uint64_t asked_at = bundle->asked_at;
	uint8_t nonce[NONCE_SIZE];

	memcpy(nonce, bundle->nonce, NONCE_SIZE);
	memset(bundle, 0, sizeof(*bundle));
	memcpy(bundle->nonce, nonce, NONCE_SIZE);
	bundle->jump[0] = bundle->jump[1] = INT64_MIN;
	bundle->asked_at = asked_at;
	bundle->again = true;
}

enum wire_code
bundle_judge_again(struct bundle *bundle, struct memory *memory, const struct clock *clock)
{
	struct clock unused = *clock;
	enum wire_code code;

	forget_judgement(bundle);
	for (unsigned i = 0; i < memory->shown_count; i++) {
		if ((code = act_read(&bundle->act, evidence_shown(memory, i))) != WIRE_OK)
			return code;
		if (memcmp(bundle->act.id, memory->shown[i], SHA256_SIZE) != 0)
			return WIRE_FAULT;
		if ((code = show(bundle, memory, &unused)) != WIRE_OK)
			return code;
	}
	return bundle_judge(bundle, memory, clock);
}
