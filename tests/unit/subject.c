/* Subjects' paths: each kind there and back, and next to it the paths that look alike and are not. */
#include "records/subject.h"

#include "test.h"

#define FINGERPRINT "d57b9d86f1d517cf26cc59d8bc651dd3f4f870fc"

static bool
parses_as(struct ch_subject_name *name, enum ch_subject_kind kind, const char *path)
{
	return ch_subject_parse(name, span_text(path)) && name->kind == kind;
}

static bool
refused(const char *path)
{
	struct ch_subject_name name;

	return !ch_subject_parse(&name, span_text(path));
}

static void
test_single(void)
{
	struct ch_subject_name name;

	CHECK(parses_as(&name, CH_ARCHIVE, "archive"));
	CHECK(parses_as(&name, CH_POLICY, "policy"));
	CHECK(refused("archive/record"));
	CHECK(refused("policy/rules.1"));
	CHECK(refused("Policy"));
	CHECK(refused(""));
	CHECK(refused("/policy"));
	CHECK(refused("policy/"));
	CHECK(refused("documents/contract/2026/0/1"));
}

/* The two digits are the first byte of the id's SHA-256, so that a person has one path. */
static void
test_person(void)
{
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK_EQUAL(ch_subject_person(path, sizeof(path), SPAN_LITERAL("alice")), strlen("people/2b/alice"));
	CHECK(strcmp(path, "people/2b/alice") == 0);
	CHECK(parses_as(&name, CH_PERSON, path) && span_is(name.id, "alice"));
	CHECK(refused("people/2c/alice"));
	CHECK(refused("people/2B/alice"));
	CHECK(refused("people/alice"));
	CHECK(refused("people/2b"));
	CHECK(refused("people/2b/alice/person.1"));
	CHECK(refused("people/2b/Alice"));
	CHECK(refused("people/2b/"));
}

static void
test_key(void)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK(text_get_hex(fingerprint, sizeof(fingerprint), SPAN_LITERAL(FINGERPRINT)));
	CHECK(ch_subject_key(path, sizeof(path), fingerprint) > 0);
	CHECK(strcmp(path, "keys/d5/" FINGERPRINT) == 0);
	CHECK(parses_as(&name, CH_KEY, path) && span_is(name.id, FINGERPRINT));
	CHECK(refused("keys/d6/" FINGERPRINT));
	CHECK(refused("keys/" FINGERPRINT));
	CHECK(refused("keys/d5/d57b"));
	CHECK(refused("keys/D5/D57B9D86F1D517CF26CC59D8BC651DD3F4F870FC"));
}

static void
test_seal(void)
{
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK(ch_subject_seal(path, sizeof(path), SPAN_LITERAL("S-0007")) > 0);
	CHECK(strcmp(path, "seals/S-0007") == 0);
	CHECK(parses_as(&name, CH_SEAL, path) && span_is(name.id, "S-0007") && span_is(name.seal, "S-0007"));
	CHECK(refused("seals"));
	CHECK(refused("seals/7"));
	CHECK(refused("seals/S-0007-"));
	CHECK(refused("seals/S-0007/applications"));
	CHECK(refused("seals/S-0007/table.1"));
	CHECK(refused("seals/none"));
}

static void
check_application(unsigned year, const char *device, uint64_t number, const char *expected)
{
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK(ch_subject_application(path, sizeof(path), SPAN_LITERAL("S-0007"), year, span_text(device), number) > 0);
	CHECK_EQUAL_SPAN(span_text(path), span_text(expected));
	CHECK(parses_as(&name, CH_APPLICATION, path));
	CHECK(span_is(name.seal, "S-0007") && span_is(name.device, device) && name.number == number);
	CHECK(span_ends(span_text(path), name.id));
}

static void
test_application(void)
{
	check_application(2026, "d1", 1, "seals/S-0007/applications/2026/0/d1-000001");
	check_application(2026, "d1", 999, "seals/S-0007/applications/2026/0/d1-000999");
	check_application(2026, "d1", 1000, "seals/S-0007/applications/2026/1/d1-001000");
	check_application(2026, "d1", 1234567, "seals/S-0007/applications/2026/1234/d1-1234567");
	check_application(9999, "office-2", 42, "seals/S-0007/applications/9999/0/office-2-000042");
	CHECK(refused("seals/S-0007/applications/2026/1/d1-000001"));
	CHECK(refused("seals/S-0007/applications/2026/0/d1-1"));
	CHECK(refused("seals/S-0007/applications/2026/0/d1-0000001"));
	CHECK(refused("seals/S-0007/applications/2026/00/d1-000001"));
	CHECK(refused("seals/S-0007/applications/26/0/d1-000001"));
	CHECK(refused("seals/S-0007/applications/0026/0/d1-000001"));
	CHECK(refused("seals/S-0007/applications/10000/0/d1-000001"));
	CHECK(refused("seals/S-0007/applications/2026/0/d1-000001/record"));
	CHECK(refused("seals/S-0007/applications/2026/0/000001"));
	CHECK(refused("seals/S-0007/applications/2026/0/-000001"));
	CHECK(refused("seals/S-0007/applications/2026/0/d--000001"));
	CHECK(refused("seals/S-0007/applications/2026/0/d1-00000x"));
	CHECK(refused("seals/S-0007/applications/2026/0"));
	CHECK(refused("seals/S-0007/application/2026/0/d1-000001"));
}

static void
test_space(void)
{
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK(ch_subject_space(path, sizeof(path), SPAN_LITERAL("office")) > 0);
	CHECK(parses_as(&name, CH_SPACE, path) && span_is(name.id, "office"));
	CHECK(refused("files"));
	CHECK(refused("files/office/contract.pdf"));
	CHECK(refused("files/.git"));
	CHECK(refused("files/2026"));
}

static void
test_stamp(void)
{
	struct ch_subject_name name;
	char path[VALUE_MAX];

	CHECK(ch_subject_stamp(path, sizeof(path), 12345) > 0 && strcmp(path, "stamps/12/12345") == 0);
	CHECK(parses_as(&name, CH_STAMP, path) && name.number == 12345 && span_is(name.id, "12345"));
	CHECK(parses_as(&name, CH_STAMP, "stamps/0/1"));
	CHECK(refused("stamps"));
	CHECK(refused("stamps/0/0"));
	CHECK(refused("stamps/0/01"));
	CHECK(refused("stamps/1/1"));
	CHECK(refused("stamps/0/1/token.1.tsr"));
	CHECK(refused("stamps/18446744073709552/18446744073709551616"));
}

static void
test_room(void)
{
	char path[16];

	CHECK_EQUAL(ch_subject_seal(path, sizeof(path), SPAN_LITERAL("S-0007890")), 15);
	CHECK_EQUAL(ch_subject_seal(path, sizeof(path), SPAN_LITERAL("S-00078901")), 0);
}

/* Each kind of act is about one kind of subject; pages of the register are about none. */
static void
test_of_act(void)
{
	enum ch_subject_kind kind = CH_SPACE;

	CHECK(ch_subject_of_act(&kind, ACT_FOUND) && kind == CH_ARCHIVE);
	CHECK(ch_subject_of_act(&kind, ACT_PERSON) && kind == CH_PERSON);
	CHECK(ch_subject_of_act(&kind, ACT_SEAL_TABLE) && kind == CH_SEAL);
	CHECK(ch_subject_of_act(&kind, ACT_DIE_RELEASE) && kind == CH_SEAL);
	CHECK(ch_subject_of_act(&kind, ACT_APPROVE) && kind == CH_APPLICATION);
	CHECK(ch_subject_of_act(&kind, ACT_SAVE) && kind == CH_SPACE);
	CHECK(ch_subject_of_act(&kind, ACT_STAMP) && kind == CH_STAMP);
	CHECK(!ch_subject_of_act(&kind, ACT_REGISTER));
}

int
main(void)
{
	test_single();
	test_person();
	test_key();
	test_seal();
	test_application();
	test_space();
	test_stamp();
	test_room();
	test_of_act();
	return test_result();
}
