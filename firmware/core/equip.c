#include "equip.h"

#include "signer.h"

/* ---- enrolment ---- */

static void
read_enrolment(struct enrolment *enrolment, const struct act *act, const uint8_t *head)
{
	const struct statement *st = &act->statement;

	memset(enrolment, 0, sizeof(*enrolment));
	statement_bytes(enrolment->archive, ARCHIVE_ID_SIZE, st, KEY_ARCHIVE);
	statement_number(&enrolment->epoch, st, KEY_EPOCH);
	text_copy(enrolment->seal, ID_MAX + 1, st->value[KEY_SEAL]);
	text_copy(enrolment->device, ID_MAX + 1, st->value[KEY_DEVICE]);
	text_copy(enrolment->administrator, ID_MAX + 1, st->value[KEY_ACTOR]);
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
	int64_t time;

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
	if (statement_time(&time, &act->statement, KEY_TIME) && (code = memory_raise_floors(memory, time, 0, false)) != WIRE_OK)
		return code;
	return memory_enrol(memory, &enrolment);
}

/* ---- tables ---- */

static enum wire_code
clear_slot(struct memory *memory)
{
	const struct port *port = memory->journal.port;

	if (memory->uploads == EQUIP_UPLOADS)
		return WIRE_LIMIT;
	memory->uploads++;
	memory->incoming = 0;
	memory->broken = !flash_clear(port, flash_slot(port, memory_free_slot(memory)), flash_slot_size(port));
	return memory_health(memory);
}

enum wire_code
equip_upload(struct memory *memory, struct span payload)
{
	const struct port *port = memory->journal.port;
	enum wire_code code = memory_health(memory);
	uint32_t offset;

	if (code != WIRE_OK)
		return code;
	if (!memory->offered)
		return WIRE_OUT_OF_ORDER;
	if (payload.len <= 4 || (offset = get32(payload.data)) % FLASH_WORD != 0)
		return WIRE_MALFORMED_FRAME;
	payload = span_skip(payload, 4);
	if (offset == 0 && (code = clear_slot(memory)) != WIRE_OK)
		return code;
	if (offset != memory->incoming)
		return WIRE_OUT_OF_ORDER;
	if (payload.len > TABLE_MAX - offset)
		return WIRE_TOO_LONG;
	memory->broken = !flash_write(port, flash_slot(port, memory_free_slot(memory)) + offset, payload);
	memory->incoming += (uint32_t)payload.len;
	return memory_health(memory);
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
	return is_for_this_seal(memory, &table) ? WIRE_OK : WIRE_WRONG_SEAL;
}

/* What the seal needs of the act. */
static struct table_record
read_record(const struct memory *memory, const struct statement *st)
{
	struct table_record record = {.slot = (uint8_t)memory_free_slot(memory), .len = memory->incoming, .not_after = INT64_MAX};
	struct span policies = st->value[KEY_ACCEPTS_POLICY];

	statement_bytes(record.digest, SHA256_SIZE, st, KEY_TABLE_SHA256);
	while (policies.len > 0 && record.policies < TABLE_POLICIES)
		if (text_get_hex(record.policy[record.policies], SHA256_SIZE, span_cut(&policies, ' ')))
			record.policies++;
	statement_time(&record.not_after, st, KEY_NOT_AFTER);
	return record;
}

/* A function of its own: while signatures are verified, which takes the most stack of all, none of this is on it. */
static __attribute__((noinline)) enum wire_code
take_table(struct memory *memory, const struct clock *clock, const struct act *act)
{
	struct span text = memory_slot(memory, memory_free_slot(memory), memory->incoming);
	struct table_record record;
	enum wire_code code;

	if ((code = judge_text(memory, &act->statement, text)) != WIRE_OK)
		return code;
	record = read_record(memory, &act->statement);
	if ((code = memory_put_table(memory, &record)) != WIRE_OK)
		return code;
	memory->offered = false;
	memory->uploads = 0;
	receipts_issue(memory, clock, &(struct event){.kind = RECEIPT_TABLE, .bundle = act->id});
	return WIRE_OK;
}

/* What can be said of it before its text is there. */
static enum wire_code
judge_act(const struct memory *memory, const struct statement *st)
{
	uint64_t version = 0;
	int64_t not_after;

	statement_number(&version, st, KEY_VERSION);
	if (memory_has_table(memory) && version <= memory->table.version)
		return WIRE_STALE_TABLE;
	return statement_time(&not_after, st, KEY_NOT_AFTER) && not_after < memory->time_floor ? WIRE_EXPIRED : WIRE_OK;
}

enum wire_code
equip_table(struct memory *memory, const struct clock *clock, const struct act *act)
{
	struct span signer;
	enum wire_code code;

	if (!memory->enrolled)
		return WIRE_NOT_ENROLLED;
	if ((code = signer_any_administrator(&signer, memory, act)) != WIRE_OK || (code = signed_for_this_seal(memory, &act->statement)) != WIRE_OK)
		return code;
	if ((code = judge_act(memory, &act->statement)) != WIRE_OK)
		return code;
	if (memory->incoming > 0)
		return take_table(memory, clock, act);
	memory->offered = true;
	return WIRE_OK;
}

/* ---- orders ---- */

/* Who has seen a later one is not told by an older one; the same again changes nothing. */
static enum wire_code
take_order(struct memory *memory, const struct statement *st)
{
	struct order order = {.suspended = st->kind == ACT_SEAL_SUSPEND};

	statement_number(&order.version, st, KEY_VERSION);
	if (order.version == memory->order.version)
		return WIRE_OK;
	return order.version < memory->order.version ? WIRE_WRONG_VERSION : memory_put_order(memory, &order);
}

enum wire_code
equip_order(struct memory *memory, const struct act *act)
{
	struct span signer;
	enum wire_code code;

	if ((code = signer_any_administrator(&signer, memory, act)) != WIRE_OK ||
	    (code = signed_for_this_seal(memory, &act->statement)) != WIRE_OK)
		return code;
	return act->statement.kind == ACT_SEAL_RETIRE ? memory_retire(memory) : take_order(memory, &act->statement);
}
