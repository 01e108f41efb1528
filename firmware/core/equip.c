#include "equip.h"

#include "signer.h"

static const struct span ADMINISTRATOR = {(const uint8_t *)"administrator", 13};

/* ---- enrolment ---- */

static void
copy_id(char out[ID_MAX + 1], struct span id)
{
	memset(out, 0, ID_MAX + 1);
	memcpy(out, id.data, id.len < ID_MAX ? id.len : ID_MAX);
}

static void
read_enrolment(struct enrolment *enrolment, const struct act *act, const uint8_t *head)
{
	const struct statement *st = &act->statement;

	memset(enrolment, 0, sizeof(*enrolment));
	statement_bytes(enrolment->archive, ARCHIVE_ID_SIZE, st, KEY_ARCHIVE);
	statement_number(&enrolment->epoch, st, KEY_EPOCH);
	copy_id(enrolment->seal, st->value[KEY_SEAL]);
	copy_id(enrolment->device, st->value[KEY_DEVICE]);
	copy_id(enrolment->administrator, st->value[KEY_ACTOR]);
	memcpy(enrolment->administrator_key, act->key, FINGERPRINT_SIZE);
	memcpy(enrolment->administrator_point, head, ED25519_POINT_SIZE);
	memcpy(enrolment->registrar_key, head + ED25519_POINT_SIZE, FINGERPRINT_SIZE);
	memcpy(enrolment->registrar_point, head + ED25519_POINT_SIZE + FINGERPRINT_SIZE, ED25519_POINT_SIZE);
}

static bool
names_this_device(const struct memory *memory, const struct statement *st)
{
	uint8_t named[FINGERPRINT_SIZE], own[FINGERPRINT_SIZE];

	device_fingerprint(own, memory);
	return statement_bytes(named, sizeof(named), st, KEY_DEVICE_KEY) && memcmp(named, own, FINGERPRINT_SIZE) == 0;
}

enum wire_code
equip_enrol(struct memory *memory, struct act *act, struct span payload)
{
	struct enrolment enrolment;
	enum wire_code code;

	if (memory->enrolled)
		return WIRE_ENROLLED;
	if (payload.len < ENROL_HEAD)
		return WIRE_MALFORMED_FRAME;
	if ((code = act_read(act, span_skip(payload, ENROL_HEAD))) != WIRE_OK)
		return code;
	if (act->statement.kind != ACT_SEAL_ENROL)
		return WIRE_NOT_ALLOWED;
	if ((code = act_verify(act, payload.data)) != WIRE_OK)
		return code;
	if (!names_this_device(memory, &act->statement))
		return WIRE_WRONG_DEVICE;
	read_enrolment(&enrolment, act, payload.data);
	return memory_enrol(memory, &enrolment);
}

/* ---- tables ---- */

enum wire_code
equip_upload(struct memory *memory, struct span payload)
{
	struct table_record *incoming = &memory->incoming;
	uint32_t offset;

	if (payload.len <= 4)
		return WIRE_MALFORMED_FRAME;
	offset = get32(payload.data);
	payload = span_skip(payload, 4);
	if (offset == 0)
		incoming->len = TABLE_HEAD;
	if (incoming->len != TABLE_HEAD + (size_t)offset)
		return WIRE_OUT_OF_ORDER;
	if (payload.len > sizeof(incoming->bytes) - incoming->len)
		return WIRE_TOO_LONG;
	memcpy(incoming->bytes + incoming->len, payload.data, payload.len);
	incoming->len += payload.len;
	return WIRE_OK;
}

static enum wire_code
judge_signer(const struct memory *memory, const struct act *act)
{
	struct table_person person;
	enum wire_code code;

	if (!memory_has_table(memory))
		return signer_administrator(memory, act);
	if ((code = signer_person(&person, memory, act)) != WIRE_OK)
		return code;
	return roles_contain(person.roles, ADMINISTRATOR) ? WIRE_OK : WIRE_NO_AUTHORITY;
}

static bool
is_for_this_seal(const struct memory *memory, const struct table *table)
{
	uint8_t archive[ARCHIVE_ID_SIZE];

	return span_is(table->seal, memory->enrolment.seal) && text_get_hex(archive, sizeof(archive), table->archive) &&
	       memcmp(archive, memory->enrolment.archive, ARCHIVE_ID_SIZE) == 0;
}

static enum wire_code
judge_text(const struct memory *memory, const struct statement *st, struct span text)
{
	uint8_t named[SHA256_SIZE], digest[SHA256_SIZE];
	struct table table;
	uint64_t version = 0;
	enum wire_code code;

	wire_sha256_of(digest, text);
	if (!statement_bytes(named, sizeof(named), st, KEY_TABLE_SHA256) || memcmp(named, digest, SHA256_SIZE) != 0)
		return WIRE_WRONG_CONTENT;
	if ((code = table_read(&table, text)) != WIRE_OK)
		return code;
	statement_number(&version, st, KEY_VERSION);
	if (version != table.version)
		return WIRE_WRONG_VERSION;
	if (memory_has_table(memory) && version <= memory->table.version)
		return WIRE_STALE_TABLE;
	return is_for_this_seal(memory, &table) ? WIRE_OK : WIRE_WRONG_SEAL;
}

/* Puts before the text what the seal needs of its act. */
static void
write_head(struct table_record *record, const struct statement *st)
{
	struct span policies = st->value[KEY_ACCEPTS_POLICY];
	int64_t not_after = INT64_MAX;
	uint8_t count = 0;

	memset(record->bytes, 0, TABLE_HEAD);
	while (policies.len > 0 && count < TABLE_POLICIES)
		if (text_get_hex(record->bytes + 1 + count * SHA256_SIZE, SHA256_SIZE, span_cut(&policies, ' ')))
			count++;
	record->bytes[0] = count;
	statement_time(&not_after, st, KEY_NOT_AFTER);
	put64(record->bytes + TABLE_HEAD - 8, (uint64_t)not_after);
}

enum wire_code
equip_table(struct memory *memory, const struct clock *clock, const struct act *act)
{
	struct table_record *incoming = &memory->incoming;
	size_t len = incoming->len < TABLE_HEAD ? 0 : incoming->len - TABLE_HEAD;
	enum wire_code code;
	int64_t not_after;

	if (!memory->enrolled)
		return WIRE_NOT_ENROLLED;
	if ((code = judge_signer(memory, act)) != WIRE_OK || (code = signed_for_this_seal(memory, &act->statement)) != WIRE_OK)
		return code;
	if ((code = judge_text(memory, &act->statement, span_of(incoming->bytes + TABLE_HEAD, len))) != WIRE_OK)
		return code;
	if (statement_time(&not_after, &act->statement, KEY_NOT_AFTER) && not_after < memory->time_floor)
		return WIRE_EXPIRED;
	write_head(incoming, &act->statement);
	if ((code = memory_put_table(memory, incoming)) != WIRE_OK)
		return code;
	incoming->len = 0;
	receipts_issue(memory, clock, &(struct event){.kind = RECEIPT_TABLE, .bundle = act->id});
	return WIRE_OK;
}
