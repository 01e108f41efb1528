#include "grammar.h"

_Static_assert((int)KEYS <= UINT8_MAX, "a key fits an octet");

enum { OWN_KEYS_MAX = STATEMENT_KEYS_MAX - KEYS_COMMON };

/* The forms of docs/formats/1, beside those of text.h. */

static bool
is_format(struct span text)
{
	return span_is(text, "1");
}

static bool
is_kind(struct span text)
{
	enum act_kind kind;

	return act_kind_from_name(&kind, text);
}

static bool
is_hex16(struct span text)
{
	uint8_t bytes[16];

	return text_get_hex(bytes, sizeof(bytes), text);
}

static bool
is_hex20(struct span text)
{
	uint8_t bytes[20];

	return text_get_hex(bytes, sizeof(bytes), text);
}

static bool
is_hex32(struct span text)
{
	uint8_t bytes[32];

	return text_get_hex(bytes, sizeof(bytes), text);
}

static bool
is_number(struct span text)
{
	uint64_t n;

	return text_get_number(&n, text);
}

static bool
is_positive(struct span text)
{
	uint64_t n;

	return text_get_number(&n, text) && n > 0;
}

static bool
is_time(struct span text)
{
	int64_t seconds;

	return text_get_time(&seconds, text);
}

/* How many words, each of one form, single spaces part; 0 when one of them has another form. */
static size_t
count_words(struct span list, bool (*is_form)(struct span word))
{
	size_t n = 0;

	for (; list.len > 0; n++)
		if (!is_form(span_cut(&list, ' ')))
			return 0;
	return n;
}

static bool
is_ids(struct span text)
{
	return count_words(text, text_is_id) > 0;
}

static bool
is_administrator(struct span text)
{
	struct span key = text;

	return text_is_id(span_cut(&key, ':')) && is_hex20(key);
}

static bool
is_administrators(struct span text)
{
	return count_words(text, is_administrator) > 0;
}

static bool
is_policies(struct span text)
{
	size_t n = count_words(text, is_hex32);

	return n >= 1 && n <= 3;
}

static bool
is_journal(struct span text)
{
	struct span sequence = text;

	return is_hex16(span_cut(&sequence, ' ')) && is_number(sequence);
}

static bool
is_scope(struct span text)
{
	return span_is(text, "decide") || span_is(text, "deposit");
}

static bool
is_ended(struct span text)
{
	return span_is(text, "superseded") || span_is(text, "left") || span_is(text, "lost") || span_is(text, "compromised");
}

/* "manager", "manager@S-0007", "*@S-0007", "*" */
static bool
is_delegated(struct span word)
{
	struct span seal = word, role = span_cut(&seal, '@');
	bool everywhere = role.len == word.len;

	return (span_is(role, "*") || text_is_word(role)) && (everywhere || text_is_id(seal));
}

static bool
is_roles(struct span text)
{
	return count_words(text, is_delegated) > 0;
}

static bool
is_status(struct span text)
{
	return span_is(text, "open") || span_is(text, "approved") || span_is(text, "rejected") || span_is(text, "cancelled") ||
	       span_is(text, "suspended") || span_is(text, "doubtful");
}

static bool
is_photo_mode(struct span text)
{
	return span_is(text, "automatic") || span_is(text, "manual");
}

static const struct {
	const char *name;
	bool (*is_form)(struct span value);
	bool or_none; /* the word none stands for no value */
} keys[KEYS] = {
	[KEY_FORMAT] = {"Format", is_format, false},
	[KEY_ACT] = {"Act", is_kind, false},
	[KEY_ARCHIVE] = {"Archive", is_hex16, false},
	[KEY_ACTOR] = {"Actor", text_is_id, false},
	[KEY_KEY] = {"Key", is_hex20, false},
	[KEY_SUBJECT] = {"Subject", text_is_path, true},
	[KEY_SUBJECT_SHA256] = {"Subject-SHA256", is_hex32, true},
	[KEY_PREVIOUS_SHA256] = {"Previous-SHA256", is_hex32, true},
	[KEY_POLICY_SHA256] = {"Policy-SHA256", is_hex32, true},
	[KEY_TIME] = {"Time", is_time, false},
	[KEY_REGISTER_KEY] = {"Register-Key", is_hex20, false},
	[KEY_ADMINISTRATORS] = {"Administrators", is_administrators, false},
	[KEY_THRESHOLD] = {"Threshold", is_positive, false},
	[KEY_VERSION] = {"Version", is_number, false},
	[KEY_CONTENT_SHA256] = {"Content-SHA256", is_hex32, false},
	[KEY_TO] = {"To", text_is_id, false},
	[KEY_SCOPE] = {"Scope", is_scope, false},
	[KEY_ENDED] = {"Ended", is_ended, false},
	[KEY_EFFECTIVE_SEQ] = {"Effective-Seq", is_positive, true},
	[KEY_ROLES] = {"Roles", is_roles, true},
	[KEY_FROM] = {"From", is_time, true},
	[KEY_UNTIL] = {"Until", is_time, true},
	[KEY_GOOD_SEQ] = {"Good-Seq", is_positive, true},
	[KEY_GOOD_HEAD] = {"Good-Head", is_hex32, true},
	[KEY_JOURNAL] = {"Journal", is_journal, false},
	[KEY_BASE] = {"Base", is_number, false},
	[KEY_CHANGES_SHA256] = {"Changes-SHA256", is_hex32, false},
	[KEY_FOR] = {"For", is_ids, false},
	[KEY_SEAL] = {"Seal", text_is_id, false},
	[KEY_DEVICE] = {"Device", text_is_id, false},
	[KEY_EPOCH] = {"Epoch", is_number, false},
	[KEY_DEVICE_KEY] = {"Device-Key", is_hex20, false},
	[KEY_BOARD] = {"Board", text_is_value, false},
	[KEY_IMAGE_SHA256] = {"Image-SHA256", is_hex32, false},
	[KEY_COUNTER] = {"Counter", is_number, false},
	[KEY_PREDECESSOR] = {"Predecessor", text_is_id, true},
	[KEY_TABLE_SHA256] = {"Table-SHA256", is_hex32, false},
	[KEY_ACCEPTS_POLICY] = {"Accepts-Policy", is_policies, false},
	[KEY_NOT_AFTER] = {"Not-After", is_time, true},
	[KEY_NONCE] = {"Nonce", is_hex16, true},
	[KEY_DOCUMENT_SHA256] = {"Document-SHA256", is_hex32, false},
	[KEY_PRESSES] = {"Presses", is_positive, false},
	[KEY_PHOTOS] = {"Photos", is_number, false},
	[KEY_NOT_BEFORE] = {"Not-Before", is_time, true},
	[KEY_FRESH] = {"Fresh", is_number, false},
	[KEY_APPROVERS] = {"Approvers", is_ids, true},
	[KEY_COPY] = {"Copy", is_ids, true},
	[KEY_PLACE] = {"Place", text_is_position, true},
	[KEY_RADIUS] = {"Radius", is_number, true},
	[KEY_LEVEL] = {"Level", is_positive, false},
	[KEY_ROLE] = {"Role", text_is_word, false},
	[KEY_VIA] = {"Via", is_hex32, true},
	[KEY_REASON] = {"Reason", text_is_value, false},
	[KEY_CAP] = {"Cap", is_number, false},
	[KEY_SEQ] = {"Seq", is_number, false},
	[KEY_STATUS] = {"Status", is_status, false},
	[KEY_RECEIPT_ACKED] = {"Receipt-Acked", is_number, false},
	[KEY_RECEIPT_HEAD] = {"Receipt-Head", is_hex32, true},
	[KEY_DEVICE_NONCE] = {"Device-Nonce", is_hex16, false},
	[KEY_POSITION] = {"Position", text_is_position, true},
	[KEY_PHOTO_MODE] = {"Photo-Mode", is_photo_mode, false},
	[KEY_SESSION] = {"Session", is_hex32, false},
	[KEY_FIRST_COUNTER] = {"First-Counter", is_number, false},
	[KEY_LAST_COUNTER] = {"Last-Counter", is_number, false},
	[KEY_RECEIPTS_SHA256] = {"Receipts-SHA256", is_hex32, false},
	[KEY_PHOTOS_SHA256] = {"Photos-SHA256", is_hex32, true},
	[KEY_PRESS] = {"Press", is_positive, false},
	[KEY_PHOTO_SHA256] = {"Photo-SHA256", is_hex32, true},
	[KEY_VOID] = {"Void", text_is_value, true},
	[KEY_RECEIVED] = {"Received", is_time, false},
	[KEY_HEAD] = {"Head", is_hex32, false},
	[KEY_AUTHORITY] = {"Authority", text_is_value, false},
	[KEY_TOKEN_SHA256] = {"Token-SHA256", is_hex32, false},
};

/* The keys behind the common ones; the list ends at KEY_FORMAT, which is zero and common. */
static const struct {
	const char *name;
	const char *verb;
	uint8_t own[OWN_KEYS_MAX + 1]; /* enum key */
} kinds[ACT_KINDS] = {
	[ACT_FOUND] = {"found", "founds", {KEY_REGISTER_KEY, KEY_ADMINISTRATORS, KEY_THRESHOLD}},
	[ACT_POLICY] = {"policy", "sets", {KEY_VERSION, KEY_CONTENT_SHA256}},
	[ACT_PERSON] = {"person", "describes", {KEY_VERSION, KEY_CONTENT_SHA256}},
	[ACT_KEY] = {"key", "admits", {KEY_VERSION, KEY_TO, KEY_SCOPE, KEY_CONTENT_SHA256}},
	[ACT_KEY_END] = {"key-end", "ends", {KEY_ENDED, KEY_EFFECTIVE_SEQ}},
	[ACT_DELEGATE] = {"delegate", "lets somebody act for", {KEY_VERSION, KEY_TO, KEY_ROLES, KEY_FROM, KEY_UNTIL}},
	[ACT_REGISTRAR] = {"registrar", "replaces the registrar of",
		{KEY_REGISTER_KEY, KEY_EPOCH, KEY_GOOD_SEQ, KEY_GOOD_HEAD, KEY_CONTENT_SHA256}},
	[ACT_ADMINISTRATORS] = {"administrators", "appoints the administrators of", {KEY_ADMINISTRATORS, KEY_THRESHOLD}},
	[ACT_SAVE] = {"save", "saves", {KEY_JOURNAL, KEY_BASE, KEY_CHANGES_SHA256}},
	[ACT_DEPOSIT] = {"deposit", "saves for others in", {KEY_JOURNAL, KEY_BASE, KEY_CHANGES_SHA256, KEY_FOR}},
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
	[ACT_SEAL_RECORD] = {"seal-record", "records use of",
		{KEY_SESSION, KEY_FIRST_COUNTER, KEY_LAST_COUNTER, KEY_RECEIPTS_SHA256, KEY_PHOTOS_SHA256}},
	[ACT_SEAL_PHOTO] = {"seal-photo", "photographs a press of", {KEY_PRESS, KEY_PHOTO_SHA256, KEY_VOID}},
	[ACT_SEAL_SUSPEND] = {"seal-suspend", "suspends", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_VERSION, KEY_REASON}},
	[ACT_SEAL_RESUME] = {"seal-resume", "resumes", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_VERSION, KEY_REASON}},
	[ACT_SEAL_RETIRE] = {"seal-retire", "retires", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_COUNTER, KEY_REASON}},
	[ACT_SEAL_CLOCK] = {"seal-clock", "lets time go on at", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_UNTIL}},
	[ACT_DIE_RELEASE] = {"die-release", "releases the die of", {KEY_SEAL, KEY_DEVICE, KEY_EPOCH, KEY_NONCE, KEY_NOT_AFTER, KEY_REASON}},
	[ACT_STAMP] = {"stamp", "brings a time-stamp of", {KEY_SEQ, KEY_HEAD, KEY_AUTHORITY, KEY_TOKEN_SHA256}},
	[ACT_REGISTER] = {"register", "registers", {KEY_SEQ, KEY_RECEIVED}},
};

const char *
act_kind_name(enum act_kind kind)
{
	return (size_t)kind < ACT_KINDS ? kinds[kind].name : NULL;
}

bool
act_kind_from_name(enum act_kind *kind, struct span name)
{
	for (size_t i = 0; i < ACT_KINDS; i++)
		if (span_is(name, kinds[i].name)) {
			*kind = (enum act_kind)i;
			return true;
		}
	return false;
}

const char *
key_name(enum key key)
{
	return (size_t)key < KEYS ? keys[key].name : NULL;
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
	return (keys[key].or_none && span_is(value, "none")) || keys[key].is_form(value);
}
