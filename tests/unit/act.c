/* Acts: a commit, a statement and a signature, each good, that do not belong together. */
#include "wire/act.h"
#include "test.h"
#include "wire/armor.h"
#include "wire/pgpkey.h"

#define ARCHIVE "00112233445566778899aabbccddeeff"
#define OTHER_ARCHIVE "10112233445566778899aabbccddeeff"
#define DIGEST ARCHIVE ARCHIVE
#define DRAWN_UP INT64_C(1795330800) /* 2026-11-22T07:00:00Z */

static const uint8_t seed[ED25519_SEED_SIZE] = {1, 2, 3};
static const uint8_t other_seed[ED25519_SEED_SIZE] = {4, 5, 6};

/* What goes into an act; the zero of each field that may be zero is the good one. */
struct forgery {
	bool registers;                                   /* a register commit; else an act that cancels */
	const char *actor, *archive, *summary, *previous; /* of the commit, but for Previous-SHA256 */
	int64_t later;                                    /* the commit's time behind Time */
	int64_t signed_after;                             /* the signature's behind Time */
	unsigned parents;
	bool other_key;   /* signed by another key than the statement names */
	bool other_point; /* names that key's issuer, is signed with this one */
	enum pgpsig_type type;
	const char *statement_tail, *armor_tail;
};

static char raw[COMMIT_MAX + 1];

static void
fingerprint_of(uint8_t fingerprint[FINGERPRINT_SIZE], const uint8_t *of)
{
	uint8_t point[ED25519_POINT_SIZE];

	wire_ed25519_point(point, of);
	pgpkey_fingerprint(fingerprint, point, DRAWN_UP);
}

static size_t
write_statement(char *out, size_t size, const struct forgery *f)
{
	struct span value[KEYS] = {
		[KEY_ARCHIVE] = SPAN_LITERAL(ARCHIVE),
		[KEY_ACTOR] = SPAN_LITERAL("alice"),
		[KEY_SUBJECT] = SPAN_LITERAL("policy"),
		[KEY_TIME] = SPAN_LITERAL("2026-11-22T07:00:00Z"),
		[KEY_REASON] = SPAN_LITERAL("x"),
		[KEY_SEQ] = SPAN_LITERAL("1"),
		[KEY_RECEIVED] = SPAN_LITERAL("2026-11-22T07:00:00Z"),
		[KEY_PREVIOUS_SHA256] = span_text(f->previous ? f->previous : "none"),
	};
	uint8_t fingerprint[FINGERPRINT_SIZE];
	char key[2 * FINGERPRINT_SIZE + 1];

	fingerprint_of(fingerprint, seed);
	text_put_hex(key, fingerprint, FINGERPRINT_SIZE);
	value[KEY_KEY] = span_text(key);
	if (f->registers)
		value[KEY_SUBJECT] = SPAN_LITERAL("");
	return statement_write(out, size, f->registers ? ACT_REGISTER : ACT_CANCEL, value,
		f->registers ? SPAN_LITERAL("Accepted: " DIGEST "\n") : SPAN_LITERAL(""));
}

static size_t
sign(char *out, size_t size, struct span payload, const struct forgery *f)
{
	uint8_t fingerprint[FINGERPRINT_SIZE], packet[PGPSIG_ED25519_MAX];
	size_t len;

	fingerprint_of(fingerprint, f->other_key ? other_seed : seed);
	len = pgpsig_write(packet, sizeof(packet), f->type, payload, SPAN_LITERAL(""),
		f->other_key || f->other_point ? other_seed : seed, fingerprint, DRAWN_UP + f->signed_after, SPAN_LITERAL(""));
	len = armor_write(out, size, ARMOR_SIGNATURE, span_of(packet, len));
	text_append(out, size, &len, span_text(f->armor_tail ? f->armor_tail : ""));
	return len;
}

static struct span
forge(struct forgery f)
{
	char text[STATEMENT_MAX], payload[COMMIT_MAX], armor[COMMIT_SIGNATURE_MAX];
	size_t len = write_statement(text, sizeof(text), &f), armor_len;
	struct commit c = {.parents = f.parents, .time = DRAWN_UP + f.later};

	text_append(text, sizeof(text), &len, span_text(f.statement_tail ? f.statement_tail : ""));
	c.actor = span_text(f.actor ? f.actor : "alice");
	c.archive = span_text(f.archive ? f.archive : ARCHIVE);
	c.summary = span_text(f.summary ? f.summary : f.registers ? "alice registers 1" : "alice cancels policy");
	c.statement = span_of(text, len);
	len = commit_write_payload(payload, sizeof(payload), &c);
	armor_len = sign(armor, sizeof(armor), span_of(payload, len), &f);
	return span_of(raw, commit_write_signed(raw, sizeof(raw), span_of(payload, len), span_of(armor, armor_len)));
}

static enum wire_code
read_forged(struct forgery f)
{
	static struct act act;

	return act_read(&act, forge(f));
}

#define CODE(...) read_forged((struct forgery){__VA_ARGS__})

static void
test_good(void)
{
	static struct act act;
	struct span good = forge((struct forgery){0});
	uint8_t point[ED25519_POINT_SIZE], should[SHA256_SIZE], fingerprint[FINGERPRINT_SIZE];

	CHECK_EQUAL(act_read(&act, good), WIRE_OK);
	wire_ed25519_point(point, seed);
	CHECK_EQUAL(act_verify(&act, point), WIRE_OK);
	wire_ed25519_point(point, other_seed);
	CHECK_EQUAL(act_verify(&act, point), WIRE_BAD_SIGNATURE);
	fingerprint_of(fingerprint, seed);
	CHECK_EQUAL_SPAN(span_of(act.key, FINGERPRINT_SIZE), span_of(fingerprint, FINGERPRINT_SIZE));
	commit_payload_digest(should, &act.commit);
	CHECK_EQUAL_SPAN(span_of(act.id, SHA256_SIZE), span_of(should, SHA256_SIZE));
	CHECK_EQUAL_SPAN(act.statement.text, act.commit.statement);
	CHECK(act.packet_len > 0 && act.signature.created == DRAWN_UP);
}

/* Every byte of an act is either in canonical form or under the signature. */
static void
test_no_byte_is_free(void)
{
	static struct act act;
	struct span good = forge((struct forgery){0});
	uint8_t point[ED25519_POINT_SIZE];
	enum wire_code code;

	wire_ed25519_point(point, seed);
	for (size_t i = 0; i < good.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			raw[i] = (char)(raw[i] ^ 1 << bit);
			code = act_read(&act, good);
			CHECK(code != WIRE_OK || act_verify(&act, point) != WIRE_OK);
			raw[i] = (char)(raw[i] ^ 1 << bit);
		}
	CHECK(act_read(&act, good) == WIRE_OK && act_verify(&act, point) == WIRE_OK);
}

static void
test_belongs_together(void)
{
	CHECK_EQUAL(CODE(.actor = "alice"), WIRE_OK);
	CHECK_EQUAL(CODE(.actor = "bob"), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.archive = OTHER_ARCHIVE), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.later = 1), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.later = -1), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.summary = "alice approves policy"), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.summary = "alice cancels policy "), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.summary = "Format: 1"), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.summary = "---"), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.statement_tail = "Reason: y\n"), WIRE_MALFORMED_STATEMENT);
	CHECK_EQUAL(CODE(.statement_tail = "---\n"), WIRE_MALFORMED_STATEMENT);
}

static void
test_signature(void)
{
	CHECK_EQUAL(CODE(.other_key = true), WIRE_WRONG_KEY);
	CHECK_EQUAL(CODE(.signed_after = 0), WIRE_OK);
	CHECK_EQUAL(CODE(.signed_after = 86400), WIRE_OK);
	CHECK_EQUAL(CODE(.signed_after = -1), WIRE_WRONG_TIME);
	CHECK_EQUAL(CODE(.type = PGPSIG_POSITIVE_CERTIFICATION), WIRE_MALFORMED_SIGNATURE);
	CHECK_EQUAL(CODE(.armor_tail = "\n"), WIRE_MALFORMED_SIGNATURE);
	CHECK_EQUAL(CODE(.armor_tail = "x\n"), WIRE_MALFORMED_SIGNATURE);
}

static void
test_borrowed_issuer(void)
{
	static struct act act;
	uint8_t point[ED25519_POINT_SIZE];

	wire_ed25519_point(point, seed);
	CHECK_EQUAL(act_read(&act, forge((struct forgery){.other_point = true})), WIRE_OK);
	CHECK_EQUAL(act_verify(&act, point), WIRE_BAD_SIGNATURE);
}

static void
test_parents(void)
{
	CHECK_EQUAL(CODE(.parents = 1), WIRE_OK);
	CHECK_EQUAL(CODE(.parents = 2), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.registers = true, .parents = 0), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.registers = true, .parents = 1), WIRE_OK);
	CHECK_EQUAL(CODE(.registers = true, .parents = 32), WIRE_OK);
	CHECK_EQUAL(CODE(.registers = true, .parents = 33), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.registers = true, .parents = 1, .previous = DIGEST), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(CODE(.registers = true, .parents = 2, .previous = DIGEST), WIRE_OK);
	CHECK_EQUAL(CODE(.registers = true, .parents = 33, .previous = DIGEST), WIRE_OK);
}

/* A signature about as long as may be, many parents, a long summary: too long for an act, not too long for a register commit. */
static void
test_length(void)
{
	static char tail[COMMIT_SIGNATURE_MAX - 300 + 1], summary[512];

	memset(summary, 'x', sizeof(summary) - 1);
	memset(tail, 'x', sizeof(tail) - 1);
	tail[sizeof(tail) - 2] = '\n';
	CHECK(forge((struct forgery){.armor_tail = tail, .summary = summary, .parents = 33}).len > ACT_MAX);
	CHECK_EQUAL(CODE(.armor_tail = tail, .summary = summary, .parents = 33), WIRE_TOO_LONG);
	CHECK_EQUAL(CODE(.armor_tail = tail), WIRE_MALFORMED_SIGNATURE);
	CHECK_EQUAL(CODE(.registers = true, .armor_tail = tail, .summary = summary, .parents = 33), WIRE_MALFORMED_SIGNATURE);
}

static void
test_file_name(void)
{
	struct statement st = {.kind = ACT_APPROVE};
	char name[ACT_FILE_NAME_MAX];

	st.value[KEY_ACT] = SPAN_LITERAL("approve");
	st.value[KEY_ACTOR] = SPAN_LITERAL("alice");
	CHECK_EQUAL(act_file_name(name, sizeof(name), &st, 1), 15);
	CHECK(span_is(span_text(name), "approve.0.alice"));
	st.value[KEY_VERSION] = SPAN_LITERAL("7");
	CHECK(act_file_name(name, sizeof(name), &st, 0) > 0 && span_is(span_text(name), "approve.7.alice"));
	st.value[KEY_LEVEL] = SPAN_LITERAL("2");
	CHECK(act_file_name(name, sizeof(name), &st, 2) > 0 && span_is(span_text(name), "approve.2.alice.2"));
	CHECK_EQUAL(act_file_name(name, 17, &st, 2), 0);
	CHECK_EQUAL(act_file_name(name, 18, &st, 2), 17);
}

int
main(void)
{
	test_good();
	test_no_byte_is_free();
	test_belongs_together();
	test_signature();
	test_borrowed_issuer();
	test_parents();
	test_length();
	test_file_name();
	return test_result();
}
