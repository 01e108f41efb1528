/* The permit judge: each refusal beside the same decision without the fault. */
#include "wire/permit.h"

#include "test.h"

/* bob and bert are managers, dora and dave directors; alice applies for five presses. Every default is right. */
struct step {
	enum act_kind kind;
	const char *who, *level, *role, *holds, *presses, *not_after, *to, *to_holds, *cap;
	const uint8_t *via, *previous, *subject;
};

static const struct level TWO_LEVELS[] = {{{(const uint8_t *)"manager", 7}, 1, 20}, {{(const uint8_t *)"director", 8}, 1, 4}};
static const struct level TWO_PERSONS[] = {{{(const uint8_t *)"manager", 7}, 2, 20}};

static uint8_t last_act[SHA256_SIZE]; /* id of the act made last */
static unsigned serial;

static struct span
hex(char text[HEX_DIGEST + 1], const uint8_t *digest)
{
	text_put_hex(text, digest, SHA256_SIZE);
	return span_text(text);
}

static struct span
text_or_none(const char *text)
{
	return text != NULL ? span_text(text) : (struct span)SPAN_LITERAL("none");
}

static void
new_id(uint8_t id[SHA256_SIZE])
{
	put32(last_act, 0x9e3779b9u * ++serial); /* ids in no order */
	memcpy(id, last_act, SHA256_SIZE);
}

static enum wire_code
begin(struct permit *permit, const struct level *level, unsigned levels)
{
	struct act apply = {.statement.kind = ACT_APPLY};

	apply.statement.value[KEY_ACTOR] = span_text("alice");
	apply.statement.value[KEY_PRESSES] = span_text("5");
	apply.statement.value[KEY_NOT_BEFORE] = span_text("2026-11-01T00:00:00Z");
	apply.statement.value[KEY_NOT_AFTER] = span_text("2026-11-30T00:00:00Z");
	new_id(apply.id);
	return permit_begin(permit, &apply, level, levels);
}

static enum wire_code
decide(struct permit *permit, struct step s)
{
	struct act act = {.statement.kind = s.kind};
	struct span *value = act.statement.value;
	const char *role = s.level != NULL && strcmp(s.level, "2") == 0 ? "director" : "manager";
	char subject[HEX_DIGEST + 1], previous[HEX_DIGEST + 1], via[HEX_DIGEST + 1];
	uint8_t expected[SHA256_SIZE];

	permit_previous(expected, permit);
	value[KEY_ACTOR] = span_text(s.who);
	value[KEY_SUBJECT_SHA256] = hex(subject, s.subject != NULL ? s.subject : permit->digest);
	value[KEY_PREVIOUS_SHA256] = hex(previous, s.previous != NULL ? s.previous : expected);
	value[KEY_LEVEL] = span_text(s.level != NULL ? s.level : "1");
	value[KEY_ROLE] = span_text(s.role != NULL ? s.role : role);
	value[KEY_VIA] = s.via != NULL ? hex(via, s.via) : text_or_none(NULL);
	value[KEY_PRESSES] = span_text(s.presses != NULL ? s.presses : "4");
	value[KEY_NOT_AFTER] = text_or_none(s.not_after);
	value[KEY_TO] = text_or_none(s.to);
	value[KEY_CAP] = span_text(s.cap != NULL ? s.cap : "0");
	new_id(act.id);
	return permit_decide(permit, &act, span_text(s.holds != NULL ? s.holds : role), span_text(s.to_holds != NULL ? s.to_holds : role));
}

#define DECIDE(permit, ...) decide((permit), (struct step){__VA_ARGS__})
#define APPROVE(permit, ...) DECIDE(permit, .kind = ACT_APPROVE, __VA_ARGS__)
#define TRANSFER(permit, ...) DECIDE(permit, .kind = ACT_TRANSFER, __VA_ARGS__)

/* A refusal must leave the permit as it was. */
#define CHECK_REFUSED(p, expected, call)                                                                                       \
	do {                                                                                                                   \
		struct permit before = *(p);                                                                                   \
		CHECK_EQUAL(call, expected);                                                                                   \
		CHECK(memcmp(&before, (p), sizeof(before)) == 0);                                                              \
	} while (0)

static struct permit
at_level_two(void)
{
	struct permit p;

	CHECK_EQUAL(begin(&p, TWO_LEVELS, 2), WIRE_OK);
	CHECK_EQUAL(APPROVE(&p, .who = "bob"), WIRE_OK);
	CHECK_EQUAL(p.at, 2);
	return p;
}

static struct permit
approved(void)
{
	struct permit p = at_level_two();

	CHECK_EQUAL(APPROVE(&p, .who = "dora", .level = "2"), WIRE_OK);
	CHECK_EQUAL(p.status, PERMIT_APPROVED);
	return p;
}

static void
test_begin(void)
{
	struct level crowd[] = {{{(const uint8_t *)"manager", 7}, 13, 1}, {{(const uint8_t *)"director", 8}, 1, 1}};
	struct act not_apply = {.statement.kind = ACT_APPROVE};
	struct permit p;

	CHECK_EQUAL(begin(&p, crowd, 1), WIRE_OK);
	CHECK_EQUAL(begin(&p, crowd, 2), WIRE_LIMIT);
	CHECK_EQUAL(begin(&p, TWO_LEVELS, 0), WIRE_LIMIT);
	crowd[0].persons = UINT64_MAX;
	CHECK_EQUAL(begin(&p, crowd, 1), WIRE_LIMIT);
	CHECK_EQUAL(permit_begin(&p, &not_apply, TWO_LEVELS, 2), WIRE_MALFORMED_STATEMENT);
}

static void
test_levels(void)
{
	struct permit p;
	uint64_t left = 9;

	CHECK_EQUAL(begin(&p, TWO_LEVELS, 2), WIRE_OK);
	CHECK_EQUAL(permit_left(&left, &p, 0), WIRE_LEVEL_MISSING);
	CHECK_EQUAL(left, 0);
	CHECK_REFUSED(&p, WIRE_LEVEL_ORDER, APPROVE(&p, .who = "dora", .level = "2"));
	CHECK_REFUSED(&p, WIRE_LEVEL_ORDER, APPROVE(&p, .who = "dora", .level = "3"));
	p = approved();
	CHECK_EQUAL(permit_left(&left, &p, 0), WIRE_OK);
	CHECK_EQUAL(left, 4);
	CHECK_REFUSED(&p, WIRE_CONFLICT, APPROVE(&p, .who = "dave", .level = "2"));
	CHECK_REFUSED(&p, WIRE_CONFLICT, APPROVE(&p, .who = "bert", .level = "1"));
	CHECK_REFUSED(&p, WIRE_CONFLICT, DECIDE(&p, .kind = ACT_REJECT, .who = "bert"));
	CHECK_REFUSED(&p, WIRE_LEVEL_ORDER, APPROVE(&p, .who = "dave", .level = "3"));
}

static void
test_authority(void)
{
	struct permit p = at_level_two();

	CHECK_REFUSED(&p, WIRE_OWN_APPLICATION, APPROVE(&p, .who = "alice", .level = "2"));
	CHECK_REFUSED(&p, WIRE_OWN_APPLICATION, DECIDE(&p, .kind = ACT_REJECT, .who = "alice", .level = "2"));
	CHECK_REFUSED(&p, WIRE_OWN_APPLICATION, TRANSFER(&p, .who = "alice", .level = "2", .to = "dora"));
	CHECK_REFUSED(&p, WIRE_NO_AUTHORITY, APPROVE(&p, .who = "dora", .level = "2", .holds = "manager"));
	CHECK_REFUSED(&p, WIRE_NO_AUTHORITY, APPROVE(&p, .who = "dora", .level = "2", .role = "manager", .holds = "manager"));
	CHECK_REFUSED(&p, WIRE_NO_AUTHORITY, APPROVE(&p, .who = "dora", .level = "2", .holds = ""));
	CHECK_REFUSED(&p, WIRE_SAME_PERSON, APPROVE(&p, .who = "bob", .level = "2", .holds = "director manager"));
	CHECK_EQUAL(APPROVE(&p, .who = "dora", .level = "2", .holds = "director manager"), WIRE_OK);
}

/* Doubt closes what is open or approved, and does not reopen what was denied. */
static void
test_doubt(void)
{
	struct permit p = approved();
	uint64_t left = 9;

	permit_doubt(&p);
	CHECK_EQUAL(permit_left(&left, &p, 0), WIRE_KEY_COMPROMISED);
	CHECK_EQUAL(left, 0);
	CHECK_REFUSED(&p, WIRE_KEY_COMPROMISED, APPROVE(&p, .who = "dave", .level = "2"));
	CHECK_REFUSED(&p, WIRE_KEY_COMPROMISED, DECIDE(&p, .kind = ACT_CANCEL, .who = "alice"));
	p = at_level_two();
	CHECK_EQUAL(DECIDE(&p, .kind = ACT_REJECT, .who = "dora", .level = "2"), WIRE_OK);
	permit_doubt(&p);
	CHECK_EQUAL(p.status, PERMIT_REJECTED);
}

static void
test_two_persons(void)
{
	struct permit p;

	CHECK_EQUAL(begin(&p, TWO_PERSONS, 1), WIRE_OK);
	CHECK_EQUAL(permit_missing(&p), 2);
	CHECK_EQUAL(APPROVE(&p, .who = "bob"), WIRE_OK);
	CHECK_EQUAL(permit_missing(&p), 1);
	CHECK_REFUSED(&p, WIRE_SAME_PERSON, APPROVE(&p, .who = "bob"));
	CHECK_REFUSED(&p, WIRE_SAME_PERSON, DECIDE(&p, .kind = ACT_REJECT, .who = "bob"));
	CHECK_EQUAL(APPROVE(&p, .who = "bert"), WIRE_OK);
	CHECK_EQUAL(permit_missing(&p), 0);
	CHECK_EQUAL(p.status, PERMIT_APPROVED);
}

static void
test_binding(void)
{
	static const uint8_t other[SHA256_SIZE] = {1};
	struct permit p = at_level_two();
	uint8_t first[SHA256_SIZE];

	memcpy(first, p.act, SHA256_SIZE);
	CHECK_REFUSED(&p, WIRE_WRONG_SUBJECT, APPROVE(&p, .who = "dora", .level = "2", .subject = other));
	CHECK_REFUSED(&p, WIRE_WRONG_SUBJECT, DECIDE(&p, .kind = ACT_CANCEL, .who = "alice", .subject = other));
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "dora", .level = "2", .previous = other));
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "dora", .level = "2", .previous = first));
	CHECK_REFUSED(&p, WIRE_NOT_ALLOWED, DECIDE(&p, .kind = ACT_SEAL_STATE, .who = "registrar"));
	CHECK_EQUAL(APPROVE(&p, .who = "dora", .level = "2"), WIRE_OK);
}

/* What level 2 names does not depend on the order in which level 1 was registered. */
static void
test_previous_is_sorted(void)
{
	struct permit p, q;
	uint8_t a[SHA256_SIZE], b[SHA256_SIZE];

	CHECK_EQUAL(begin(&p, TWO_PERSONS, 1), WIRE_OK);
	q = p;
	serial = 100;
	CHECK_EQUAL(APPROVE(&p, .who = "bob"), WIRE_OK);
	CHECK_EQUAL(APPROVE(&p, .who = "bert"), WIRE_OK);
	serial = 101;
	CHECK_EQUAL(APPROVE(&q, .who = "bert"), WIRE_OK);
	serial = 100;
	CHECK_EQUAL(APPROVE(&q, .who = "bob"), WIRE_OK);
	permit_previous(a, &p);
	permit_previous(b, &q);
	CHECK(memcmp(a, b, SHA256_SIZE) == 0);
	CHECK(memcmp(a, p.act, SHA256_SIZE) != 0);
}

static void
test_amounts(void)
{
	struct permit p = at_level_two(), q;

	CHECK_REFUSED(&p, WIRE_ABOVE_APPLICATION, APPROVE(&p, .who = "dora", .level = "2", .presses = "6"));
	CHECK_REFUSED(&p, WIRE_ABOVE_LIMIT, APPROVE(&p, .who = "dora", .level = "2", .presses = "5"));
	CHECK_REFUSED(&p, WIRE_ABOVE_APPLICATION, APPROVE(&p, .who = "dora", .level = "2", .not_after = "2026-11-30T00:00:01Z"));
	CHECK_EQUAL(APPROVE(&p, .who = "dora", .level = "2", .presses = "3", .not_after = "2026-11-20T00:00:00Z"), WIRE_OK);
	CHECK_EQUAL(p.presses, 3);
	CHECK_EQUAL(begin(&q, TWO_LEVELS, 2), WIRE_OK);
	CHECK_EQUAL(APPROVE(&q, .who = "bob", .presses = "2"), WIRE_OK);
	CHECK_EQUAL(APPROVE(&q, .who = "dora", .level = "2", .presses = "4"), WIRE_OK);
	CHECK_EQUAL(q.presses, 2); /* the least of all */
	CHECK_EQUAL(permit_dates(&p, 1793491199), WIRE_NOT_YET); /* 2026-10-31T23:59:59Z */
	CHECK_EQUAL(permit_dates(&p, 1793491200), WIRE_OK);
	CHECK_EQUAL(permit_dates(&p, 1795132800), WIRE_OK); /* 2026-11-20T00:00:00Z */
	CHECK_EQUAL(permit_dates(&p, 1795132801), WIRE_EXPIRED);
}

static void
test_transfer(void)
{
	struct permit p;
	uint8_t via[SHA256_SIZE], other[SHA256_SIZE] = {1};

	CHECK_EQUAL(begin(&p, TWO_LEVELS, 2), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_OWN_APPLICATION, TRANSFER(&p, .who = "bob", .to = "alice"));
	CHECK_REFUSED(&p, WIRE_NO_AUTHORITY, TRANSFER(&p, .who = "bob", .to = "dora", .to_holds = "director"));
	CHECK_REFUSED(&p, WIRE_TOO_MANY_TRANSFERS, TRANSFER(&p, .who = "bob", .to = "bob"));
	CHECK_EQUAL(TRANSFER(&p, .who = "bob", .to = "bert"), WIRE_OK);
	memcpy(via, last_act, SHA256_SIZE);
	CHECK_REFUSED(&p, WIRE_TRANSFERRED, APPROVE(&p, .who = "bob"));
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "bert"));
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "bert", .via = other));
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "bea", .via = via));
	CHECK_REFUSED(&p, WIRE_TOO_MANY_TRANSFERS, TRANSFER(&p, .who = "bert", .via = via, .to = "bob"));
	CHECK_EQUAL(APPROVE(&p, .who = "bert", .via = via), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "dora", .level = "2", .via = via));
	CHECK_REFUSED(&p, WIRE_SAME_PERSON, TRANSFER(&p, .who = "dora", .level = "2", .to = "bert"));
	CHECK_EQUAL(APPROVE(&p, .who = "bob", .level = "2"), WIRE_OK); /* handed on level 1, not level 2 */
}

/* What was handed on at one level is nobody's duty at the next. */
static void
test_transfer_unused(void)
{
	struct permit p;

	CHECK_EQUAL(begin(&p, TWO_LEVELS, 2), WIRE_OK);
	CHECK_EQUAL(TRANSFER(&p, .who = "bob", .to = "bert"), WIRE_OK);
	CHECK_EQUAL(APPROVE(&p, .who = "bea"), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_WRONG_PREVIOUS, APPROVE(&p, .who = "bert", .level = "2", .via = p.decision[0].act));
	CHECK_EQUAL(APPROVE(&p, .who = "bert", .level = "2"), WIRE_OK);
}

static void
test_too_many_transfers(void)
{
	struct permit p;

	CHECK_EQUAL(begin(&p, TWO_LEVELS, 2), WIRE_OK);
	CHECK_EQUAL(TRANSFER(&p, .who = "b1", .to = "b2"), WIRE_OK);
	CHECK_EQUAL(TRANSFER(&p, .who = "b2", .via = last_act, .to = "b3"), WIRE_OK);
	CHECK_EQUAL(TRANSFER(&p, .who = "b3", .via = last_act, .to = "b4"), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_TOO_MANY_TRANSFERS, TRANSFER(&p, .who = "b4", .via = p.decision[2].act, .to = "b5"));
	CHECK_EQUAL(APPROVE(&p, .who = "b4", .via = p.decision[2].act), WIRE_OK);
}

static void
test_denials(void)
{
	static const uint8_t stale[SHA256_SIZE] = {1};
	struct permit p = approved();
	uint64_t left;

	CHECK_REFUSED(&p, WIRE_NO_AUTHORITY, DECIDE(&p, .kind = ACT_WITHDRAW, .who = "mallory", .holds = "employee", .cap = "2"));
	CHECK_EQUAL(DECIDE(&p, .kind = ACT_WITHDRAW, .who = "bob", .cap = "2", .previous = stale), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_CONFLICT, DECIDE(&p, .kind = ACT_WITHDRAW, .who = "dora", .cap = "3"));
	CHECK_EQUAL(permit_left(&left, &p, 1), WIRE_OK);
	CHECK_EQUAL(left, 1);
	CHECK_EQUAL(permit_left(&left, &p, 2), WIRE_WITHDRAWN);
	CHECK_EQUAL(permit_left(&left, &p, 4), WIRE_USED_UP);
	CHECK_EQUAL(DECIDE(&p, .kind = ACT_WITHDRAW, .who = "alice", .holds = "employee", .cap = "1"), WIRE_OK);
	CHECK_REFUSED(&p, WIRE_NOT_APPLICANT, DECIDE(&p, .kind = ACT_CANCEL, .who = "bob"));
	CHECK_EQUAL(DECIDE(&p, .kind = ACT_CANCEL, .who = "alice", .previous = stale), WIRE_OK);
	CHECK_EQUAL(permit_left(&left, &p, 0), WIRE_CANCELLED);
	CHECK_REFUSED(&p, WIRE_CANCELLED, DECIDE(&p, .kind = ACT_WITHDRAW, .who = "alice", .cap = "0"));
}

static void
test_rejection_ends(void)
{
	struct permit p = at_level_two();
	uint64_t left;

	CHECK_EQUAL(DECIDE(&p, .kind = ACT_REJECT, .who = "dora", .level = "2"), WIRE_OK);
	CHECK_EQUAL(permit_left(&left, &p, 0), WIRE_REJECTED);
	CHECK_REFUSED(&p, WIRE_REJECTED, APPROVE(&p, .who = "dave", .level = "2"));
	CHECK_REFUSED(&p, WIRE_REJECTED, DECIDE(&p, .kind = ACT_CANCEL, .who = "alice"));
	CHECK_EQUAL(permit_missing(&p), 0);
}

int
main(void)
{
	test_begin();
	test_levels();
	test_authority();
	test_doubt();
	test_two_persons();
	test_binding();
	test_previous_is_sorted();
	test_amounts();
	test_transfer();
	test_transfer_unused();
	test_too_many_transfers();
	test_denials();
	test_rejection_ends();
	return test_result();
}
