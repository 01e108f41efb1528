#include "signer.h"

enum wire_code
signer_person(struct table_person *person, const struct memory *memory, const struct act *act)
{
	if (!table_find_key(person, &memory->table, act->key))
		return WIRE_UNKNOWN_KEY;
	if (!span_equal(person->id, act->statement.value[KEY_ACTOR]))
		return WIRE_KEY_OWNER;
	return act_verify(act, person->point);
}

enum wire_code
signer_registrar(const struct memory *memory, const struct act *act)
{
	bool equipped = memory_has_table(memory);
	const uint8_t *key = equipped ? memory->table.registrar : memory->enrolment.registrar_key;

	if (memcmp(act->key, key, FINGERPRINT_SIZE) != 0)
		return WIRE_UNKNOWN_KEY;
	return act_verify(act, equipped ? memory->table.registrar_point : memory->enrolment.registrar_point);
}

enum wire_code
signer_administrator(const struct memory *memory, const struct act *act)
{
	if (memcmp(act->key, memory->enrolment.administrator_key, FINGERPRINT_SIZE) != 0)
		return WIRE_UNKNOWN_KEY;
	if (!span_is(act->statement.value[KEY_ACTOR], memory->enrolment.administrator))
		return WIRE_KEY_OWNER;
	return act_verify(act, memory->enrolment.administrator_point);
}

enum wire_code
signer_any_administrator(struct span *id, const struct memory *memory, const struct act *act)
{
	struct table_person person;
	enum wire_code code;

	*id = act->statement.value[KEY_ACTOR];
	if (!memory_has_table(memory))
		return signer_administrator(memory, act);
	if ((code = signer_person(&person, memory, act)) != WIRE_OK)
		return code;
	return roles_contain(person.roles, SPAN_LITERAL("administrator")) ? WIRE_OK : WIRE_NO_AUTHORITY;
}

static bool
names(const struct statement *st, enum key key, const char *expected)
{
	return !statement_has(st, key) || span_is(st->value[key], expected);
}

enum wire_code
signed_for_this_seal(const struct memory *memory, const struct statement *st)
{
	uint8_t archive[ARCHIVE_ID_SIZE];
	uint64_t epoch;

	if (!statement_bytes(archive, sizeof(archive), st, KEY_ARCHIVE) ||
	    memcmp(archive, memory->enrolment.archive, ARCHIVE_ID_SIZE) != 0)
		return WIRE_WRONG_ARCHIVE;
	if (!names(st, KEY_SEAL, memory->enrolment.seal))
		return WIRE_WRONG_SEAL;
	if (!names(st, KEY_DEVICE, memory->enrolment.device))
		return WIRE_WRONG_DEVICE;
	if (statement_number(&epoch, st, KEY_EPOCH) && epoch != memory->enrolment.epoch)
		return WIRE_WRONG_EPOCH;
	return WIRE_OK;
}
