/* Policies: one that is read and what it allows; next to it every text that is refused, with the line that is to blame. */
#include "records/policy.h"

#include <stdio.h>

#include "test.h"

#define HEAD "Format: 1\nGap: 604800\n"
#define ALLOW "Allow: administrator policy policy\nAllow: employee apply seals/*/applications/**\n"
#define LEVELS "Level: S-0007 1 manager 2 20\nLevel: S-0008 1 manager 1 5\nLevel: S-0007 2 director 1 10\n"
#define REMINDERS "Remind: S-0007 2 86400\nRemind: S-0007 2 172800\nEscalate: S-0007 2 3600 director\nRemind: S-0008 1 1\n"

static struct ch_arena arena;

static bool
reads(const char *text)
{
	struct ch_policy policy;
	const struct ch_error *error = ch_policy_read(&policy, span_text(text), &arena);

	return error == NULL;
}

static void
test_read(void)
{
	struct span text = SPAN_LITERAL(HEAD ALLOW LEVELS);
	struct level level[TABLE_LEVELS_MAX];
	uint8_t digest[SHA256_SIZE];
	struct ch_policy policy;

	CHECK(ch_policy_read(&policy, text, &arena) == NULL);
	CHECK_EQUAL(policy.gap, 604800);
	CHECK_EQUAL(policy.rule_count, 2);
	CHECK_EQUAL(policy.rules[1].line, 4);
	CHECK(span_is(policy.rules[1].role, "employee") && span_is(policy.rules[1].act, "apply"));
	CHECK(span_is(policy.rules[1].pattern, "seals/*/applications/**"));
	CHECK_EQUAL(policy.level_count, 3);
	CHECK_EQUAL(ch_policy_levels(level, &policy, SPAN_LITERAL("S-0007")), 2);
	CHECK(span_is(level[0].role, "manager") && level[0].persons == 2 && level[0].presses == 20);
	CHECK(span_is(level[1].role, "director") && level[1].persons == 1 && level[1].presses == 10);
	CHECK_EQUAL(ch_policy_levels(level, &policy, SPAN_LITERAL("S-0009")), 0);
	/* No number is what is left of it in 32 bits. */
	CHECK(ch_policy_read(&policy, SPAN_LITERAL(HEAD "Level: S-0007 1 manager 8 4294967298\n"), &arena) == NULL);
	CHECK_EQUAL(ch_policy_levels(level, &policy, SPAN_LITERAL("S-0007")), 1);
	CHECK(level[0].persons == 8 && level[0].presses == 4294967298);
	CHECK(ch_policy_read(&policy, text, &arena) == NULL);
	wire_sha256_of(digest, text);
	CHECK(memcmp(policy.digest, digest, sizeof(digest)) == 0);
}

/* What somebody may apply for, whatever its number. */
static void
test_below(void)
{
	static const struct {
		const char *pattern;
		bool reaches;
	} cases[] = {{"seals/*/applications/**", true}, {"seals/S-0007/applications/2026/*/*", true}, {"**", true}, {"seals/**", true},
		     {"seals/S-0007/applications", false}, {"seals/S-0007/*", false}, {"seals/S-0008/applications/**", false}, {"files/**", false}};
	struct span roles = SPAN_LITERAL("employee"), path = SPAN_LITERAL("seals/S-0007/applications");
	struct ch_policy policy;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = ch_arena_format(&arena, HEAD "Allow: employee apply %s\n", cases[i].pattern);
		CHECK(ch_policy_read(&policy, span_text(text), &arena) == NULL);
		CHECK((ch_policy_allows_below(&policy, roles, SPAN_LITERAL("apply"), path) != NULL) == cases[i].reaches);
		CHECK(ch_policy_allows_below(&policy, SPAN_LITERAL("manager"), SPAN_LITERAL("apply"), path) == NULL);
		CHECK(ch_policy_allows_below(&policy, roles, SPAN_LITERAL("approve"), path) == NULL);
	}
}

/* Whom a level's delay is told; it allows nothing. */
static void
test_reminders(void)
{
	struct span text = SPAN_LITERAL(HEAD ALLOW LEVELS REMINDERS);
	struct ch_policy policy;

	CHECK(ch_policy_read(&policy, text, &arena) == NULL);
	CHECK_EQUAL(policy.rule_count, 2);
	CHECK_EQUAL(policy.level_count, 3);
	CHECK_EQUAL(policy.reminder_count, 4);
	CHECK(span_is(policy.reminders[0].seal, "S-0007") && policy.reminders[0].role.len == 0);
	CHECK_EQUAL(policy.reminders[0].number, 2);
	CHECK_EQUAL(policy.reminders[0].after, 86400);
	CHECK_EQUAL(policy.reminders[0].line, 8);
	CHECK(span_is(policy.reminders[2].role, "director"));
	CHECK_EQUAL(policy.reminders[2].after, 3600);
}

/* A policy without such lines says nothing of large files; one with `none` says that there are none. */
static void
test_large(void)
{
	struct ch_policy policy;

	CHECK(ch_policy_read(&policy, SPAN_LITERAL(HEAD ALLOW), &arena) == NULL && !policy.says_large);
	CHECK(ch_policy_read(&policy, SPAN_LITERAL(HEAD ALLOW LEVELS REMINDERS "Large: *.jpg\nLarge: *.PDF\n"), &arena) == NULL);
	CHECK(policy.says_large);
	CHECK_EQUAL(policy.large.count, 2);
	CHECK(ch_patterns_match(&policy.large, SPAN_LITERAL("a.PDF")) && !ch_patterns_match(&policy.large, SPAN_LITERAL("a.pdf")));
	CHECK(ch_policy_read(&policy, SPAN_LITERAL(HEAD "Large: none\n"), &arena) == NULL);
	CHECK(policy.says_large);
	CHECK_EQUAL(policy.large.count, 0);
}

static unsigned
line_that_allows(const char *rule, const char *roles, const char *act, const char *subject)
{
	char text[512];
	struct ch_policy policy;
	const struct ch_rule *found;

	snprintf(text, sizeof(text), HEAD "Allow: nobody save files/*\n%s\n", rule);
	if (ch_policy_read(&policy, span_text(text), &arena))
		return 0;
	found = ch_policy_allows(&policy, span_text(roles), span_text(act), span_text(subject));
	return found ? found->line : 0;
}

static void
test_allows(void)
{
	static const char one[] = "Allow: clerk save files/*", rest[] = "Allow: clerk save files/**", exact[] = "Allow: clerk save files/office";

	CHECK_EQUAL(line_that_allows(one, "clerk", "save", "files/office"), 4);
	CHECK_EQUAL(line_that_allows(one, "auditor clerk", "save", "files/office"), 4);
	CHECK_EQUAL(line_that_allows(one, "auditor", "save", "files/office"), 0);
	CHECK_EQUAL(line_that_allows(one, "", "save", "files/office"), 0);
	CHECK_EQUAL(line_that_allows(one, "clerks", "save", "files/office"), 0);
	CHECK_EQUAL(line_that_allows(one, "clerk", "apply", "files/office"), 0);
	CHECK_EQUAL(line_that_allows(one, "clerk", "save", "files"), 0);
	CHECK_EQUAL(line_that_allows(one, "clerk", "save", "files/office/deep"), 0);
	CHECK_EQUAL(line_that_allows(rest, "clerk", "save", "files/office/deep"), 4);
	CHECK_EQUAL(line_that_allows(rest, "clerk", "save", "files/office"), 4);
	CHECK_EQUAL(line_that_allows(rest, "clerk", "save", "files"), 0);
	CHECK_EQUAL(line_that_allows(rest, "clerk", "save", "filesystem/office"), 0);
	CHECK_EQUAL(line_that_allows(exact, "clerk", "save", "files/office"), 4);
	CHECK_EQUAL(line_that_allows(exact, "clerk", "save", "files/offices"), 0);
	CHECK_EQUAL(line_that_allows(exact, "clerk", "save", "files/Office"), 0);
	CHECK_EQUAL(line_that_allows("Allow: clerk save *", "clerk", "save", "policy"), 4);
	CHECK_EQUAL(line_that_allows("Allow: clerk save **", "clerk", "save", "files/office/deep"), 4);
}

/* Of several lines that allow, the first is named. */
static void
test_first_line(void)
{
	CHECK_EQUAL(line_that_allows("Allow: clerk save files/a\nAllow: clerk save files/**\nAllow: clerk save files/b", "clerk", "save", "files/b"), 5);
}

static const struct {
	const char *text;
	unsigned line;
} refused[] = {
	{"", 1},
	{"Format: 1\n", 2},
	{"\xef\xbb\xbf" HEAD, 1},
	{"Format: 2\nGap: 1\n", 1},
	{"Gap: 1\nFormat: 1\n", 1},
	{"Format: 1\nFormat: 1\n", 2},
	{"Format: 1\nGap: 01\n", 2},
	{"Format: 1\nGap: -1\n", 2},
	{"Format: 1\nGap: 18446744073709551616\n", 2},
	{"Format: 1\nGap: 253402300800\n", 2},
	{HEAD "Gap: 1\n", 3},
	{HEAD "Large: jpg\n", 3},
	{HEAD "Large: files/*.jpg\n", 3},
	{HEAD "Large: *.jpg filter=evil\n", 3},
	{HEAD "Large: *.jpg\nLarge: *.jpg\n", 4},
	{HEAD "Large: *.jpg\nLarge: none\n", 4},
	{HEAD "Large: none\nLarge: *.jpg\n", 4},
	{HEAD "Large: none\nLarge: none\n", 4},
	{HEAD "Large: *.jpg\nAllow: administrator policy policy\n", 4},
	{HEAD LEVELS "Large: *.jpg\nRemind: S-0007 2 86400\n", 7},
	{HEAD "allow: clerk save files/*\n", 3},
	{HEAD "Deny: clerk save files/*\n", 3},
	{HEAD "Allow: clerk save files/*", 3},
	{HEAD "Allow:  clerk save files/*\n", 3},
	{HEAD "Allow: clerk  save files/*\n", 3},
	{HEAD "Allow: clerk save files/* \n", 3},
	{HEAD "Allow: clerk save files/*\r\n", 3},
	{HEAD "\nAllow: clerk save files/*\n", 3},
	{HEAD "# comment\n", 3},
	{HEAD "Allow: Clerk save files/*\n", 3},
	{HEAD "Allow: none save files/*\n", 3},
	{HEAD "Allow: * save files/*\n", 3},
	{HEAD "Allow: clerk Save files/*\n", 3},
	{HEAD "Allow: clerk anything files/*\n", 3},
	{HEAD "Allow: clerk save\n", 3},
	{HEAD "Allow: clerk save /files\n", 3},
	{HEAD "Allow: clerk save files//office\n", 3},
	{HEAD "Allow: clerk save files/\n", 3},
	{HEAD "Allow: clerk save files/../policy\n", 3},
	{HEAD "Allow: clerk save files/**/office\n", 3},
	{HEAD "Allow: clerk save files/off*\n", 3},
	{HEAD "Allow: clerk save files/*** \n", 3},
	{HEAD "Allow: clerk save files/a files/b\n", 3},
	{HEAD LEVELS ALLOW, 6},
	{HEAD "Level: S-0007 2 manager 1 20\n", 3},
	{HEAD "Level: S-0007 0 manager 1 20\n", 3},
	{HEAD "Level: S-0007 1 manager 1 20\nLevel: S-0007 1 director 1 20\n", 4},
	{HEAD "Level: S-0007 1 manager 1 20\nLevel: S-0007 3 director 1 20\n", 4},
	{HEAD "Level: S-0007 1 manager 0 20\n", 3},
	{HEAD "Level: S-0007 1 manager 1 0\n", 3},
	{HEAD "Level: S-0007 1 manager 1 20 9\n", 3},
	{HEAD "Level: S-0007 1 manager 9 20\n", 3},
	{HEAD "Level: S-0007 1 manager 4294967297 20\n", 3},
	{HEAD "Level: S-0007 1 manager 18446744073709551615 20\n", 3},
	{HEAD "Level: S-0007 1 manager 8 20\nLevel: S-0008 1 manager 8 20\nLevel: S-0007 2 director 1 20\n", 5},
	{HEAD "Level: S-0007 1 manager 1\n", 3},
	{HEAD "Level: S/0007 1 manager 1 20\n", 3},
	{HEAD "Remind: S-0007 1 60\n", 3},
	{HEAD LEVELS "Remind: S-0007 0 60\n", 6},
	{HEAD LEVELS "Remind: S-0007 3 60\n", 6},
	{HEAD LEVELS "Remind: S-0009 1 60\n", 6},
	{HEAD LEVELS "Remind: S-0007 1 0\n", 6},
	{HEAD LEVELS "Remind: S-0007 1 060\n", 6},
	{HEAD LEVELS "Remind: S-0007 1 253402300800\n", 6},
	{HEAD LEVELS "Remind: S-0007 1 60 manager\n", 6},
	{HEAD LEVELS "Remind: S-0007 1\n", 6},
	{HEAD LEVELS "Remind: S-0007 1 60\nRemind: S-0007 1 60\n", 7},
	{HEAD LEVELS "Remind: S-0007 1 60\nRemind: S-0007 1 59\n", 7},
	{HEAD LEVELS "Remind: S-0007 1 60\nLevel: S-0007 3 manager 1 20\n", 7},
	{HEAD LEVELS "Remind: S-0007 1 60\n" ALLOW, 7},
	{HEAD LEVELS "Escalate: S-0007 1 60\n", 6},
	{HEAD LEVELS "Escalate: S-0007 1 60 Director\n", 6},
	{HEAD LEVELS "Escalate: S-0007 1 60 director manager\n", 6},
	{HEAD LEVELS "Escalate: S-0007 1 60 director\nEscalate: S-0007 1 60 manager\n", 7},
};

static void
test_refused(void)
{
	CHECK(reads(HEAD));
	CHECK(reads("Format: 1\nGap: 253402300799\n"));
	CHECK(reads(HEAD ALLOW LEVELS));
	CHECK(reads(HEAD LEVELS "Remind: S-0007 1 60\nEscalate: S-0007 1 60 director\nRemind: S-0007 2 60\nRemind: S-0007 1 61\n"));
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct ch_policy policy;
		const struct ch_error *error = ch_policy_read(&policy, span_text(refused[i].text), &arena);
		char place[32];

		snprintf(place, sizeof(place), "policy, line %u: ", refused[i].line);
		if (error && error->code == WIRE_MALFORMED_RECORD && strstr(error->message, place))
			continue;
		fprintf(stderr, "not refused at line %u: %s\n%s\n", refused[i].line, refused[i].text, error ? error->message : "accepted");
		test_failures++;
	}
}

/* Eight levels are the most that a seal's table holds. */
static void
test_level_limit(void)
{
	char text[1024] = HEAD, line[64];

	for (int i = 1; i <= TABLE_LEVELS_MAX; i++) {
		snprintf(line, sizeof(line), "Level: S-0007 %d manager 1 20\n", i);
		strcat(text, line);
	}
	CHECK(reads(text));
	strcat(text, "Level: S-0007 9 manager 1 20\n");
	CHECK(!reads(text));
}

static void
test_size_limit(void)
{
	static char text[RECORD_MAX + 64];
	static const char line[] = "Allow: clerk save files/*\n";
	struct ch_policy policy;
	const struct ch_error *error;
	size_t at = strlen(HEAD);

	memcpy(text, HEAD, at);
	for (; at + strlen(line) <= RECORD_MAX; at += strlen(line))
		memcpy(text + at, line, strlen(line));
	CHECK(ch_policy_read(&policy, span_of(text, at), &arena) == NULL);
	memcpy(text + at, line, strlen(line));
	error = ch_policy_read(&policy, span_of(text, at + strlen(line)), &arena);
	CHECK(error && error->code == WIRE_TOO_LONG);
}

int
main(void)
{
	test_read();
	test_below();
	test_allows();
	test_reminders();
	test_large();
	test_first_line();
	test_refused();
	test_level_limit();
	test_size_limit();
	ch_arena_clear(&arena);
	return test_result();
}
