/* What the administrators decide together: may this one say it, and does it make sense? Whether enough of them say it: charter.h. */
#include <inttypes.h>

#include "charter.h"
#include "judge_content.h"
#include "keylife.h"
#include "records/content.h"

static bool
judge_registrar(struct judge_case *c)
{
	uint64_t epoch = 0, good = 0, page = c->state->seq + (c->store == NULL);
	bool recovers = statement_number(&good, c->st, KEY_GOOD_SEQ);
	uint8_t head[SHA256_SIZE];

	statement_number(&epoch, c->st, KEY_EPOCH);
	if (epoch != c->state->epoch + 1)
		return case_refuse(c, WIRE_WRONG_EPOCH, "the registrar's epoch is %" PRIu64, c->state->epoch);
	if (recovers != statement_bytes(head, sizeof(head), c->st, KEY_GOOD_HEAD))
		return case_refuse(c, WIRE_WRONG_CONTENT, "Good-Seq and Good-Head are both there or neither");
	if (!recovers || (c->state->extract && !c->state->store->partial)) /* a partial archive has all pages */
		return true;
	return (good + 1 == page && memcmp(head, c->state->page, sizeof(head)) == 0) ||
	       case_refuse(c, WIRE_WRONG_PREVIOUS, "the last good page is not the one before this act's");
}

bool
case_administrators(struct judge_case *c, bool (*may_be_one)(struct judge_case *c, struct span id))
{
	struct span list = c->st->value[KEY_ADMINISTRATORS];
	uint64_t threshold = 0, count = 0;

	for (; list.len; count++) {
		struct span id = span_cut(&list, ' '), others = list;
		id = span_cut(&id, ':');
		while (others.len) {
			struct span other = span_cut(&others, ' ');
			if (span_equal(id, span_cut(&other, ':')))
				return case_refuse(c, WIRE_SAME_PERSON, "Administrators names '%.*s' twice", (int)id.len, (const char *)id.data);
		}
		if (!may_be_one(c, id))
			return false;
	}
	statement_number(&threshold, c->st, KEY_THRESHOLD);
	return threshold <= count || case_refuse(c, WIRE_LIMIT, "Threshold is above the number of administrators");
}

/* With a key that is registered and his own, or is brought by the act: content_charter() knows. */
static bool
is_registered(struct judge_case *c, struct span id)
{
	return ch_state_person(c->state, id) != NULL ||
	       case_refuse(c, WIRE_NO_AUTHORITY, "there is nobody called '%.*s'; see people-list", (int)id.len, (const char *)id.data);
}

bool
judge_charter(struct judge_case *c)
{
	struct span actor = c->st->value[KEY_ACTOR];

	if (!ch_key_appointed(c->state, ch_state_key(c->state, c->act->key)))
		return case_refuse(c, WIRE_NOT_ALLOWED, "'%.*s' does not sign as one of the archive's administrators", (int)actor.len,
				   (const char *)actor.data);
	if (ch_charter_said(c->state, c->act))
		return case_refuse(c, WIRE_SAME_PERSON, "'%.*s' has said so already", (int)actor.len, (const char *)actor.data);
	return c->st->kind == ACT_REGISTRAR ? judge_registrar(c) : case_administrators(c, is_registered);
}

/* ---- content ---- */

static bool
content_registrar(struct additions *a)
{
	struct ch_certificate cert;
	struct span name = span_text(ch_content_key_name(a->c->st->value[KEY_REGISTER_KEY], &a->c->state->arena));

	if (!content_certificate(&cert, a, (const char *)name.data, a->c->st->value[KEY_REGISTER_KEY], KEY_CONTENT_SHA256, span_of(NULL, 0)))
		return false;
	return cert.key.algorithm == PGP_EDDSA || case_refuse(a->c, WIRE_MALFORMED_KEY, "a registrar's key is an Ed25519 key");
}

static bool
content_administrators(struct additions *a)
{
	struct judge_case *c = a->c;
	struct span list = c->st->value[KEY_ADMINISTRATORS];

	while (list.len) {
		struct span fingerprint = span_cut(&list, ' '), id = span_cut(&fingerprint, ':');
		uint8_t bytes[FINGERPRINT_SIZE];
		struct ch_certificate cert;
		const struct ch_key *key;
		text_get_hex(bytes, sizeof(bytes), fingerprint);
		if ((key = ch_state_key(c->state, bytes)) == NULL) {
			if (!content_certificate(&cert, a, ch_content_key_name(fingerprint, &c->state->arena), fingerprint, KEYS, id))
				return false;
			continue;
		}
		if (!span_equal(key->owner, id) || key->scope != CH_DECIDE)
			return case_refuse(c, WIRE_KEY_OWNER, "a key that is named does not belong to '%.*s'", (int)id.len, (const char *)id.data);
		if (key->ended != CH_VALID)
			return case_refuse(c, WIRE_KEY_ENDED, "the key that is named for '%.*s' has ended (%s)", (int)id.len, (const char *)id.data,
					   ch_ended_name(key->ended));
	}
	return true;
}

bool
content_charter(struct additions *a)
{
	return a->c->st->kind == ACT_REGISTRAR ? content_registrar(a) : content_administrators(a);
}
