/* The grammar as an image has it: each kind that a seal acts on is whole, and no other is a kind. */
#define WIRE_OF_A_SEAL
#include "../../fs/lib/wire/grammar.c"

#include "test.h"

static void
check_whole(enum act_kind kind)
{
	enum act_kind named;
	enum key key;
	size_t n = 0;

	CHECK(act_kind_from_name(&named, span_text(act_kind_name(kind))) && named == kind);
	CHECK(strlen(kind_verb(kind)) > 0);
	for (; (key = kind_key(kind, n)) != KEYS; n++) {
		CHECK(key < KEYS_OF_SEALS);
		CHECK(key_name(key) != NULL);
		CHECK(!key_has_form(key, SPAN_LITERAL("")));
	}
	CHECK(n >= KEYS_COMMON);
}

int
main(void)
{
	static const char *const others[] = {"found", "policy", "person", "key", "key-end", "registrar", "administrators", "save", "deposit", "seal-record",
		"seal-photo", "stamp", "register"};
	enum act_kind kind;

	for (kind = 0; kind < ACT_KINDS_OF_SEALS; kind++)
		check_whole(kind);
	CHECK_EQUAL(ACT_KINDS - ACT_KINDS_OF_SEALS, sizeof(others) / sizeof(others[0]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!act_kind_from_name(&kind, span_text(others[i])));
	for (kind = ACT_KINDS_OF_SEALS; kind < ACT_KINDS; kind++)
		CHECK(act_kind_name(kind) == NULL);
	return test_result();
}
