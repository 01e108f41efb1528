/* Approver tables: one that is read, and next to it everything that is not. */
#include "wire/table.h"

#include "test.h"

#define ARCHIVE "000102030405060708090a0b0c0d0e0f"
#define KEY(n) n "00000000000000000000000000000000000000" " " n "000000000000000000000000000000000000000000000000000000000000ff"

#define HEAD "Format: 1\nArchive: " ARCHIVE "\nSeal: S-0007\nVersion: 3\nRegistrar: " KEY("0a") "\n"
#define LEVELS "Level: 1 manager 2 20\nLevel: 2 director 1 20\n"
#define ALICE "Person: alice " KEY("01") " administrator\n"
#define BOB "Person: bob " KEY("02") " employee manager\n"

static void
test_read(void)
{
	struct span text = SPAN_LITERAL(HEAD LEVELS ALICE BOB);
	struct table table;
	struct table_person person, other;
	struct span persons;
	unsigned count = 0;

	CHECK_EQUAL(table_read(&table, text), WIRE_OK);
	CHECK(span_is(table.seal, "S-0007") && span_is(table.archive, ARCHIVE));
	CHECK_EQUAL(table.version, 3);
	CHECK_EQUAL(table.registrar[0], 0x0a);
	CHECK_EQUAL(table.registrar_point[31], 0xff);
	CHECK_EQUAL(table.levels, 2);
	CHECK(span_is(table.level[0].role, "manager") && table.level[0].persons == 2 && table.level[0].presses == 20);
	CHECK(span_is(table.level[1].role, "director") && table.level[1].persons == 1);
	for (persons = table.persons; table_next_person(&person, &persons);)
		count++;
	CHECK_EQUAL(count, 2);
	CHECK(table_find_person(&person, &table, SPAN_LITERAL("bob")));
	CHECK(person.key[0] == 2 && person.point[0] == 2 && span_is(person.roles, "employee manager"));
	CHECK(!table_find_person(&person, &table, SPAN_LITERAL("bo")));
	CHECK(!table_find_person(&person, &table, SPAN_LITERAL("mallory")));
	CHECK(table_find_person(&person, &table, SPAN_LITERAL("bob")) && table_find_key(&other, &table, person.key));
	CHECK_EQUAL_SPAN(other.id, SPAN_LITERAL("bob"));
	other.key[FINGERPRINT_SIZE - 1] ^= 1;
	CHECK(!table_find_key(&person, &table, other.key));
}

static void
test_roles(void)
{
	struct span roles = SPAN_LITERAL("employee manager");

	CHECK(roles_contain(roles, SPAN_LITERAL("manager")));
	CHECK(roles_contain(roles, SPAN_LITERAL("employee")));
	CHECK(!roles_contain(roles, SPAN_LITERAL("man")));
	CHECK(!roles_contain(roles, SPAN_LITERAL("employee manager")));
	CHECK(!roles_contain(roles, SPAN_LITERAL("")));
	CHECK(!roles_contain(SPAN_LITERAL(""), SPAN_LITERAL("manager")));
}

static void
test_refused(void)
{
	static const char *const texts[] = {
		"",
		HEAD,
		HEAD LEVELS,
		HEAD ALICE,
		LEVELS ALICE,
		HEAD LEVELS ALICE "Note: 1\n",
		HEAD LEVELS ALICE BOB LEVELS,
		HEAD LEVELS BOB ALICE,
		HEAD LEVELS ALICE ALICE,
		HEAD LEVELS ALICE "Person: bob " KEY("01") " manager\n",
		HEAD LEVELS "Person: alice " KEY("0a") " manager\n",
		HEAD LEVELS "Person: bob " KEY("02") "\n",
		HEAD LEVELS "Person: bob " KEY("02") " manager employee\n",
		HEAD LEVELS "Person: bob " KEY("02") " manager manager\n",
		HEAD LEVELS "Person: bob " KEY("02") "  manager\n",
		HEAD LEVELS "Person: bob " KEY("02") " Manager\n",
		HEAD LEVELS "Person: bob " KEY("0Z") " manager\n",
		HEAD "Level: 2 manager 1 20\n" ALICE,
		HEAD "Level: 1 manager 1 20\nLevel: 1 director 1 20\n" ALICE,
		HEAD "Level: 1 manager 1 20\nLevel: 3 director 1 20\n" ALICE,
		HEAD "Level: 1 manager 0 20\n" ALICE,
		HEAD "Level: 1 manager 1 0\n" ALICE,
		HEAD "Level: 1 manager 1 020\n" ALICE,
		HEAD "Level: 1 manager 1 20 5\n" ALICE,
		HEAD "Level: 1 manager 1\n" ALICE,
	};
	struct table table;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum wire_code code = table_read(&table, span_text(texts[i]));

		if (code != WIRE_MALFORMED_TABLE)
			fprintf(stderr, "case %zu:\n", i);
		CHECK_EQUAL(code, WIRE_MALFORMED_TABLE);
	}
}

static void
test_too_long(void)
{
	static uint8_t text[TABLE_MAX + 1];
	struct table table;

	CHECK_EQUAL(table_read(&table, span_of(text, TABLE_MAX)), WIRE_MALFORMED_TABLE);
	CHECK_EQUAL(table_read(&table, span_of(text, TABLE_MAX + 1)), WIRE_TOO_LONG);
}

int
main(void)
{
	test_read();
	test_roles();
	test_refused();
	test_too_long();
	return test_result();
}
