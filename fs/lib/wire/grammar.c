#include "grammar.h"

_Static_assert((int)KEYS <= UINT8_MAX, "a key fits an octet");

enum { OWN_KEYS_MAX = STATEMENT_KEYS_MAX - KEYS_COMMON };
#ifdef WIRE_OF_A_SEAL
enum { KINDS_HERE = ACT_KINDS_OF_SEALS, KEYS_HERE = KEYS_OF_SEALS };
#else
enum { KINDS_HERE = ACT_KINDS, KEYS_HERE = KEYS };
#endif

/* The forms of docs/formats/1, beside those of text.h. */
enum form {
	FORM_1,
	FORM_KIND,
	FORM_ID,
	FORM_IDS,
	FORM_WORD,
	FORM_PATH,
	FORM_VALUE,
	FORM_HEX16,
	FORM_HEX20,
	FORM_HEX32,
	FORM_POLICIES,
	FORM_NUMBER,
	FORM_POSITIVE,
	FORM_TIME,
	FORM_POSITION,
	FORM_DELEGATED, /* "manager", "manager@S-0007", "*@S-0007", "*" */
	FORM_ROLES,
	FORM_STATUS,
	FORM_PHOTO_MODE,
#ifndef WIRE_OF_A_SEAL
	FORM_ADMINISTRATOR,
	FORM_ADMINISTRATORS,
	FORM_JOURNAL,
	FORM_SCOPE,
	FORM_ENDED,
#endif
};

/* How many words, each of one form; 0 when one of them has another form. */
static size_t
count_words(struct span list, bool (*is_word)(struct span))
{
	size_t n = 0;

	for (; list.len > 0; n++)
		if (!is_word(span_cut(&list, ' ')))
			return 0;
	return n;
}

/* Whether it is one of these, the last of which is empty. */
static bool
is_one_of(struct span text, const char *words)
{
	for (; *words != '\0'; words += strlen(words) + 1)
		if (span_is(text, words))
			return true;
	return false;
}

static bool
is_hex(struct span text, size_t len)
{
	uint8_t bytes[32];

	return text_get_hex(bytes, len, text);
}

static bool
is_digest(struct span text)
{
	return is_hex(text, SHA256_SIZE);
}

static bool
is_number(struct span text, uint64_t least)
{
	uint64_t n;

	return text_get_number(&n, text) && n >= least;
}

static bool
is_time(struct span text)
{
	int64_t seconds;

	return text_get_time(&seconds, text);
}

static bool
is_kind(struct span text)
{
	enum act_kind kind;

	return act_kind_from_name(&kind, text);
}

static bool
is_delegated(struct span word)
{
	struct span seal = word, role = span_cut(&seal, '@');
	bool everywhere = role.len == word.len;

	return (span_is(role, "*") || text_is_word(role)) && (everywhere || text_is_id(seal));
}

#ifndef WIRE_OF_A_SEAL

static bool
is_administrator(struct span key)
{
	return text_is_id(span_cut(&key, ':')) && is_hex(key, 20);
}

/* Its id, and a number. */
static bool
is_place_in_journal(struct span number)
{
	return is_hex(span_cut(&number, ' '), 16) && is_number(number, 0);
}

/* A page is about no subject but what it decides on, a line for each. */
static bool
is_page(const struct statement *st)
{
	struct verdict verdict;
	struct span rest = st->verdicts;
	uint64_t seq;

	if (rest.len == 0 || statement_has(st, KEY_SUBJECT) || !statement_number(&seq, st, KEY_SEQ) || seq == 0)
		return false;
	while (rest.len > 0)
		if (!statement_verdict(&verdict, &rest))
			return false;
	return true;
}

#endif

static bool
has_form(struct span text, enum form form)
{
	switch (form) {
	case FORM_1:
		return span_is(text, "1");
	case FORM_KIND:
		return is_kind(text);
	case FORM_ID:
		return text_is_id(text);
	case FORM_IDS:
		return count_words(text, text_is_id) > 0;
	case FORM_WORD:
		return text_is_word(text);
	case FORM_PATH:
		return text_is_path(text);
	case FORM_VALUE:
		return text_is_value(text);
	case FORM_HEX16:
		return is_hex(text, 16);
	case FORM_HEX20:
		return is_hex(text, 20);
	case FORM_HEX32:
		return is_digest(text);
	case FORM_POLICIES:
		return count_words(text, is_digest) - 1 < 3; /* one to three */
	case FORM_NUMBER:
		return is_number(text, 0);
	case FORM_POSITIVE:
		return is_number(text, 1);
	case FORM_TIME:
		return is_time(text);
	case FORM_POSITION:
		return text_is_position(text);
	case FORM_DELEGATED:
		return is_delegated(text);
	case FORM_ROLES:
		return count_words(text, is_delegated) > 0;
	case FORM_STATUS:
		return is_one_of(text, "open\0approved\0rejected\0cancelled\0suspended\0doubtful\0");
	case FORM_PHOTO_MODE:
		return is_one_of(text, "automatic\0manual\0");
#ifndef WIRE_OF_A_SEAL
	case FORM_ADMINISTRATOR:
		return is_administrator(text);
	case FORM_ADMINISTRATORS:
		return count_words(text, is_administrator) > 0;
	case FORM_JOURNAL:
		return is_place_in_journal(text);
	case FORM_SCOPE:
		return is_one_of(text, "decide\0deposit\0");
	case FORM_ENDED:
		return is_one_of(text, "superseded\0left\0lost\0compromised\0");
#endif
	}
	return false;
}

static const struct {
	const char *name;
	uint8_t form; /* enum form */
	bool or_none; /* the word none stands for no value */
} keys[KEYS_HERE] = {
	[KEY_FORMAT] = {"Format", FORM_1, false},
	[KEY_ACT] = {"Act", FORM_KIND, false},
	[KEY_ARCHIVE] = {"Archive", FORM_HEX16, false},
	[KEY_ACTOR] = {"Actor", FORM_ID, false},
	[KEY_KEY] = {"Key", FORM_HEX20, false},
	[KEY_SUBJECT] = {"Subject", FORM_PATH, true},
	[KEY_SUBJECT_SHA256] = {"Subject-SHA256", FORM_HEX32, true},
	[KEY_PREVIOUS_SHA256] = {"Previous-SHA256", FORM_HEX32, true},
	[KEY_POLICY_SHA256] = {"Policy-SHA256", FORM_HEX32, true},
	[KEY_TIME] = {"Time", FORM_TIME, false},
	[KEY_VERSION] = {"Version", FORM_NUMBER, false},
	[KEY_TO] = {"To", FORM_ID, false},
	[KEY_ROLES] = {"Roles", FORM_ROLES, true},
	[KEY_FROM] = {"From", FORM_TIME, true},
	[KEY_UNTIL] = {"Until", FORM_TIME, true},
	[KEY_SEAL] = {"Seal", FORM_ID, false},
	[KEY_DEVICE] = {"Device", FORM_ID, false},
	[KEY_EPOCH] = {"Epoch", FORM_NUMBER, false},
	[KEY_DEVICE_KEY] = {"Device-Key", FORM_HEX20, false},
	[KEY_BOARD] = {"Board", FORM_VALUE, false},
	[KEY_IMAGE_SHA256] = {"Image-SHA256", FORM_HEX32, false},
	[KEY_COUNTER] = {"Counter", FORM_NUMBER, false},
	[KEY_PREDECESSOR] = {"Predecessor", FORM_ID, true},
	[KEY_TABLE_SHA256] = {"Table-SHA256", FORM_HEX32, false},
	[KEY_ACCEPTS_POLICY] = {"Accepts-Policy", FORM_POLICIES, false},
	[KEY_NOT_AFTER] = {"Not-After", FORM_TIME, true},
	[KEY_NONCE] = {"Nonce", FORM_HEX16, true},
	[KEY_DOCUMENT_SHA256] = {"Document-SHA256", FORM_HEX32, false},
	[KEY_PRESSES] = {"Presses", FORM_POSITIVE, false},
	[KEY_PHOTOS] = {"Photos", FORM_NUMBER, false},
	[KEY_NOT_BEFORE] = {"Not-Before", FORM_TIME, true},
	[KEY_FRESH] = {"Fresh", FORM_NUMBER, false},
	[KEY_APPROVERS] = {"Approvers", FORM_IDS, true},
	[KEY_COPY] = {"Copy", FORM_IDS, true},
	[KEY_PLACE] = {"Place", FORM_POSITION, true},
	[KEY_RADIUS] = {"Radius", FORM_NUMBER, true},
	[KEY_LEVEL] = {"Level", FORM_POSITIVE, false},
	[KEY_ROLE] = {"Role", FORM_WORD, false},
	[KEY_VIA] = {"Via", FORM_HEX32, true},
	[KEY_REASON] = {"Reason", FORM_VALUE, false},
	[KEY_CAP] = {"Cap", FORM_NUMBER, false},
	[KEY_SEQ] = {"Seq", FORM_NUMBER, false},
	[KEY_STATUS] = {"Status", FORM_STATUS, false},
	[KEY_RECEIPT_ACKED] = {"Receipt-Acked", FORM_NUMBER, false},
	[KEY_RECEIPT_HEAD] = {"Receipt-Head", FORM_HEX32, true},
	[KEY_DEVICE_NONCE] = {"Device-Nonce", FORM_HEX16, false},
	[KEY_POSITION] = {"Position", FORM_POSITION, true},
	[KEY_PHOTO_MODE] = {"Photo-Mode", FORM_PHOTO_MODE, false},
#ifndef WIRE_OF_A_SEAL
	[KEY_REGISTER_KEY] = {"Register-Key", FORM_HEX20, false},
	[KEY_ADMINISTRATORS] = {"Administrators", FORM_ADMINISTRATORS, false},
	[KEY_THRESHOLD] = {"Threshold", FORM_POSITIVE, false},
	[KEY_CONTENT_SHA256] = {"Content-SHA256", FORM_HEX32, false},
	[KEY_SCOPE] = {"Scope", FORM_SCOPE, false},
	[KEY_ENDED] = {"Ended", FORM_ENDED, false},
	[KEY_EFFECTIVE_SEQ] = {"Effective-Seq", FORM_POSITIVE, true},
	[KEY_GOOD_SEQ] = {"Good-Seq", FORM_POSITIVE, true},
	[KEY_GOOD_HEAD] = {"Good-Head", FORM_HEX32, true},
	[KEY_JOURNAL] = {"Journal", FORM_JOURNAL, false},
	[KEY_BASE] = {"Base", FORM_NUMBER, false},
	[KEY_CHANGES_SHA256] = {"Changes-SHA256", FORM_HEX32, false},
	[KEY_FOR] = {"For", FORM_IDS, false},
	[KEY_SESSION] = {"Session", FORM_HEX32, false},
	[KEY_FIRST_COUNTER] = {"First-Counter", FORM_NUMBER, false},
	[KEY_LAST_COUNTER] = {"Last-Counter", FORM_NUMBER, false},
	[KEY_RECEIPTS_SHA256] = {"Receipts-SHA256", FORM_HEX32, false},
	[KEY_PHOTOS_SHA256] = {"Photos-SHA256", FORM_HEX32, true},
	[KEY_PRESS] = {"Press", FORM_POSITIVE, false},
	[KEY_PHOTO_SHA256] = {"Photo-SHA256", FORM_HEX32, true},
	[KEY_VOID] = {"Void", FORM_VALUE, true},
	[KEY_RECEIVED] = {"Received", FORM_TIME, false},
	[KEY_HEAD] = {"Head", FORM_HEX32, false},
	[KEY_AUTHORITY] = {"Authority", FORM_VALUE, false},
	[KEY_TOKEN_SHA256] = {"Token-SHA256", FORM_HEX32, false},
#endif
};

/* The keys behind the common ones; the list ends at KEY_FORMAT, which is zero and common. */
static const struct {
	const char *name;
	const char *verb;
	uint8_t own[OWN_KEYS_MAX + 1]; /* enum key */
} kinds[KINDS_HERE] = {
	[ACT_DELEGATE] = {"delegate", "lets somebody act for", {KEY_VERSION, KEY_TO, KEY_ROLES, KEY_FROM, KEY_UNTIL}},
	[ACT_SEAL_ENROL] = {"seal-enrol", "enrols",
		{KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_DEVICE_KEY, KEY_BOARD, KEY_IMAGE_SHA256, KEY_COUNTER, KEY_PREDECESSOR}},
	[ACT_SEAL_TABLE] = {"seal-table", "equips",
		{KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_VERSION, KEY_TABLE_SHA256, KEY_ACCEPTS_POLICY, KEY_NOT_AFTER}},
	[ACT_APPLY] = {"apply", "applies with",
		{KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_NONCE, KEY_DOCUMENT_SHA256, KEY_PRESSES, KEY_PHOTOS, KEY_NOT_BEFORE,
			KEY_NOT_AFTER, KEY_FRESH, KEY_APPROVERS, KEY_COPY, KEY_PLACE, KEY_RADIUS}},
	[ACT_APPROVE] = {"approve", "approves", {KEY_LEVEL, KEY_ROLE, KEY_VIA, KEY_PRESSES, KEY_NOT_AFTER}},
	[ACT_REJECT] = {"reject", "rejects", {KEY_LEVEL, KEY_ROLE, KEY_VIA, KEY_REASON}},
	[ACT_TRANSFER] = {"transfer", "transfers", {KEY_LEVEL, KEY_ROLE, KEY_VIA, KEY_TO}},
	[ACT_WITHDRAW] = {"withdraw", "withdraws presses of", {KEY_CAP}},
	[ACT_CANCEL] = {"cancel", "cancels", {KEY_REASON}},
	[ACT_SEAL_STATE] = {"seal-state", "reports on",
		{KEY_DEVICE, KEY_EPOCH, KEY_SEQ, KEY_STATUS, KEY_CAP, KEY_NONCE, KEY_RECEIPT_ACKED, KEY_RECEIPT_HEAD}},
	[ACT_SEAL_SESSION] = {"seal-session", "unlocks for", {KEY_DEVICE_NONCE, KEY_PRESSES, KEY_POSITION, KEY_PHOTO_MODE}},
	[ACT_SEAL_SUSPEND] = {"seal-suspend", "suspends", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_VERSION, KEY_REASON}},
	[ACT_SEAL_RESUME] = {"seal-resume", "resumes", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_VERSION, KEY_REASON}},
	[ACT_SEAL_RETIRE] = {"seal-retire", "retires", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_COUNTER, KEY_REASON}},
	[ACT_SEAL_CLOCK] = {"seal-clock", "lets time go on at", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_UNTIL}},
	[ACT_DIE_RELEASE] = {"die-release", "releases the die of", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_NONCE, KEY_NOT_AFTER, KEY_REASON}},
#ifndef WIRE_OF_A_SEAL
	[ACT_FOUND] = {"found", "founds", {KEY_REGISTER_KEY, KEY_ADMINISTRATORS, KEY_THRESHOLD}},
	[ACT_POLICY] = {"policy", "sets", {KEY_VERSION, KEY_CONTENT_SHA256}},
	[ACT_PERSON] = {"person", "describes", {KEY_VERSION, KEY_CONTENT_SHA256}},
	[ACT_KEY] = {"key", "admits", {KEY_VERSION, KEY_TO, KEY_SCOPE, KEY_CONTENT_SHA256}},
	[ACT_KEY_END] = {"key-end", "ends", {KEY_ENDED, KEY_EFFECTIVE_SEQ}},
	[ACT_REGISTRAR] = {"registrar", "replaces the registrar of",
		{KEY_REGISTER_KEY, KEY_EPOCH, KEY_GOOD_SEQ, KEY_GOOD_HEAD, KEY_CONTENT_SHA256}},
	[ACT_ADMINISTRATORS] = {"administrators", "appoints the administrators of", {KEY_ADMINISTRATORS, KEY_THRESHOLD}},
	[ACT_SAVE] = {"save", "saves", {KEY_JOURNAL, KEY_BASE, KEY_CHANGES_SHA256}},
	[ACT_DEPOSIT] = {"deposit", "saves for others in", {KEY_JOURNAL, KEY_BASE, KEY_CHANGES_SHA256, KEY_FOR}},
	[ACT_SEAL_RECORD] = {"seal-record", "records use of",
		{KEY_SESSION, KEY_FIRST_COUNTER, KEY_LAST_COUNTER, KEY_RECEIPTS_SHA256, KEY_PHOTOS_SHA256}},
	[ACT_SEAL_PHOTO] = {"seal-photo", "photographs a press of", {KEY_PRESS, KEY_PHOTO_SHA256, KEY_VOID}},
	[ACT_STAMP] = {"stamp", "brings a time-stamp of", {KEY_SEQ, KEY_HEAD, KEY_AUTHORITY, KEY_TOKEN_SHA256}},
	[ACT_REGISTER] = {"register", "registers", {KEY_SEQ, KEY_RECEIVED}},
#endif
};

const char *
act_kind_name(enum act_kind kind)
{
	return (size_t)kind < KINDS_HERE ? kinds[kind].name : NULL;
}

bool
act_kind_from_name(enum act_kind *kind, struct span name)
{
	for (size_t i = 0; i < KINDS_HERE; i++)
		if (span_is(name, kinds[i].name)) {
			*kind = (enum act_kind)i;
			return true;
		}
	return false;
}

const char *
key_name(enum key key)
{
	return (size_t)key < KEYS_HERE ? keys[key].name : NULL;
}

const char *
kind_verb(enum act_kind kind)
{
	return kinds[kind].verb;
}

enum key
kind_key(enum act_kind kind, size_t i)
{
	if (i < KEYS_COMMON)
		return (enum key)i;
	i -= KEYS_COMMON;
	return i < OWN_KEYS_MAX && kinds[kind].own[i] != KEY_FORMAT ? (enum key)kinds[kind].own[i] : KEYS;
}

bool
key_may_be_none(enum key key)
{
	return keys[key].or_none;
}

bool
key_has_form(enum key key, struct span value)
{
	return (keys[key].or_none && span_is(value, "none")) || has_form(value, keys[key].form);
}

bool
kind_is_whole(const struct statement *st)
{
#ifndef WIRE_OF_A_SEAL
	if (st->kind == ACT_REGISTER)
		return is_page(st);
#endif
	return st->verdicts.len == 0 && statement_has(st, KEY_SUBJECT) && (st->kind != ACT_APPLY || statement_has(st, KEY_NONCE));
}
