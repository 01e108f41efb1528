/* Every kind of statement and every key: what is accepted, and beside it what is one step away. */
#include "wire/statement.h"
#include "test.h"

#define HEX16 "00112233445566778899aabbccddeeff"
#define HEX20 "0123456789abcdef0123456789abcdef01234567"
#define HEX32 HEX16 HEX16
#define APPLICATION "seals/S-0007/applications/2026/0/d3-000123"
#define ACCEPTED "Accepted: " HEX32 "\n"
#define REFUSED "Refused: " HEX32 " CONFLICT\n"

static const char *const good[KEYS] = {
	[KEY_FORMAT] = "1",
	[KEY_ACT] = "apply",
	[KEY_ARCHIVE] = HEX16,
	[KEY_ACTOR] = "alice",
	[KEY_KEY] = HEX20,
	[KEY_SUBJECT] = APPLICATION,
	[KEY_SUBJECT_SHA256] = HEX32,
	[KEY_PREVIOUS_SHA256] = HEX32,
	[KEY_POLICY_SHA256] = HEX32,
	[KEY_TIME] = "2026-11-22T07:00:00Z",
	[KEY_REGISTER_KEY] = HEX20,
	[KEY_ADMINISTRATORS] = "alice:" HEX20 " bob:" HEX20,
	[KEY_THRESHOLD] = "1",
	[KEY_VERSION] = "3",
	[KEY_CONTENT_SHA256] = HEX32,
	[KEY_TO] = "carol",
	[KEY_SCOPE] = "deposit",
	[KEY_ENDED] = "compromised",
	[KEY_EFFECTIVE_SEQ] = "7",
	[KEY_ROLES] = "manager director@S-0007",
	[KEY_FROM] = "2026-11-22T07:00:00Z",
	[KEY_UNTIL] = "2026-12-22T07:00:00Z",
	[KEY_GOOD_SEQ] = "7",
	[KEY_GOOD_HEAD] = HEX32,
	[KEY_JOURNAL] = HEX16 " 42",
	[KEY_BASE] = "41",
	[KEY_CHANGES_SHA256] = HEX32,
	[KEY_FOR] = "bob carol",
	[KEY_SEAL] = "S-0007",
	[KEY_DEVICE] = "D-7",
	[KEY_EPOCH] = "1",
	[KEY_DEVICE_KEY] = HEX20,
	[KEY_BOARD] = "host 印章",
	[KEY_IMAGE_SHA256] = HEX32,
	[KEY_COUNTER] = "0",
	[KEY_PREDECESSOR] = "D-6",
	[KEY_TABLE_SHA256] = HEX32,
	[KEY_ACCEPTS_POLICY] = HEX32 " " HEX32,
	[KEY_NOT_AFTER] = "2026-12-31T23:59:59Z",
	[KEY_NONCE] = HEX16,
	[KEY_PRESS] = "17",
	[KEY_PHOTO_SHA256] = HEX32,
	[KEY_VOID] = "smeared",
	[KEY_DOCUMENT_SHA256] = HEX32,
	[KEY_PRESSES] = "2",
	[KEY_PHOTOS] = "2",
	[KEY_NOT_BEFORE] = "2026-11-22T00:00:00Z",
	[KEY_FRESH] = "600",
	[KEY_APPROVERS] = "bob carol",
	[KEY_COPY] = "dave",
	[KEY_PLACE] = "31.23,121.47",
	[KEY_RADIUS] = "500",
	[KEY_LEVEL] = "1",
	[KEY_ROLE] = "manager",
	[KEY_VIA] = HEX32,
	[KEY_REASON] = "合同: 第 2 版",
	[KEY_CAP] = "1",
	[KEY_SEQ] = "9",
	[KEY_STATUS] = "approved",
	[KEY_RECEIPT_ACKED] = "12",
	[KEY_RECEIPT_HEAD] = HEX32,
	[KEY_DEVICE_NONCE] = HEX16,
	[KEY_POSITION] = "31.23,121.47",
	[KEY_PHOTO_MODE] = "automatic",
	[KEY_SESSION] = HEX32,
	[KEY_FIRST_COUNTER] = "1",
	[KEY_LAST_COUNTER] = "2",
	[KEY_RECEIPTS_SHA256] = HEX32,
	[KEY_PHOTOS_SHA256] = HEX32,
	[KEY_RECEIVED] = "2026-11-22T07:00:01Z",
	[KEY_HEAD] = HEX32,
	[KEY_AUTHORITY] = "CN=Authority,O=时间",
	[KEY_TOKEN_SHA256] = HEX32,
};

static struct span verdicts;

/* Writes a kind with good values, one of which may be replaced. */
static size_t
compose(char *out, size_t size, enum act_kind kind, enum key key, const char *instead)
{
	struct span value[KEYS];

	for (int i = 0; i < KEYS; i++)
		value[i] = span_text(good[i]);
	if (kind == ACT_REGISTER)
		value[KEY_SUBJECT] = SPAN_LITERAL("none");
	if (key != KEYS)
		value[key] = span_text(instead);
	verdicts = kind == ACT_REGISTER ? SPAN_LITERAL(ACCEPTED REFUSED) : SPAN_LITERAL("");
	return statement_write(out, size, kind, value, verdicts);
}

static enum wire_code
read_text(const char *text)
{
	struct statement st;

	return statement_read(&st, span_text(text));
}

/* The bytes that docs/formats/1 freezes. */
static void
test_golden(void)
{
	static const char golden[] =
		"Format: 1\nAct: apply\nArchive: " HEX16 "\nActor: alice\nKey: " HEX20 "\nSubject: " APPLICATION "\n"
		"Subject-SHA256: " HEX32 "\nPrevious-SHA256: none\nPolicy-SHA256: " HEX32 "\nTime: 2026-11-22T07:00:00Z\n"
		"Seal: S-0007\nDevice: D-7\nEpoch: 1\nNonce: " HEX16 "\nDocument-SHA256: " HEX32 "\nPresses: 2\nPhotos: 2\n"
		"Not-Before: 2026-11-22T00:00:00Z\nNot-After: 2026-12-31T23:59:59Z\nFresh: 600\nApprovers: bob carol\nCopy: "
		"dave\n"
		"Place: 31.23,121.47\nRadius: 500\n";
	char out[STATEMENT_MAX];
	struct statement st;
	uint64_t n = 0;
	int64_t t = 0;
	uint8_t bytes[32];

	CHECK_EQUAL_SPAN(span_of(out, compose(out, sizeof(out), ACT_APPLY, KEY_PREVIOUS_SHA256, "")), SPAN_LITERAL(golden));
	CHECK_EQUAL(statement_read(&st, SPAN_LITERAL(golden)), WIRE_OK);
	CHECK(st.kind == ACT_APPLY && st.verdicts.len == 0);
	CHECK_EQUAL_SPAN(st.text, SPAN_LITERAL(golden));
	CHECK(statement_number(&n, &st, KEY_PRESSES) && n == 2);
	CHECK(statement_time(&t, &st, KEY_TIME) && t == 1795330800);
	CHECK(statement_bytes(bytes, 16, &st, KEY_NONCE) && bytes[1] == 0x11);
	CHECK(!statement_bytes(bytes, 32, &st, KEY_NONCE));
	CHECK(statement_has(&st, KEY_COPY) && !statement_has(&st, KEY_PREVIOUS_SHA256) && !statement_has(&st, KEY_LEVEL));
	CHECK(!statement_number(&n, &st, KEY_LEVEL) && !statement_bytes(bytes, 32, &st, KEY_PREVIOUS_SHA256));
}

static void
test_summaries(void)
{
	static const char *const summary[ACT_KINDS] = {
		[ACT_FOUND] = "alice founds " APPLICATION,
		[ACT_POLICY] = "alice sets " APPLICATION,
		[ACT_PERSON] = "alice describes " APPLICATION,
		[ACT_KEY] = "alice admits " APPLICATION,
		[ACT_KEY_END] = "alice ends " APPLICATION,
		[ACT_DELEGATE] = "alice lets somebody act for " APPLICATION,
		[ACT_REGISTRAR] = "alice replaces the registrar of " APPLICATION,
		[ACT_ADMINISTRATORS] = "alice appoints the administrators of " APPLICATION,
		[ACT_SAVE] = "alice saves " APPLICATION,
		[ACT_DEPOSIT] = "alice saves for others in " APPLICATION,
		[ACT_SEAL_ENROL] = "alice enrols " APPLICATION,
		[ACT_SEAL_TABLE] = "alice equips " APPLICATION,
		[ACT_APPLY] = "alice applies with " APPLICATION,
		[ACT_APPROVE] = "alice approves " APPLICATION,
		[ACT_REJECT] = "alice rejects " APPLICATION,
		[ACT_TRANSFER] = "alice transfers " APPLICATION,
		[ACT_WITHDRAW] = "alice withdraws presses of " APPLICATION,
		[ACT_CANCEL] = "alice cancels " APPLICATION,
		[ACT_SEAL_STATE] = "alice reports on " APPLICATION,
		[ACT_SEAL_SESSION] = "alice unlocks for " APPLICATION,
		[ACT_SEAL_RECORD] = "alice records use of " APPLICATION,
		[ACT_SEAL_PHOTO] = "alice photographs a press of " APPLICATION,
		[ACT_SEAL_SUSPEND] = "alice suspends " APPLICATION,
		[ACT_SEAL_RESUME] = "alice resumes " APPLICATION,
		[ACT_SEAL_RETIRE] = "alice retires " APPLICATION,
		[ACT_SEAL_CLOCK] = "alice lets time go on at " APPLICATION,
		[ACT_DIE_RELEASE] = "alice releases the die of " APPLICATION,
		[ACT_STAMP] = "alice brings a time-stamp of " APPLICATION,
		[ACT_REGISTER] = "alice registers 9",
	};
	char text[STATEMENT_REGISTER_MAX], line[SUMMARY_MAX];
	struct statement st;
	size_t len;

	for (int kind = 0; kind < ACT_KINDS; kind++) {
		len = compose(text, sizeof(text), (enum act_kind)kind, KEYS, NULL);
		CHECK(len > 0 && statement_read(&st, span_of(text, len)) == WIRE_OK);
		CHECK_EQUAL(statement_summary(line, sizeof(line), &st), strlen(summary[kind]));
		CHECK_EQUAL_SPAN(span_text(line), span_text(summary[kind]));
		CHECK(statement_summary(line, strlen(summary[kind]) + 1, &st) > 0);
		CHECK_EQUAL(statement_summary(line, strlen(summary[kind]), &st), 0);
	}
}

/* Each line of a statement taken out, doubled, and swapped with the one before it. */
static void
shuffle(struct span text)
{
	struct span rest = text, before = {text.data, 0};
	struct statement st;

	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');
		size_t end = (size_t)(rest.data - text.data), start = (size_t)(line.data - text.data);
		char out[STATEMENT_REGISTER_MAX + 512];
		size_t len = 0;
		bool verdict = span_starts(line, SPAN_LITERAL("Accepted")) || span_starts(line, SPAN_LITERAL("Refused"));

		if (verdict)
			break;
		text_append(out, sizeof(out), &len, span_of(text.data, start));
		text_append(out, sizeof(out), &len, rest);
		CHECK(statement_read(&st, span_of(out, len)) == WIRE_MALFORMED_STATEMENT);
		len = start;
		text_append(out, sizeof(out), &len, span_of(line.data, end - start));
		text_append(out, sizeof(out), &len, span_of(line.data, text.len - start));
		CHECK(statement_read(&st, span_of(out, len)) != WIRE_OK);
		if (before.len > 0) {
			len = (size_t)(before.data - text.data);
			text_append(out, sizeof(out), &len, span_of(line.data, end - start));
			text_append(out, sizeof(out), &len, before);
			text_append(out, sizeof(out), &len, rest);
			CHECK_EQUAL(len, text.len);
			CHECK(statement_read(&st, span_of(out, len)) == WIRE_MALFORMED_STATEMENT);
		}
		before = span_of(line.data, end - start);
	}
}

static void
test_order(void)
{
	char text[STATEMENT_REGISTER_MAX];

	for (int kind = 0; kind < ACT_KINDS; kind++)
		shuffle(span_of(text, compose(text, sizeof(text), (enum act_kind)kind, KEYS, NULL)));
}

static const struct {
	enum act_kind kind;
	enum key key;
	const char *value;
	bool is_good;
} forms[] = {
	{ACT_APPLY, KEY_ARCHIVE, HEX20, false},
	{ACT_APPLY, KEY_ARCHIVE, "none", false},
	{ACT_APPLY, KEY_ACTOR, "a b", false},
	{ACT_APPLY, KEY_ACTOR, "none", false},
	{ACT_APPLY, KEY_KEY, HEX16, false},
	{ACT_APPLY, KEY_SUBJECT, "none", false},
	{ACT_APPLY, KEY_SUBJECT, "a/../b", false},
	{ACT_APPLY, KEY_SUBJECT, "nonesuch", true},
	{ACT_REGISTER, KEY_SUBJECT, "policy", false},
	{ACT_APPLY, KEY_SUBJECT_SHA256, "none", true},
	{ACT_APPLY, KEY_SUBJECT_SHA256, HEX16, false},
	{ACT_APPLY, KEY_TIME, "none", false},
	{ACT_FOUND, KEY_ADMINISTRATORS, "alice:" HEX20, true},
	{ACT_FOUND, KEY_ADMINISTRATORS, "alice:" HEX16, false},
	{ACT_FOUND, KEY_ADMINISTRATORS, "alice", false},
	{ACT_FOUND, KEY_ADMINISTRATORS, "alice:" HEX20 "  bob:" HEX20, false},
	{ACT_FOUND, KEY_ADMINISTRATORS, "none", false},
	{ACT_FOUND, KEY_THRESHOLD, "0", false},
	{ACT_KEY, KEY_SCOPE, "decide", true},
	{ACT_KEY, KEY_SCOPE, "Decide", false},
	{ACT_KEY, KEY_VERSION, "0", true},
	{ACT_KEY, KEY_VERSION, "01", false},
	{ACT_KEY_END, KEY_ENDED, "lost", true},
	{ACT_KEY_END, KEY_ENDED, "none", false},
	{ACT_KEY_END, KEY_ENDED, "stolen", false},
	{ACT_KEY_END, KEY_EFFECTIVE_SEQ, "none", true},
	{ACT_KEY_END, KEY_EFFECTIVE_SEQ, "0", false},
	{ACT_DELEGATE, KEY_ROLES, "*", true},
	{ACT_DELEGATE, KEY_ROLES, "*@S-0007 manager", true},
	{ACT_DELEGATE, KEY_ROLES, "none", true},
	{ACT_DELEGATE, KEY_ROLES, "Manager", false},
	{ACT_DELEGATE, KEY_ROLES, "manager@", false},
	{ACT_DELEGATE, KEY_ROLES, "@S-0007", false},
	{ACT_DELEGATE, KEY_ROLES, "manager@S@7", false},
	{ACT_DELEGATE, KEY_ROLES, "manager  director", false},
	{ACT_DELEGATE, KEY_FROM, "none", true},
	{ACT_DELEGATE, KEY_UNTIL, "2026-12-22", false},
	{ACT_REGISTRAR, KEY_GOOD_SEQ, "none", true},
	{ACT_REGISTRAR, KEY_GOOD_SEQ, "0", false},
	{ACT_REGISTRAR, KEY_GOOD_HEAD, HEX16, false},
	{ACT_REGISTRAR, KEY_REGISTER_KEY, "none", false},
	{ACT_ADMINISTRATORS, KEY_THRESHOLD, "0", false},
	{ACT_SAVE, KEY_JOURNAL, HEX16, false},
	{ACT_SAVE, KEY_JOURNAL, HEX16 " x", false},
	{ACT_SAVE, KEY_JOURNAL, HEX16 " 0", true},
	{ACT_SAVE, KEY_BASE, "0", true},
	{ACT_SAVE, KEY_BASE, "none", false},
	{ACT_DEPOSIT, KEY_FOR, "bob", true},
	{ACT_DEPOSIT, KEY_FOR, "none", false},
	{ACT_DEPOSIT, KEY_FOR, "bob  carol", false},
	{ACT_SEAL_ENROL, KEY_PREDECESSOR, "none", true},
	{ACT_SEAL_ENROL, KEY_BOARD, "a\tb", false},
	{ACT_SEAL_TABLE, KEY_ACCEPTS_POLICY, HEX32, true},
	{ACT_SEAL_TABLE, KEY_ACCEPTS_POLICY, HEX32 " " HEX32 " " HEX32, true},
	{ACT_SEAL_TABLE, KEY_ACCEPTS_POLICY, HEX32 " " HEX32 " " HEX32 " " HEX16, false},
	{ACT_SEAL_TABLE, KEY_ACCEPTS_POLICY, "none", false},
	{ACT_APPLY, KEY_NONCE, "none", false},
	{ACT_SEAL_STATE, KEY_NONCE, "none", true},
	{ACT_APPLY, KEY_PRESSES, "0", false},
	{ACT_APPLY, KEY_PHOTOS, "0", true},
	{ACT_APPLY, KEY_NOT_BEFORE, "none", true},
	{ACT_APPLY, KEY_FRESH, "none", false},
	{ACT_APPLY, KEY_APPROVERS, "none", true},
	{ACT_APPLY, KEY_APPROVERS, "bob none", false},
	{ACT_APPLY, KEY_COPY, "bob, carol", false},
	{ACT_APPLY, KEY_PLACE, "here", false},
	{ACT_APPLY, KEY_PLACE, "none", true},
	{ACT_APPLY, KEY_RADIUS, "none", true},
	{ACT_APPROVE, KEY_LEVEL, "0", false},
	{ACT_APPROVE, KEY_ROLE, "Manager", false},
	{ACT_APPROVE, KEY_ROLE, "none", false},
	{ACT_APPROVE, KEY_VIA, "none", true},
	{ACT_APPROVE, KEY_PRESSES, "none", false},
	{ACT_REJECT, KEY_REASON, "", false},
	{ACT_REJECT, KEY_REASON, "none", true},
	{ACT_REJECT, KEY_REASON, "x\nFormat: 1", false},
	{ACT_TRANSFER, KEY_TO, "none", false},
	{ACT_WITHDRAW, KEY_CAP, "0", true},
	{ACT_WITHDRAW, KEY_CAP, "-1", false},
	{ACT_SEAL_STATE, KEY_STATUS, "closed", false},
	{ACT_SEAL_STATE, KEY_SEQ, "0", true},
	{ACT_REGISTER, KEY_SEQ, "0", false},
	{ACT_SEAL_STATE, KEY_RECEIPT_HEAD, "none", true},
	{ACT_SEAL_SESSION, KEY_DEVICE_NONCE, "none", false},
	{ACT_SEAL_SESSION, KEY_POSITION, "none", true},
	{ACT_SEAL_SESSION, KEY_PHOTO_MODE, "manual", true},
	{ACT_SEAL_SESSION, KEY_PHOTO_MODE, "none", false},
	{ACT_SEAL_RECORD, KEY_PHOTOS_SHA256, "none", true},
	{ACT_SEAL_RECORD, KEY_SESSION, "none", false},
	{ACT_SEAL_PHOTO, KEY_PRESS, "0", false},
	{ACT_SEAL_PHOTO, KEY_PHOTO_SHA256, "none", true},
	{ACT_SEAL_PHOTO, KEY_VOID, "none", true},
	{ACT_SEAL_SUSPEND, KEY_VERSION, "1", true},
	{ACT_SEAL_SUSPEND, KEY_VERSION, "none", false},
	{ACT_SEAL_SUSPEND, KEY_REASON, "", false},
	{ACT_SEAL_RESUME, KEY_DEVICE, "none", false},
	{ACT_SEAL_RETIRE, KEY_COUNTER, "0", true},
	{ACT_SEAL_CLOCK, KEY_UNTIL, "2028-01-01T00:00:00Z", true},
	{ACT_SEAL_CLOCK, KEY_UNTIL, "2028", false},
	{ACT_DIE_RELEASE, KEY_NONCE, HEX16, true},
	{ACT_DIE_RELEASE, KEY_NONCE, HEX32, false},
	{ACT_REGISTER, KEY_RECEIVED, "2026-11-22", false},
};

static void
test_forms(void)
{
	char text[STATEMENT_REGISTER_MAX];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if ((compose(text, sizeof(text), forms[i].kind, forms[i].key, forms[i].value) > 0) != forms[i].is_good) {
			fprintf(stderr, "%s: %s: '%s' %s\n", act_kind_name(forms[i].kind), key_name(forms[i].key), forms[i].value,
				forms[i].is_good ? "refused" : "accepted");
			test_failures++;
		}
}

#define CANCEL(first, gap, end)                                                                                                \
	first "\nAct: cancel\nArchive:" gap HEX16 "\nActor: alice\nKey: " HEX20 "\nSubject: a\nSubject-SHA256: none\n"         \
	      "Previous-SHA256: none\nPolicy-SHA256: none\nTime: 2026-11-22T07:00:00Z\nReason: x" end

static void
test_lines(void)
{
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "\n")), WIRE_OK);
	CHECK_EQUAL(read_text(CANCEL("Format: 2", " ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("format: 1", " ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format : 1", " ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("\xef\xbb\xbf"
				     "Format: 1",
			    " ", "\n")),
		WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("\nFormat: 1", " ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1\r", " ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", "", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", "  ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", "\t", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", "\n ", "\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", " \n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "\n\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "\n y\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "\nSigned-off-by: mallory\n")), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(CANCEL("Format: 1", " ", "\n" ACCEPTED)), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(""), WIRE_MALFORMED_STATEMENT);
}

#define REGISTER                                                                                                               \
	"Format: 1\nAct: register\nArchive: " HEX16 "\nActor: registrar\nKey: " HEX20                                          \
	"\nSubject: none\nSubject-SHA256: none\n"                                                                              \
	"Previous-SHA256: none\nPolicy-SHA256: none\nTime: 2026-11-22T07:00:00Z\nSeq: 1\nReceived: 2026-11-22T07:00:00Z\n"

static void
test_verdicts(void)
{
	struct statement st;
	struct verdict verdict = {{0}, WIRE_OK};

	CHECK_EQUAL(statement_read(&st, SPAN_LITERAL(REGISTER REFUSED ACCEPTED)), WIRE_OK);
	CHECK(statement_verdict(&verdict, &st.verdicts) && verdict.code == WIRE_CONFLICT && verdict.act[1] == 0x11);
	CHECK(statement_verdict(&verdict, &st.verdicts) && verdict.code == WIRE_OK);
	CHECK(!statement_verdict(&verdict, &st.verdicts));
	CHECK_EQUAL(read_text(REGISTER), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Refused: " HEX32 " OK\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Refused: " HEX32 "\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Refused: " HEX32 " Conflict\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Refused: " HEX32 "  CONFLICT\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Accepted: " HEX32 " CONFLICT\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER "Accepted: " HEX16 "\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(read_text(REGISTER ACCEPTED "Seq: 1\n"), WIRE_MALFORMED_STATEMENT);
}

/* A register statement of exactly the most bytes, and of one more. */
static void
test_register_limit(void)
{
	char text[STATEMENT_REGISTER_MAX + 256] = REGISTER;
	struct statement st;
	size_t len = strlen(text);

	while (len + 2 * strlen(ACCEPTED) < STATEMENT_REGISTER_MAX)
		text_append(text, sizeof(text), &len, SPAN_LITERAL(ACCEPTED));
	CHECK_EQUAL(statement_read(&st, span_of(text, len)), WIRE_OK);
	while (len <= STATEMENT_REGISTER_MAX)
		text_append(text, sizeof(text), &len, SPAN_LITERAL(ACCEPTED));
	CHECK_EQUAL(statement_read(&st, span_of(text, len)), WIRE_TOO_LONG);
}

/* An application whose values are about as long as can be; one byte decides. */
static void
test_limit(void)
{
	char text[2 * STATEMENT_MAX], ids[VALUE_MAX], path[VALUE_MAX];
	struct span value[KEYS];
	size_t len, missing;

	for (int i = 0; i < KEYS; i++)
		value[i] = span_text(good[i]);
	for (size_t i = 0; i < VALUE_MAX; i++) {
		ids[i] = i % 16 == 15 ? ' ' : 'a';
		path[i] = i == 140 ? '/' : 'a';
	}
	value[KEY_EPOCH] = value[KEY_PRESSES] = value[KEY_PHOTOS] = value[KEY_FRESH] = value[KEY_RADIUS] =
		SPAN_LITERAL("18446744073709551615");
	value[KEY_SUBJECT] = span_of(path, 1);
	value[KEY_APPROVERS] = span_of(ids, VALUE_MAX - 1);
	value[KEY_COPY] = span_of(ids, 1);
	len = statement_write(text, sizeof(text), ACT_APPLY, value, SPAN_LITERAL(""));
	missing = STATEMENT_MAX - len;
	value[KEY_SUBJECT] = span_of(path, 1 + missing / 2);
	value[KEY_COPY] = span_of(ids + 1, 1 + missing - missing / 2);
	CHECK_EQUAL(statement_write(text, sizeof(text), ACT_APPLY, value, SPAN_LITERAL("")), STATEMENT_MAX);
	value[KEY_SUBJECT].len++;
	CHECK_EQUAL(statement_write(text, sizeof(text), ACT_APPLY, value, SPAN_LITERAL("")), 0);
	value[KEY_SUBJECT].len--;
	CHECK_EQUAL(statement_write(text, STATEMENT_MAX - 1, ACT_APPLY, value, SPAN_LITERAL("")), 0);
}

static void
test_record(void)
{
	char out[64];
	size_t at = 0;
	struct span rest, key, value;
	enum wire_code code = WIRE_FLASH;

	CHECK(record_put(out, sizeof(out), &at, "Time-Zone", SPAN_LITERAL("Asia/Shanghai")));
	CHECK(!record_put(out, sizeof(out), &at, "Name", SPAN_LITERAL("")));
	CHECK(!record_put(out, sizeof(out), &at, "name", SPAN_LITERAL("x")));
	CHECK(!record_put(out, sizeof(out), &at, "Na me", SPAN_LITERAL("x")));
	CHECK(!record_put(
		out, sizeof(out), &at, "Name", SPAN_LITERAL("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
	CHECK(record_put(out, sizeof(out), &at, "Name", SPAN_LITERAL("x: y")));
	CHECK_EQUAL_SPAN(span_of(out, at), SPAN_LITERAL("Time-Zone: Asia/Shanghai\nName: x: y\n"));
	rest = span_of(out, at);
	CHECK(record_next(&key, &value, &rest, &code) && span_is(key, "Time-Zone") && span_is(value, "Asia/Shanghai"));
	CHECK(record_next(&key, &value, &rest, &code) && span_is(key, "Name") && span_is(value, "x: y"));
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_OK);
	rest = SPAN_LITERAL("Name: x");
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_MALFORMED_RECORD);
	rest = SPAN_LITERAL("Name x\n");
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_MALFORMED_RECORD);
	rest = SPAN_LITERAL(": x\n");
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_MALFORMED_RECORD);
	rest = SPAN_LITERAL("\nName: x\n");
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_MALFORMED_RECORD && rest.len == 9);
}

static void
test_record_limit(void)
{
	static char text[RECORD_MAX + 1];
	struct span rest, key, value;
	enum wire_code code;

	for (size_t i = 0; i < sizeof(text); i += 8)
		memcpy(text + i, "Name: x\n", sizeof(text) - i < 8 ? sizeof(text) - i : 8);
	rest = span_of(text, RECORD_MAX);
	CHECK(record_next(&key, &value, &rest, &code));
	rest = span_of(text, RECORD_MAX + 1);
	CHECK(!record_next(&key, &value, &rest, &code) && code == WIRE_TOO_LONG);
}

int
main(void)
{
	test_golden();
	test_summaries();
	test_order();
	test_forms();
	test_lines();
	test_verdicts();
	test_register_limit();
	test_limit();
	test_record();
	test_record_limit();
	return test_result();
}
