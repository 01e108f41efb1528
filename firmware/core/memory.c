/*
 * Map:
 *	memory_boot, memory_put_...
 *	  record		append to the journal, make room when it is full, then
 *	    apply		one record to what is in RAM; also what the journal's replay calls
 *	  snapshot		everything that counts, as records
 */
#include "memory.h"

#include "records.h"

/* ---- from record to RAM ---- */

static bool
apply_table(struct memory *memory, struct span payload)
{
	if (payload.len <= TABLE_HEAD || payload.len > sizeof(memory->table_record.bytes))
		return false;
	memory->table_record.len = payload.len;
	memmove(memory->table_record.bytes, payload.data, payload.len);
	return table_read(&memory->table, span_skip(span_of(memory->table_record.bytes, payload.len), TABLE_HEAD)) == WIRE_OK;
}

static bool
apply_receipt(struct memory *memory, struct span text)
{
	struct receipt *receipt = &memory->receipt[memory->receipts];

	if (memory->receipts == MEMORY_RECEIPTS || receipt_read(receipt, text) != WIRE_OK)
		return false;
	receipt->device = span_text(memory->enrolment.device);
	memory->counter = receipt->counter;
	wire_sha256_of(memory->head, text);
	memory->receipts++;
	return true;
}

static bool
apply_head(struct memory *memory, struct span payload)
{
	unsigned kept = 0;

	if (!record_read_head(&memory->counter, &memory->acknowledged, memory->head, payload))
		return false;
	for (unsigned i = 0; i < memory->receipts; i++)
		if (memory->receipt[i].counter > memory->acknowledged)
			memory->receipt[kept++] = memory->receipt[i];
	memory->receipts = kept;
	return true;
}

/* The entry of an application; else a free one; else one that can never be used again. */
static struct application *
application_slot(struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (memcmp(memory->application[i].digest, digest, SHA256_SIZE) == 0)
			return &memory->application[i];
	if (memory->applications < MEMORY_APPLICATIONS)
		return &memory->application[memory->applications];
	for (unsigned i = 0; i < memory->applications; i++)
		if (memory->application[i].not_after < memory->time_floor)
			return &memory->application[i];
	return NULL;
}

static bool
apply_application(struct memory *memory, struct span payload)
{
	struct application application;
	struct application *slot;

	if (!record_read_application(&application, payload) || (slot = application_slot(memory, application.digest)) == NULL)
		return false;
	if (slot == &memory->application[memory->applications])
		memory->applications++;
	*slot = application;
	return true;
}

static bool
apply_seed(struct memory *memory, struct span payload)
{
	if (payload.len != ED25519_SEED_SIZE)
		return false;
	memcpy(memory->seed, payload.data, payload.len);
	return true;
}

static bool
apply(void *context, uint8_t type, struct span payload)
{
	struct memory *memory = context;

	switch (type) {
	case RECORD_SEED:
		return apply_seed(memory, payload);
	case RECORD_BOOT:
		return record_read_boot(&memory->boot, payload);
	case RECORD_FLOORS:
		return record_read_floors(&memory->time_floor, &memory->state_floor, &memory->suspended, payload);
	case RECORD_ENROLMENT:
		return memory->enrolled = record_read_enrolment(&memory->enrolment, payload);
	case RECORD_TABLE:
		return apply_table(memory, payload);
	case RECORD_HEAD:
		return apply_head(memory, payload);
	case RECORD_RECEIPT:
		return apply_receipt(memory, payload);
	case RECORD_APPLICATION:
		return apply_application(memory, payload);
	case RECORD_DEAD:
		return memory->dead = true;
	default:
		return false;
	}
}

/* ---- from RAM to records ---- */

static bool
put(struct journal *to, enum record_type type, const uint8_t *bytes, size_t len)
{
	return journal_append(to, (uint8_t)type, span_of(bytes, len)) == JOURNAL_DONE;
}

static bool
put_evidence(const struct memory *memory, struct journal *to)
{
	uint8_t bytes[RECORD_SMALL];
	char text[RECEIPT_MAX];

	if (!put(to, RECORD_HEAD, bytes, record_write_head(bytes, memory->counter, memory->acknowledged, memory->head)))
		return false;
	for (unsigned i = 0; i < memory->receipts; i++)
		if (!put(to, RECORD_RECEIPT, (const uint8_t *)text, receipt_write(text, sizeof(text), &memory->receipt[i])))
			return false;
	for (unsigned i = 0; i < memory->applications; i++)
		if (!put(to, RECORD_APPLICATION, bytes, record_write_application(bytes, &memory->application[i])))
			return false;
	return true;
}

static bool
snapshot(void *context, struct journal *to)
{
	const struct memory *memory = context;
	uint8_t bytes[RECORD_SMALL];

	return put(to, RECORD_SEED, memory->seed, ED25519_SEED_SIZE) &&
	       put(to, RECORD_BOOT, bytes, record_write_boot(bytes, memory->boot)) &&
	       put(to, RECORD_FLOORS, bytes,
		       record_write_floors(bytes, memory->time_floor, memory->state_floor, memory->suspended)) &&
	       (!memory->enrolled || put(to, RECORD_ENROLMENT, bytes, record_write_enrolment(bytes, &memory->enrolment))) &&
	       (memory->table_record.len == 0 || put(to, RECORD_TABLE, memory->table_record.bytes, memory->table_record.len)) &&
	       put_evidence(memory, to) && (!memory->dead || put(to, RECORD_DEAD, bytes, 0));
}

static enum wire_code
record(struct memory *memory, enum record_type type, const void *bytes, size_t len)
{
	struct span payload = span_of(bytes, len);
	enum journal_result result;

	if (memory->broken)
		return WIRE_FLASH;
	result = journal_append(&memory->journal, (uint8_t)type, payload);
	if (result == JOURNAL_FULL && journal_rewrite(&memory->journal, snapshot, memory))
		result = journal_append(&memory->journal, (uint8_t)type, payload);
	memory->broken = result != JOURNAL_DONE || !apply(memory, (uint8_t)type, payload);
	return memory->broken ? WIRE_FLASH : WIRE_OK;
}

/* ---- power-on ---- */

/*
 * The record that was cut short may have been the reservation of a press. The coil waits for the whole record, but a bit that
 * reads otherwise today is no reason to give a press away: it counts as used.
 */
static void
charge_open_session(struct memory *memory, uint8_t torn)
{
	if (torn != 0 && torn != RECORD_APPLICATION)
		return;
	for (unsigned i = 0; i < memory->applications; i++)
		if (memory->application[i].open)
			memory->application[i].used++;
}

void
memory_boot(struct memory *memory, const struct port *port)
{
	uint8_t bytes[RECORD_SMALL];
	uint8_t torn;
	enum journal_end end;

	memset(memory, 0, sizeof(*memory));
	end = journal_open(&memory->journal, port, memory->incoming.bytes, sizeof(memory->incoming.bytes), apply, memory, &torn);
	if (end == JOURNAL_BLANK)
		port->random(port->board, memory->seed, ED25519_SEED_SIZE);
	if (end == JOURNAL_TORN)
		charge_open_session(memory, torn);
	if (end == JOURNAL_BROKEN || (end != JOURNAL_WHOLE && !journal_rewrite(&memory->journal, snapshot, memory)))
		memory->broken = true;
	record(memory, RECORD_BOOT, bytes, record_write_boot(bytes, memory->boot + 1));
}

/* ---- changes ---- */

enum wire_code
memory_enrol(struct memory *memory, const struct enrolment *enrolment)
{
	uint8_t bytes[RECORD_SMALL];

	return record(memory, RECORD_ENROLMENT, bytes, record_write_enrolment(bytes, enrolment));
}

enum wire_code
memory_put_table(struct memory *memory, const struct table_record *table)
{
	return record(memory, RECORD_TABLE, table->bytes, table->len);
}

enum wire_code
memory_raise_floors(struct memory *memory, int64_t time, uint64_t state, bool suspended)
{
	uint8_t bytes[RECORD_SMALL];
	int64_t time_floor = time > memory->time_floor ? time : memory->time_floor;
	uint64_t state_floor = state > memory->state_floor ? state : memory->state_floor;

	if (time_floor == memory->time_floor && state_floor == memory->state_floor && suspended == memory->suspended)
		return WIRE_OK;
	return record(memory, RECORD_FLOORS, bytes, record_write_floors(bytes, time_floor, state_floor, suspended));
}

enum wire_code
memory_put_application(struct memory *memory, const struct application *application)
{
	uint8_t bytes[RECORD_SMALL];

	return record(memory, RECORD_APPLICATION, bytes, record_write_application(bytes, application));
}

enum wire_code
memory_put_receipt(struct memory *memory, struct span text)
{
	return record(memory, RECORD_RECEIPT, text.data, text.len);
}

enum wire_code
memory_acknowledge(struct memory *memory, uint64_t counter)
{
	uint8_t bytes[RECORD_SMALL];

	return record(memory, RECORD_HEAD, bytes, record_write_head(bytes, memory->counter, counter, memory->head));
}

enum wire_code
memory_die(struct memory *memory)
{
	return record(memory, RECORD_DEAD, NULL, 0);
}

/* ---- questions ---- */

const struct application *
memory_find_application(const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (memcmp(memory->application[i].digest, digest, SHA256_SIZE) == 0)
			return &memory->application[i];
	return NULL;
}

const struct application *
memory_open_application(const struct memory *memory)
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (memory->application[i].open)
			return &memory->application[i];
	return NULL;
}

bool
memory_has_room(const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	if (memory->applications < MEMORY_APPLICATIONS || memory_find_application(memory, digest) != NULL)
		return true;
	for (unsigned i = 0; i < memory->applications; i++)
		if (memory->application[i].not_after < memory->time_floor)
			return true;
	return false;
}

bool
memory_has_table(const struct memory *memory)
{
	return memory->table_record.len > 0;
}

int64_t
memory_table_end(const struct memory *memory)
{
	return (int64_t)get64(memory->table_record.bytes + TABLE_HEAD - 8);
}

bool
memory_accepts_policy(const struct memory *memory, const uint8_t policy[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->table_record.bytes[0]; i++)
		if (memcmp(memory->table_record.bytes + 1 + i * SHA256_SIZE, policy, SHA256_SIZE) == 0)
			return true;
	return false;
}
