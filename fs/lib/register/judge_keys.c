/* Keys: who may bring one in, and with what proof; who may end one, and from when on. */
#include <inttypes.h>

#include "charter.h"
#include "keylife.h"
#include "keys/publickey.h"
#include "judge_content.h"
#include "records/content.h"
#include "records/records.h"
#include "wire/armor.h"

/* ---- admission ---- */

/* Whoever has a key decides about another of his own; for all else it takes a line of the policy. */
static bool
may_admit(struct judge_case *c)
{
	bool own = span_equal(c->st->value[KEY_ACTOR], c->st->value[KEY_TO]) && span_is(c->st->value[KEY_SCOPE], "decide");

	if (case_allowed(c))
		return true;
	if (own) {
		c->out->code = WIRE_OK;
		c->out->reason[0] = '\0';
	}
	return own;
}

bool
judge_admission(struct judge_case *c)
{
	struct span owner = c->st->value[KEY_TO];
	uint8_t fingerprint[FINGERPRINT_SIZE];
	bool person = ch_state_person(c->state, owner) != NULL;

	text_get_hex(fingerprint, sizeof(fingerprint), c->name.id);
	if (!case_next_version(c, 0))
		return false;
	if (ch_state_key(c->state, fingerprint))
		return case_refuse(c, WIRE_CONFLICT, "the key is registered already");
	if (span_is(c->st->value[KEY_SCOPE], "decide") != person || span_is(owner, "registrar"))
		return case_refuse(c, WIRE_WRONG_ROLE, "'%.*s' is %s person; keys that decide are persons', keys that deposit are not", (int)owner.len,
				   (const char *)owner.data, person ? "a" : "no");
	return case_may_be_named(c, owner, person ? CH_A_PERSON : CH_A_DRIVE) && may_admit(c);
}

static bool
proves(struct judge_case *c, struct span armor, const struct ch_certificate *cert)
{
	struct span text = ch_proof_text(c->state->id, c->st->value[KEY_TO], cert->key.fingerprint, &c->state->arena);
	uint8_t packet[PGPSIG_MAX];
	struct pgpsig sig;
	size_t len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, armor);

	if (len == 0 || pgpsig_read(&sig, span_of(packet, len)) != WIRE_OK || memcmp(sig.issuer, cert->key.fingerprint, FINGERPRINT_SIZE) != 0)
		return false;
	return ch_publickey_verify_text(&cert->key, &sig, text, span_of(NULL, 0)) == WIRE_OK;
}

bool
content_proof(struct additions *a, const struct ch_certificate *cert)
{
	struct judge_case *c = a->c;
	enum ch_scope scope = span_is(c->st->value[KEY_SCOPE], "deposit") ? CH_DEPOSIT : CH_DECIDE;
	struct span armor, owner = c->st->value[KEY_TO];

	if (!content_brings(a, "proof.asc"))
		return !ch_key_any_of(c->state, owner, scope) ||
		       case_refuse(c, WIRE_NO_PROOF, "'%.*s' has had a key before: another one wants its proof", (int)owner.len, (const char *)owner.data);
	if (!content_take(&armor, a, "proof.asc"))
		return false;
	return proves(c, armor, cert) || case_refuse(c, WIRE_NO_PROOF, "the proof is not by this key, for this archive and owner");
}

/* ---- end ---- */

/* Doubt reaches back to some page after the founding, at most to the one on which it is registered. */
static bool
effective_makes_sense(struct judge_case *c)
{
	uint64_t from = 0, page = c->state->seq + (c->store == NULL); /* before signing the page is still to come */
	bool compromised = span_is(c->st->value[KEY_ENDED], "compromised");

	if (statement_number(&from, c->st, KEY_EFFECTIVE_SEQ) != compromised)
		return case_refuse(c, WIRE_WRONG_CONTENT, "a key that is compromised, and no other, has an Effective-Seq");
	return !compromised || (from > 1 && from <= page) ||
	       case_refuse(c, WIRE_WRONG_CONTENT, "Effective-Seq is neither the page of this act nor one between it and the founding");
}

/* A key ends once; that it was compromised, and earlier than was known, may still be found out later. */
static bool
may_end_now(struct judge_case *c, const struct ch_key *key)
{
	uint64_t from = 0;
	bool compromised = statement_number(&from, c->st, KEY_EFFECTIVE_SEQ);

	if (key->ended == CH_VALID || (compromised && (key->ended != CH_COMPROMISED || from < key->doubtful)))
		return true;
	return case_refuse(c, WIRE_CONFLICT, "the key has ended (%s) on page %" PRIu64, ch_ended_name(key->ended), key->end);
}

/*
 * Everybody may end his own key, and that of a machine that deposits on his behalf. That it was compromised takes others' decisions back with it:
 * this needs a line of the policy, or whoever regrets an approval could disown it.
 */
static bool
ends_own(const struct judge_case *c, const struct ch_key *key)
{
	struct span actor = c->st->value[KEY_ACTOR];

	return !span_is(c->st->value[KEY_ENDED], "compromised") && (span_equal(actor, key->owner) || span_equal(actor, key->behalf));
}

/*
 * Whoever goes, or takes another key, does so while those who stay can decide about registrar and administrators: first they appoint somebody else. A key
 * that is lost or compromised is so whether that suits or not.
 */
static bool
leaves_enough(struct judge_case *c, const struct ch_key *key)
{
	struct span ended = c->st->value[KEY_ENDED];
	uint64_t reach = ch_charter_reach(c->state, key);

	if (!ch_key_appointed(c->state, key) || span_is(ended, "lost") || span_is(ended, "compromised") || reach >= c->state->threshold)
		return true;
	return case_refuse(c, WIRE_LAST_ADMINISTRATOR, "%" PRIu64 " administrators with valid keys would be left, and %" PRIu64 " have to agree: appoint another first",
			   reach, c->state->threshold);
}

bool
judge_key_end(struct judge_case *c)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	const struct ch_key *key;

	text_get_hex(fingerprint, sizeof(fingerprint), c->name.id);
	if ((key = ch_state_key(c->state, fingerprint)) == NULL)
		return case_refuse(c, WIRE_UNKNOWN_KEY, "the key is not registered");
	if (key->scope == CH_REGISTER)
		return case_refuse(c, WIRE_WRONG_ROLE, "the registrar's key ends when another takes its place");
	return effective_makes_sense(c) && may_end_now(c, key) && leaves_enough(c, key) && (ends_own(c, key) || case_allowed(c));
}
