/* May this actor do this to this subject now? Policy for what it names, wire/permit.c for decisions on applications. */
#include <inttypes.h>

#include "delegation.h"
#include "judge_case.h"

enum { NUMBER_LEAP = 1000000 };

static struct span
roles_of(const struct judge_case *c, struct span id)
{
	const struct ch_person *person = ch_state_person(c->state, id);

	return person ? person->roles : span_of(NULL, 0);
}

static bool
founder_before_policy(const struct judge_case *c)
{
	const struct ch_person *person = ch_state_person(c->state, c->st->value[KEY_ACTOR]);

	return c->state->policy == NULL && person && person->founder &&
	       (c->st->kind == ACT_POLICY || c->st->kind == ACT_PERSON || c->st->kind == ACT_KEY || c->st->kind == ACT_KEY_END);
}

bool
case_allowed(struct judge_case *c)
{
	const struct ch_key *key = ch_state_key(c->state, c->act->key);
	struct span actor = c->st->value[KEY_ACTOR], act = span_text(act_kind_name(act_saves(c->st->kind) ? ACT_SAVE : c->st->kind));
	struct span roles = key && key->scope == CH_DEPOSIT ? SPAN_LITERAL("device") : roles_of(c, actor);
	const struct ch_rule *rule;

	if (founder_before_policy(c))
		return true;
	rule = c->state->policy ? ch_policy_allows(c->state->policy, roles, act, c->path) : NULL;
	if (rule == NULL)
		return case_refuse(c, WIRE_NOT_ALLOWED, "no line of the policy allows '%.*s' (roles: %.*s) to %.*s '%.*s'", (int)actor.len,
				   (const char *)actor.data, roles.len ? (int)roles.len : 4, roles.len ? (const char *)roles.data : "none", (int)act.len,
				   (const char *)act.data, (int)c->path.len, (const char *)c->path.data);
	c->out->line = rule->line;
	return true;
}

bool
case_next_version(struct judge_case *c, uint64_t current)
{
	uint64_t version = 0;

	statement_number(&version, c->st, KEY_VERSION);
	return version == current + 1 ||
	       case_refuse(c, WIRE_WRONG_VERSION, "version %" PRIu64 " does not follow version %" PRIu64, version, current);
}

bool
case_may_be_named(struct judge_case *c, struct span id, enum ch_named use)
{
	static const char *const uses[] = {"a person", "a drive", "the device of a seal", "the registrar"};
	const struct ch_name *name = ch_state_name(c->state, id);

	if (name == NULL || (name->use == use && span_equal(name->id, id) && use != CH_A_SEAL))
		return true;
	return case_refuse(c, WIRE_CONFLICT, "'%.*s' is %s already", (int)name->id.len, (const char *)name->id.data, uses[name->use]);
}

static bool
is_no_registrar(struct judge_case *c, struct span id)
{
	return !span_is(id, "registrar") || case_refuse(c, WIRE_WRONG_ROLE, "an administrator is a person, not the registrar");
}

/* A drive says for whom: each of them might have saved, or dropped, something there. */
static bool
authority_deposit(struct judge_case *c)
{
	const struct ch_key *key = ch_state_key(c->state, c->act->key);
	struct span rest = c->st->value[KEY_FOR];

	if (key == NULL || key->scope != CH_DEPOSIT)
		return case_refuse(c, WIRE_WRONG_ROLE, "only a drive's key saves for others; who has a key of his own saves himself");
	while (rest.len) {
		struct span id = span_cut(&rest, ' ');
		const struct ch_person *person = ch_state_person(c->state, id);

		if (person == NULL || c->state->policy == NULL || ch_policy_drops(c->state->policy, person->roles, c->path) == NULL)
			return case_refuse(c, WIRE_NOT_ALLOWED, "no line of the policy lets '%.*s', for whom it is, save in '%.*s'", (int)id.len, (const char *)id.data,
					   (int)c->path.len, (const char *)c->path.data);
	}
	return true;
}

static bool
authority_person(struct judge_case *c)
{
	const struct ch_person *person = ch_state_person(c->state, c->name.id);

	return case_may_be_named(c, c->name.id, CH_A_PERSON) && case_next_version(c, person ? person->version : 0) && case_allowed(c);
}

static bool
names_persons(struct judge_case *c, enum key key)
{
	struct span list = c->st->value[key];

	while (statement_has(c->st, key) && list.len) {
		struct span id = span_cut(&list, ' ');
		if (ch_state_person(c->state, id) == NULL)
			return case_refuse(c, WIRE_NOT_ALLOWED, "%s names '%.*s', who is not registered", key_name(key), (int)id.len,
					   (const char *)id.data);
	}
	return true;
}

static bool
dates_make_sense(struct judge_case *c)
{
	int64_t from = 0, until = 0;
	bool ends = statement_time(&until, c->st, KEY_NOT_AFTER);

	if (ends && until < c->received)
		return case_refuse(c, WIRE_EXPIRED, "Not-After has passed already");
	if (ends && statement_time(&from, c->st, KEY_NOT_BEFORE) && from > until)
		return case_refuse(c, WIRE_WRONG_TIME, "Not-Before is after Not-After");
	return true;
}

/* The number is one that its drive could have given out: nobody leaps ahead and takes all that are left. */
static bool
number_makes_sense(struct judge_case *c)
{
	const struct ch_name *drive = ch_state_name(c->state, c->name.device);
	uint64_t year = 0;

	text_get_number(&year, span_of(c->st->value[KEY_TIME].data, 4));
	if (year != c->name.year)
		return case_refuse(c, WIRE_WRONG_SUBJECT, "the year in Subject is not that of Time");
	if (c->state->extract)
		return true;
	if (drive == NULL || drive->use != CH_A_DRIVE || !span_equal(drive->id, c->name.device))
		return case_refuse(c, WIRE_WRONG_SUBJECT, "'%.*s' is no drive that gives out numbers", (int)c->name.device.len,
				   (const char *)c->name.device.data);
	return (c->name.number >= 1 && c->name.number <= drive->number + NUMBER_LEAP) ||
	       case_refuse(c, WIRE_WRONG_SUBJECT, "the number is not near those that '%.*s' has given out", (int)drive->id.len,
			   (const char *)drive->id.data);
}

static bool
authority_apply(struct judge_case *c)
{
	const struct ch_seal *seal = ch_state_seal(c->state, c->st->value[KEY_SEAL]);
	struct level levels[TABLE_LEVELS_MAX];
	struct permit permit;
	enum wire_code code;
	unsigned count;

	if (!span_equal(c->st->value[KEY_SEAL], c->name.seal))
		return case_refuse(c, WIRE_WRONG_SEAL, "Seal and Subject differ");
	if (seal == NULL)
		return case_refuse(c, WIRE_NOT_ENROLLED, "there is no seal '%.*s'", (int)c->name.seal.len, (const char *)c->name.seal.data);
	if (!case_names_device(c, seal) || !case_in_service(c, seal) || !case_allowed(c) || !number_makes_sense(c) || !names_persons(c, KEY_APPROVERS) || !names_persons(c, KEY_COPY) || !dates_make_sense(c))
		return false;
	count = ch_policy_levels(levels, c->state->policy, seal->id);
	if (count == 0)
		return case_refuse(c, WIRE_NOT_ALLOWED, "the policy has no levels for seal '%.*s'", (int)seal->id.len, (const char *)seal->id.data);
	code = permit_begin(&permit, c->act, levels, count);
	return code == WIRE_OK || case_refuse(c, code, "%s", wire_code_sentence(code));
}

/* Of a transfer it may be the receiver who lacks the role, of a substitute whoever he decides for. */
static void
explain_authority(struct judge_case *c, unsigned at, struct span role, const struct ch_authority *by)
{
	struct span person = by->giver.len ? by->giver : c->st->value[KEY_ACTOR];

	if (c->st->kind == ACT_WITHDRAW) {
		case_refuse(c, WIRE_NO_AUTHORITY, "'%.*s' has not applied, nor holds a role of one of the levels", (int)person.len,
			    (const char *)person.data);
		return;
	}
	if (c->st->kind == ACT_TRANSFER && roles_contain(by->roles, role) && span_equal(c->st->value[KEY_ROLE], role))
		person = c->st->value[KEY_TO];
	if (ch_state_person(c->state, person) == NULL)
		case_refuse(c, WIRE_NO_AUTHORITY, "there is nobody called '%.*s'; see people-list", (int)person.len, (const char *)person.data);
	else if (roles_contain(roles_of(c, person), role))
		case_refuse(c, WIRE_NO_AUTHORITY, "level %u needs a '%.*s', and the act does not name that role", at, (int)role.len,
			    (const char *)role.data);
	else
		case_refuse(c, WIRE_NO_AUTHORITY, "level %u needs a '%.*s', and '%.*s' is not one", at, (int)role.len, (const char *)role.data,
			    (int)person.len, (const char *)person.data);
}

/* What the permit says, in the words of this application: who could still decide, and by which line. */
static void
explain_decision(struct judge_case *c, const struct permit *permit, enum wire_code code, const struct ch_authority *by)
{
	const struct ch_policy *policy = c->state->policy;
	unsigned at = permit->at <= permit->levels ? permit->at : permit->levels;

	for (size_t i = 0; i < policy->level_count; i++)
		if (span_equal(policy->levels[i].seal, c->name.seal) && policy->levels[i].number == at)
			c->out->line = policy->levels[i].line;
	if (code == WIRE_NO_AUTHORITY)
		explain_authority(c, at, permit->level[at - 1].role, by);
	else if (code == WIRE_CONFLICT && c->st->kind == ACT_WITHDRAW)
		case_refuse(c, code, "a withdrawal that leaves no more presses is registered already");
	else if (code != WIRE_OK)
		case_refuse(c, code, "%s", wire_code_sentence(code));
}

/* NULL, and refused, when the subject has not been applied for. */
static const struct ch_application *
application_of(struct judge_case *c)
{
	const struct ch_application *application = ch_application_of(c->subject);

	if (application)
		return application;
	case_refuse(c, WIRE_NO_APPLICATION, "there is no application '%.*s'", (int)c->path.len, (const char *)c->path.data);
	return NULL;
}

static bool
authority_decision(struct judge_case *c)
{
	const struct ch_application *application = application_of(c);
	struct ch_authority by;
	struct permit permit;
	enum wire_code code;
	const char *why;

	if (application == NULL)
		return false;
	if (!ch_authority_of(&by, c->state, application, c->st, c->received, &why))
		return case_refuse(c, WIRE_NOT_DELEGATED, "%s", why);
	if ((c->st->kind == ACT_APPROVE || c->st->kind == ACT_TRANSFER) && !case_in_service(c, application->seal))
		return false;
	permit = application->permit;
	code = ch_authority_decide(&permit, c->act, &by, c->state);
	explain_decision(c, &application->permit, code, &by);
	return code == WIRE_OK;
}

/*
 * A seal that is told of receipts it has not issued, or of others, locks for good. An extract lacks what was recorded with other applications:
 * then the register's word stands as far as nothing here is above it.
 */
static bool
acknowledges(const struct judge_case *c, const struct ch_seal *seal)
{
	uint8_t head[SHA256_SIZE];
	uint64_t acked = 0;
	bool named = statement_bytes(head, sizeof(head), c->st, KEY_RECEIPT_HEAD);

	statement_number(&acked, c->st, KEY_RECEIPT_ACKED);
	if (c->state->extract && acked > seal->counter)
		return named;
	return acked == seal->counter && named == (acked > 0) && (!named || memcmp(head, seal->head, sizeof(head)) == 0);
}

static bool
authority_state(struct judge_case *c)
{
	const struct ch_application *application = application_of(c);
	uint64_t cap = 0, seq = 0;

	if (application == NULL || !case_names_device(c, application->seal))
		return false;
	statement_number(&cap, c->st, KEY_CAP);
	statement_number(&seq, c->st, KEY_SEQ);
	if (seq > c->state->seq) /* a seal would take no state any more until the register is there */
		return case_refuse(c, WIRE_WRONG_CONTENT, "Seq is that of a page to come");
	if (!span_is(c->st->value[KEY_STATUS], ch_application_standing(application)) || cap != ch_application_cap(application) ||
	    !acknowledges(c, application->seal))
		return case_refuse(c, WIRE_WRONG_CONTENT, "does not say what the register says");
	return true;
}

/* A seal gives out each nonce for one session. */
static bool
session_with_nonce(const struct judge_case *c)
{
	for (size_t i = 0; i < c->subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(c->subject, i);
		if (entry->kind == ACT_SEAL_SESSION &&
		    span_equal(ch_entry_act(c->state, entry)->statement.value[KEY_DEVICE_NONCE], c->st->value[KEY_DEVICE_NONCE]))
			return true;
	}
	return false;
}

static bool
authority_session(struct judge_case *c)
{
	const struct ch_application *application = application_of(c);
	uint64_t left = 0, presses = 0;
	enum wire_code code;

	if (application == NULL)
		return false;
	if (!span_is(c->st->value[KEY_ACTOR], application->permit.applicant))
		return case_refuse(c, WIRE_NOT_APPLICANT, "only '%s' may unlock for this application", application->permit.applicant);
	if (!case_in_service(c, application->seal))
		return false;
	if (application->seal->suspended)
		return case_refuse(c, WIRE_SUSPENDED, "seal '%.*s' is suspended: see chancery-status", (int)application->seal->id.len,
				   (const char *)application->seal->id.data);
	if ((code = permit_left(&left, &application->permit, application->used)) != WIRE_OK ||
	    (code = permit_dates(&application->permit, c->received)) != WIRE_OK)
		return case_refuse(c, code, "%s", wire_code_sentence(code));
	statement_number(&presses, c->st, KEY_PRESSES);
	if (session_with_nonce(c))
		return case_refuse(c, WIRE_WRONG_NONCE, "another session has been opened with this Device-Nonce");
	if (presses > left)
		return case_refuse(c, WIRE_TOO_MANY_PRESSES, "asks for %" PRIu64 " presses; %" PRIu64 " remain", presses, left);
	return true;
}

/* A device's evidence is brought by the drive's key or by the applicant. That the register has refused the session says something about that, not about this. */
static bool
authority_record(struct judge_case *c)
{
	const struct ch_application *application = application_of(c);
	const struct ch_entry *session;
	uint8_t id[SHA256_SIZE];

	if (application == NULL)
		return false;
	session = statement_bytes(id, sizeof(id), c->st, KEY_SESSION) ? ch_state_act(c->state, id) : NULL;
	if (session == NULL || ch_entry_about(c->state, session) != c->subject || session->kind != ACT_SEAL_SESSION)
		return case_refuse(c, WIRE_WRONG_PREVIOUS, "names no session of this application");
	return span_is(c->st->value[KEY_ACTOR], application->permit.applicant) || case_allowed(c);
}

/* What the photo is of, or why there is none, is the word of who has pressed; that there was the press is the seal's (judge_receipts.c). */
static bool
authority_photo(struct judge_case *c)
{
	const struct ch_application *application = application_of(c);

	if (application == NULL)
		return false;
	if (statement_has(c->st, KEY_PHOTO_SHA256) == statement_has(c->st, KEY_VOID))
		return case_refuse(c, WIRE_WRONG_CONTENT, "a press has a photo, or a reason why it has none");
	return span_is(c->st->value[KEY_ACTOR], application->permit.applicant) || case_allowed(c);
}

/* Evidence that decides nothing: the registrar may always bring it, others by the policy. */
static bool
authority_stamp(struct judge_case *c)
{
	const struct ch_key *key = ch_state_key(c->state, c->act->key);
	uint64_t seq = 0;

	statement_number(&seq, c->st, KEY_SEQ);
	if (seq != c->name.number)
		return case_refuse(c, WIRE_WRONG_SUBJECT, "Seq and Subject differ");
	return (key && key->scope == CH_REGISTER) || case_allowed(c);
}

bool
judge_authority(struct judge_case *c)
{
	switch (c->st->kind) {
	case ACT_FOUND:
		return case_administrators(c, is_no_registrar); /* judge_key has found the signer among them */
	case ACT_POLICY:
		return case_next_version(c, c->state->policy_version) && case_allowed(c);
	case ACT_PERSON:
		return authority_person(c);
	case ACT_KEY:
		return judge_admission(c);
	case ACT_KEY_END:
		return judge_key_end(c);
	case ACT_DELEGATE:
		return judge_delegation(c);
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS:
		return judge_charter(c);
	case ACT_SAVE:
		return case_allowed(c);
	case ACT_DEPOSIT:
		return case_allowed(c) && authority_deposit(c);
	case ACT_SEAL_ENROL:
	case ACT_SEAL_TABLE:
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
	case ACT_SEAL_RETIRE:
	case ACT_SEAL_CLOCK:
	case ACT_DIE_RELEASE:
		return judge_seal(c);
	case ACT_APPLY:
		return authority_apply(c);
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
	case ACT_WITHDRAW:
	case ACT_CANCEL:
		return authority_decision(c);
	case ACT_SEAL_STATE:
		return authority_state(c);
	case ACT_SEAL_SESSION:
		return authority_session(c);
	case ACT_SEAL_RECORD:
		return authority_record(c);
	case ACT_SEAL_PHOTO:
		return authority_photo(c);
	case ACT_STAMP:
		return authority_stamp(c);
	case ACT_REGISTER:
	case ACT_KINDS:
		break;
	}
	return case_refuse(c, WIRE_NOT_ALLOWED, "no act of the register's subjects");
}
