/*
 * ch_judge
 *   judge_key         key, owner, scope, signature: has its actor said this at all?
 *   judge_kind        the key is valid; the kind of act fits it and the subject
 *   judge_time        Time, signature, Received, Gap
 *   judge_chain       subject, parents, digests
 *   judge_content     the tree holds what is said           judge_content.c, judge_expected.c, judge_receipts.c, judge_save.c
 *   judge_authority   may this actor do it                  judge_authority.c, judge_keys.c, judge_delegation.c, judge_charter.c
 *   judge_main        main's tree with it: no name that differs from another only in case; of a save what is left to do   judge_save.c
 */
#include "judge_case.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "ahead.h"
#include "charter.h"
#include "keylife.h"
#include "records/content.h"
#include "keys/publickey.h"

enum { GAP_BEFORE_POLICY = 7 * 86400 };

bool
case_refuse(struct judge_case *c, enum wire_code code, const char *format, ...)
{
	va_list args;

	c->out->code = code;
	va_start(args, format);
	vsnprintf(c->out->reason, sizeof(c->out->reason), format, args);
	va_end(args);
	return false;
}

bool
case_error(struct judge_case *c, const struct ch_error *error)
{
	const char *name = wire_code_name(error->code), *reason = error->message;

	if (error->class == CH_REFUSED && error->code != WIRE_OK) {
		if (strncmp(reason, name, strlen(name)) == 0 && strncmp(reason + strlen(name), ": ", 2) == 0)
			reason += strlen(name) + 2; /* whoever reports the verdict puts the code in front */
		return case_refuse(c, error->code, "%s", reason);
	}
	c->error = error;
	return false;
}

struct ch_livetree *
case_main(struct judge_case *c)
{
	if (c->state->main == NULL)
		c->state->main = ch_livetree_new(c->store, c->state->found ? &c->state->tree : NULL);
	return c->state->main;
}

/* The founding act brings its own keys: the signer must be one of the administrators that it names. */
static bool
founding_key(struct judge_case *c, struct ch_certificate *cert)
{
	char name[2 * FINGERPRINT_SIZE + 1];
	struct span list = c->st->value[KEY_ADMINISTRATORS], armor;
	const struct ch_error *error;

	text_put_hex(name, c->act->key, FINGERPRINT_SIZE);
	if ((error = ch_content_file(&armor, c->store, c->act, SPAN_LITERAL("archive"), ch_content_key_name(span_text(name), c->arena),
				     c->arena)) ||
	    (error = ch_content_certificate_of(cert, armor, c->act->key, c->arena)))
		return case_error(c, error);
	while (list.len) {
		struct span fingerprint = span_cut(&list, ' '), id = span_cut(&fingerprint, ':');
		if (span_equal(id, c->st->value[KEY_ACTOR]) && span_is(fingerprint, name))
			return true;
	}
	return case_refuse(c, WIRE_KEY_OWNER, "founded by somebody who is not among its administrators");
}

static bool
scope_fits(enum ch_scope scope, enum act_kind kind)
{
	switch (scope) {
	case CH_REGISTER:
		return kind == ACT_SEAL_STATE || kind == ACT_STAMP;
	case CH_DEPOSIT:
		return act_saves(kind) || kind == ACT_SEAL_RECORD || kind == ACT_STAMP;
	case CH_DECIDE:
		return kind != ACT_SEAL_STATE;
	}
	return false;
}

static bool
registered_key(struct judge_case *c, struct ch_certificate *cert)
{
	const struct ch_key *key = ch_state_key(c->state, c->act->key);
	struct span actor = c->st->value[KEY_ACTOR];

	if (c->state->found == NULL)
		return case_refuse(c, WIRE_WRONG_ARCHIVE, "the archive has not been founded");
	if (!span_equal(c->st->value[KEY_ARCHIVE], c->state->id))
		return case_refuse(c, WIRE_WRONG_ARCHIVE, "made for archive %.*s", (int)c->st->value[KEY_ARCHIVE].len,
				   (const char *)c->st->value[KEY_ARCHIVE].data);
	if (key == NULL)
		return case_refuse(c, WIRE_UNKNOWN_KEY, "key %.*s is not registered", (int)c->st->value[KEY_KEY].len,
				   (const char *)c->st->value[KEY_KEY].data);
	if (!span_equal(key->owner, actor))
		return case_refuse(c, WIRE_KEY_OWNER, "the key belongs to '%.*s', not to '%.*s'", (int)key->owner.len,
				   (const char *)key->owner.data, (int)actor.len, (const char *)actor.data);
	cert->key = key->key;
	cert->binary = key->certificate;
	return true;
}

bool
case_signature(struct judge_case *c, const struct ch_certificate *cert)
{
	const struct act *act = c->act;

	if (memcmp(cert->key.fingerprint, act->key, FINGERPRINT_SIZE) != 0)
		return case_refuse(c, WIRE_WRONG_KEY, "%s", wire_code_sentence(WIRE_WRONG_KEY));
	/* gpg refuses it, too: whoever reads the archive with stock tools sees the same. */
	if (act->signature.created < cert->key.created)
		return case_refuse(c, WIRE_WRONG_TIME, "signed before the key was made");
	return ch_ahead_verified(c->state->ahead, act, &cert->key) ||
	       ch_publickey_verify_act(&cert->key, act) == WIRE_OK ||
	       case_refuse(c, WIRE_BAD_SIGNATURE, "%s", wire_code_sentence(WIRE_BAD_SIGNATURE));
}

static bool
judge_key(struct judge_case *c)
{
	struct ch_certificate cert = {0};
	bool first = c->st->kind == ACT_FOUND && c->state->found == NULL;
	bool known = first ? founding_key(c, &cert) : registered_key(c, &cert);

	return known && case_signature(c, &cert);
}

int64_t
ch_judge_gap(const struct ch_state *state)
{
	return state->policy ? (int64_t)state->policy->gap : GAP_BEFORE_POLICY;
}

static bool
judge_time(struct judge_case *c)
{
	int64_t gap = ch_judge_gap(c->state);
	int64_t time = c->act->commit.time, latest = c->received + CH_CLOCK_SKEW;

	if (time > latest || c->act->signature.created > latest)
		return case_refuse(c, WIRE_WRONG_TIME, "drawn up or signed after it was received");
	if (c->received - time > gap)
		return case_refuse(c, WIRE_WRONG_TIME, "received more than %lld seconds after it was drawn up", (long long)gap);
	return true;
}

bool
case_names(const struct judge_case *c, enum key key, const uint8_t digest[SHA256_SIZE])
{
	uint8_t named[SHA256_SIZE];

	return statement_bytes(named, sizeof(named), c->st, key) && memcmp(named, digest, SHA256_SIZE) == 0;
}

bool
case_names_subject(const struct judge_case *c)
{
	uint8_t digest[SHA256_SIZE];

	act_statement_digest(digest, ch_entry_act(c->state, ch_subject_first(c->subject)));
	return case_names(c, KEY_SUBJECT_SHA256, digest);
}

const struct ch_entry *
case_parent(const struct judge_case *c)
{
	const struct commit *commit = &c->act->commit;
	const struct ch_entry *parent = commit->parents == 1 ? ch_state_commit(c->state, (const struct ch_oid *)commit->parent[0]) : NULL;

	if (parent == NULL || ch_entry_about(c->state, parent) != c->subject)
		return NULL;
	return parent->code == WIRE_OK || (c->st->kind == ACT_SEAL_RECORD && case_names(c, KEY_SESSION, parent->id)) ? parent : NULL;
}

static bool
begins_chain(enum act_kind kind)
{
	/* a founder's key has no history before its end */
	return kind == ACT_FOUND || kind == ACT_POLICY || kind == ACT_PERSON || kind == ACT_KEY || kind == ACT_KEY_END || kind == ACT_SEAL_ENROL ||
	       kind == ACT_APPLY || kind == ACT_STAMP;
}

static bool
judge_first(struct judge_case *c)
{
	if (!begins_chain(c->st->kind))
		return case_refuse(c, WIRE_WRONG_SUBJECT, "there is no '%.*s'", (int)c->path.len, (const char *)c->path.data);
	if (c->act->commit.parents != 0 || statement_has(c->st, KEY_PREVIOUS_SHA256))
		return case_refuse(c, WIRE_WRONG_PREVIOUS, "the first act of a subject has no parent and no previous act");
	if (c->st->kind != ACT_FOUND && c->st->kind != ACT_APPLY && statement_has(c->st, KEY_SUBJECT_SHA256))
		return case_refuse(c, WIRE_WRONG_SUBJECT, "names a record that its kind does not have");
	return true;
}

static bool
is_proposal(const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_entry *proposal;

	for (size_t i = 0; (proposal = ch_charter_proposal(state, i)); i++)
		if (proposal == entry)
			return true;
	return false;
}

/*
 * Decisions name what counted at the level before: the permit knows. Everything else names its parent, which is the latest act; denials and
 * a device's evidence may be behind.
 */
static bool
follows(const struct judge_case *c, const struct ch_entry *parent)
{
	switch (c->st->kind) {
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS: /* what others have proposed since makes no difference */
		return case_names(c, KEY_PREVIOUS_SHA256, c->state->charter->id) && (parent == c->state->charter || is_proposal(c->state, parent));
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
		return true;
	case ACT_WITHDRAW:
	case ACT_CANCEL:
	case ACT_KEY_END:
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_SESSION: /* signed where there was no network */
	case ACT_SEAL_RECORD:
	case ACT_SEAL_PHOTO:
		return case_names(c, KEY_PREVIOUS_SHA256, parent->id);
	case ACT_DELEGATE:
		if (!statement_has(c->st, KEY_ROLES)) /* an end */
			return case_names(c, KEY_PREVIOUS_SHA256, parent->id);
		/* fall through */
	default:
		return parent == ch_subject_tip(c->subject) && case_names(c, KEY_PREVIOUS_SHA256, parent->id);
	}
}

static bool
judge_next(struct judge_case *c)
{
	const struct ch_entry *parent = case_parent(c);

	if (c->st->kind == ACT_FOUND || c->st->kind == ACT_APPLY || c->st->kind == ACT_STAMP)
		return case_refuse(c, WIRE_CONFLICT, "'%.*s' is there already", (int)c->path.len, (const char *)c->path.data);
	if (parent == NULL)
		return case_refuse(c, WIRE_WRONG_PREVIOUS, "its parent is not an accepted act of '%.*s'", (int)c->path.len,
				   (const char *)c->path.data);
	if (!case_names_subject(c))
		return case_refuse(c, WIRE_WRONG_SUBJECT, "Subject-SHA256 is not that of '%.*s'", (int)c->path.len, (const char *)c->path.data);
	if (!follows(c, parent))
		return case_refuse(c, WIRE_WRONG_PREVIOUS, "Previous-SHA256 and parent are not the latest act of '%.*s'", (int)c->path.len,
				   (const char *)c->path.data);
	return true;
}

static bool
judge_chain(struct judge_case *c)
{
	uint8_t policy[SHA256_SIZE];

	if (ch_state_act(c->state, c->act->id))
		return case_refuse(c, WIRE_DUPLICATE, "%s", wire_code_sentence(WIRE_DUPLICATE));
	if (statement_bytes(policy, sizeof(policy), c->st, KEY_POLICY_SHA256)
		    ? ch_map_get(&c->state->policies, span_of(policy, sizeof(policy))) == NULL
		    : c->state->policy != NULL)
		return case_refuse(c, WIRE_WRONG_POLICY, "names a policy that has never been in force here");
	if (act_saves(c->st->kind))
		return save_chain(c);
	return c->subject && c->subject->count ? judge_next(c) : judge_first(c);
}

static void
case_begin(struct judge_case *c)
{
	*c->out = (struct ch_judgement){.code = WIRE_OK};
	c->st = &c->act->statement;
	c->path = c->st->value[KEY_SUBJECT];
	c->subject = ch_state_subject(c->state, c->path);
}

/* Keys of persons decide, those of devices deposit, the registrar's reports: each for its kinds of acts, each kind for its kind of subject. */
static bool
judge_kind(struct judge_case *c)
{
	const struct ch_key *key = ch_state_key(c->state, c->act->key);
	enum ch_subject_kind kind;

	if (key && key->ended != CH_VALID)
		return case_refuse(c, WIRE_KEY_ENDED, "the key of '%.*s' has ended (%s) on page %" PRIu64, (int)key->owner.len,
				   (const char *)key->owner.data, ch_ended_name(key->ended), key->end);
	if (key && !scope_fits(key->scope, c->st->kind))
		return case_refuse(c, WIRE_WRONG_ROLE, "the key of '%.*s' may not '%s'", (int)key->owner.len, (const char *)key->owner.data,
				   act_kind_name(c->st->kind));

	if (!ch_subject_of_act(&kind, c->st->kind) || !ch_subject_parse(&c->name, c->path) || c->name.kind != kind)
		return case_refuse(c, WIRE_WRONG_SUBJECT, "'%s' is not about things like '%.*s'", act_kind_name(c->st->kind), (int)c->path.len,
				   (const char *)c->path.data);
	return true;
}

static bool
judge_main(struct judge_case *c)
{
	const struct ch_error *error;

	if (c->state->extract)
		return true;
	if (act_saves(c->st->kind))
		return save_main(c);
	error = ch_livetree_apply(case_main(c), c->out->adds.list, c->out->adds.count);
	return error == NULL || case_error(c, error);
}

const struct ch_error *
ch_judge_admit(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received)
{
	struct judge_case c = {.out = out, .state = state, .arena = ch_state_scratch(state), .store = store, .act = act, .received = received};

	case_begin(&c);
	out->said = judge_key(&c);
	if (out->said && judge_kind(&c) && judge_time(&c) && judge_chain(&c) && judge_content(&c) && judge_authority(&c))
		judge_main(&c);
	return c.error ? c.error : ch_state_trouble(state);
}

const struct ch_error *
ch_judge(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received)
{
	const struct ch_error *error = ch_judge_admit(out, state, store, act, received);

	if (error == NULL && out->code == WIRE_OK && state->main)
		ch_livetree_revert(state->main);
	return error;
}

const struct ch_error *
ch_judge_said(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act)
{
	struct judge_case c = {.out = out, .state = state, .store = store, .act = act};

	case_begin(&c);
	out->said = judge_key(&c);
	return c.error;
}

void
ch_judge_authority(struct ch_judgement *out, const struct ch_state *state, const struct act *act, int64_t received)
{
	struct judge_case c = {.out = out, .state = (struct ch_state *)state, .arena = ch_state_scratch(state), .act = act, .received = received};

	case_begin(&c);
	if (judge_kind(&c))
		judge_authority(&c);
}
