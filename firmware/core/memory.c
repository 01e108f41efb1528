/*
 * Map:
 *	memory_boot, memory_put_...
 *	  memory_record		append to the journal, make room when it is full, then
 *	    apply		one record to what is in RAM; also what the journal's replay calls
 *	  snapshot		everything that counts, as records
 */
#include "memory.h"

#include "records.h"

enum { SESSION_END = 3 }; /* receipts beside those of presses and photos */

/* ---- from record to RAM ---- */

struct span
memory_slot(const struct memory *memory, unsigned slot, uint32_t len)
{
	return span_of(memory->journal.port->flash + flash_slot(memory->journal.port, slot), len);
}

unsigned
memory_free_slot(const struct memory *memory)
{
	return memory_has_table(memory) ? 1u - memory->table_record.slot : 0;
}

/* The text in its slot is still what was signed. Of tables that others have replaced nothing is left. */
static bool
load_table(struct memory *memory)
{
	const struct table_record *record = &memory->table_record;
	struct span text = memory_slot(memory, record->slot, record->len);
	uint8_t digest[SHA256_SIZE];

	memory->incoming = 0;
	if (!memory_has_table(memory))
		return true;
	wire_sha256_of(digest, text);
	return memcmp(digest, record->digest, SHA256_SIZE) == 0 && table_read(&memory->table, text) == WIRE_OK;
}

static bool
apply_receipt(struct memory *memory, const struct record *record)
{
	struct receipt receipt;

	if (memory->receipts == MEMORY_RECEIPTS || receipt_read(&receipt, record->payload) != WIRE_OK)
		return false;
	if (receipt.counter != memory->acknowledged + memory->receipts + 1)
		return false;
	memory->receipt[memory->receipts++] = place_of(record->at);
	memory->counter = receipt.counter;
	wire_sha256_of(memory->head, record->payload);
	return true;
}

static bool
apply_head(struct memory *memory, struct span payload)
{
	uint64_t counter, acknowledged, gone;
	uint8_t head[SHA256_SIZE];

	if (!record_read_head(&counter, &acknowledged, head, payload) || acknowledged > counter || acknowledged < memory->acknowledged)
		return false;
	gone = acknowledged - memory->acknowledged < memory->receipts ? acknowledged - memory->acknowledged : memory->receipts;
	memory->receipts -= (unsigned)gone;
	memmove(memory->receipt, memory->receipt + gone, memory->receipts * sizeof(memory->receipt[0]));
	memory->counter = counter;
	memory->acknowledged = acknowledged;
	memcpy(memory->head, head, SHA256_SIZE);
	evidence_prune_bundles(memory);
	return true;
}

static struct span
application_record(const struct memory *memory, unsigned i)
{
	return record_at(memory, memory->application[i]);
}

static int64_t
end_of_application(const struct memory *memory, unsigned i)
{
	struct application application;

	return record_read_application(&application, application_record(memory, i)) ? application.not_after : INT64_MAX;
}

/* The index of an application's entry; else a free one; else one that can never be used again; else MEMORY_APPLICATIONS. */
static unsigned
application_slot(const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (memcmp(application_record(memory, i).data, digest, SHA256_SIZE) == 0)
			return i;
	if (memory->applications < MEMORY_APPLICATIONS)
		return memory->applications;
	for (unsigned i = 0; i < memory->applications; i++)
		if (end_of_application(memory, i) < memory->time_floor)
			return i;
	return MEMORY_APPLICATIONS;
}

static bool
apply_application(struct memory *memory, const struct record *record)
{
	struct application application;
	unsigned slot;

	if (!record_read_application(&application, record->payload))
		return false;
	slot = application_slot(memory, application.digest);
	if (slot == MEMORY_APPLICATIONS)
		return false;
	if (slot == memory->applications)
		memory->applications++;
	memory->application[slot] = place_of(record->at);
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
apply_place(uint16_t *places, unsigned *count, unsigned most, const struct record *record)
{
	if (*count == most || record->payload.len <= SHA256_SIZE)
		return false;
	places[(*count)++] = place_of(record->at);
	return true;
}

static bool
apply(void *context, const struct record *record)
{
	struct memory *memory = context;
	struct span payload = record->payload;

	switch (record->type) {
	case RECORD_SEED:
		return apply_seed(memory, payload);
	case RECORD_BOOT:
		return record_read_boot(&memory->boot, payload);
	case RECORD_FLOORS:
		return record_read_floors(&memory->time_floor, &memory->state_floor, &memory->suspended, payload);
	case RECORD_ORDER:
		return record_read_order(&memory->order, payload);
	case RECORD_ENROLMENT:
		return memory->enrolled = record_read_enrolment(&memory->enrolment, payload);
	case RECORD_TABLE:
		return record_read_table(&memory->table_record, payload);
	case RECORD_HEAD:
		return apply_head(memory, payload);
	case RECORD_RECEIPT:
		return apply_receipt(memory, record);
	case RECORD_APPLICATION:
		return apply_application(memory, record);
	case RECORD_ACT:
		return apply_place(memory->act, &memory->acts, MEMORY_ACTS, record);
	case RECORD_BUNDLE:
		return apply_place(memory->bundle, &memory->bundles, MEMORY_BUNDLES, record);
	case RECORD_DEAD:
		return memory->dead = true;
	case RECORD_RETIRED:
		return memory->retired = true;
	default:
		return false;
	}
}

/* ---- from RAM to records ---- */

static bool
put_at(uint16_t *place, struct journal *to, enum record_type type, struct span payload)
{
	uint32_t at = 0;
	bool done = journal_append(&at, to, (uint8_t)type, payload, (struct span){0}) == JOURNAL_DONE;

	*place = place_of(at);
	return done;
}

static bool
put(struct journal *to, enum record_type type, const uint8_t *bytes, size_t len)
{
	uint16_t place;

	return put_at(&place, to, type, span_of(bytes, len));
}

/* The records at those places move as they are. */
static bool
move(struct memory *memory, struct journal *to, enum record_type type, uint16_t *places, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!put_at(&places[i], to, type, record_at(memory, places[i])))
			return false;
	return true;
}

static bool
put_identity(const struct memory *memory, struct journal *to)
{
	uint8_t bytes[RECORD_SMALL];

	return put(to, RECORD_SEED, memory->seed, ED25519_SEED_SIZE) &&
	       put(to, RECORD_BOOT, bytes, record_write_boot(bytes, memory->boot)) &&
	       put(to, RECORD_FLOORS, bytes,
		       record_write_floors(bytes, memory->time_floor, memory->state_floor, memory->suspended)) &&
	       put(to, RECORD_ORDER, bytes, record_write_order(bytes, &memory->order)) &&
	       (!memory->enrolled || put(to, RECORD_ENROLMENT, bytes, record_write_enrolment(bytes, &memory->enrolment))) &&
	       (!memory_has_table(memory) || put(to, RECORD_TABLE, bytes, record_write_table(bytes, &memory->table_record))) &&
	       (!memory->dead || put(to, RECORD_DEAD, bytes, 0)) && (!memory->retired || put(to, RECORD_RETIRED, bytes, 0));
}

/* What a power cut left open is charged on the way, so that no second cut can lose it. */
static bool
move_applications(struct memory *memory, struct journal *to)
{
	uint8_t bytes[RECORD_SMALL];
	struct application application;

	for (unsigned i = 0; i < memory->applications; i++) {
		if (!record_read_application(&application, application_record(memory, i)))
			return false;
		application.used += memory->charge && application.open;
		if (!put_at(&memory->application[i], to, RECORD_APPLICATION, span_of(bytes, record_write_application(bytes, &application))))
			return false;
	}
	return true;
}

/* The head says where the receipts begin; each of them then moves it on. */
static bool
put_evidence(struct memory *memory, struct journal *to)
{
	uint8_t bytes[RECORD_SMALL];

	return put(to, RECORD_HEAD, bytes, record_write_head(bytes, memory->counter, memory->acknowledged, memory->head)) &&
	       move(memory, to, RECORD_RECEIPT, memory->receipt, memory->receipts) &&
	       move(memory, to, RECORD_ACT, memory->act, memory->acts) &&
	       move(memory, to, RECORD_BUNDLE, memory->bundle, memory->bundles) && move_applications(memory, to);
}

static bool
snapshot(void *context, struct journal *to)
{
	struct memory *memory = context;

	evidence_prune_acts(memory);
	return put_identity(memory, to) && put_evidence(memory, to);
}

enum wire_code
memory_rewrite(struct memory *memory)
{
	if (memory->armed)
		return WIRE_FULL;
	memory->broken = !journal_rewrite(&memory->journal, snapshot, memory);
	return memory->broken ? WIRE_FLASH : WIRE_OK;
}

enum wire_code
memory_health(const struct memory *memory)
{
	if (memory->unknown)
		return WIRE_UNKNOWN_MEMORY;
	return memory->broken ? WIRE_FLASH : WIRE_OK;
}

enum wire_code
memory_record(struct memory *memory, enum record_type type, struct span head, struct span rest)
{
	struct record record = {.type = (uint8_t)type};
	enum wire_code code = memory_health(memory);
	enum journal_result result;

	if (code != WIRE_OK)
		return code;
	result = journal_append(&record.at, &memory->journal, record.type, head, rest);
	if (result == JOURNAL_FULL) {
		if ((code = memory_rewrite(memory)) != WIRE_OK)
			return code;
		result = journal_append(&record.at, &memory->journal, record.type, head, rest);
	}
	if (result == JOURNAL_FULL)
		return WIRE_FULL;
	record.payload = result == JOURNAL_DONE ? journal_at(memory->journal.port, record.at) : (struct span){0};
	memory->broken = result != JOURNAL_DONE || !apply(memory, &record);
	return memory->broken ? WIRE_FLASH : WIRE_OK;
}

static enum wire_code
record(struct memory *memory, enum record_type type, const void *bytes, size_t len)
{
	return memory_record(memory, type, span_of(bytes, len), (struct span){0});
}

/* ---- power-on ---- */

/*
 * The record that was cut short may have been the reservation of a press. The coil waits for the whole record, but a bit that
 * reads otherwise today is no reason to give a press away: it counts as used.
 */
static void
recover(struct memory *memory, uint8_t torn)
{
	memory->charge = torn == 0 || torn == RECORD_APPLICATION;
	memory_rewrite(memory);
	memory->charge = false;
}

static uint32_t
read_journal(struct memory *memory, const struct port *port, enum journal_end *end, uint8_t *torn)
{
	memset(memory, 0, sizeof(*memory));
	*end = journal_open(&memory->journal, port, apply, memory, torn);
	return flash_crc((uint32_t)*end + *torn, (const uint8_t *)memory, sizeof(*memory));
}

/* Twice: an instruction that goes wrong while the journal is read can make one of the two forget something, and then they differ. */
static enum journal_end
read_journal_surely(struct memory *memory, const struct port *port, uint8_t *torn)
{
	enum journal_end end;
	uint32_t first = read_journal(memory, port, &end, torn);

	return read_journal(memory, port, &end, torn) == first ? end : JOURNAL_BROKEN;
}

void
memory_boot(struct memory *memory, const struct port *port)
{
	uint8_t bytes[RECORD_SMALL];
	uint8_t torn;

	switch (read_journal_surely(memory, port, &torn)) {
	case JOURNAL_WHOLE:
		break;
	case JOURNAL_BLANK:
		port->random(port->board, memory->seed, ED25519_SEED_SIZE);
		memory_rewrite(memory);
		break;
	case JOURNAL_TORN:
		recover(memory, torn);
		break;
	case JOURNAL_UNKNOWN:
		memory->unknown = true;
		break;
	default:
		memory->broken = true;
		break;
	}
	if (memory_health(memory) == WIRE_OK)
		memory->broken = !load_table(memory);
	wire_ed25519_point(memory->point, memory->seed);
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
	uint8_t bytes[RECORD_SMALL];

	enum wire_code code = record(memory, RECORD_TABLE, bytes, record_write_table(bytes, table));

	if (code != WIRE_OK)
		return code;
	memory->broken = !load_table(memory);
	return memory_health(memory);
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
memory_put_order(struct memory *memory, const struct order *order)
{
	uint8_t bytes[RECORD_SMALL];

	return record(memory, RECORD_ORDER, bytes, record_write_order(bytes, order));
}

/* What is used never decreases, whatever instruction goes wrong: it is read back, and written once more when it is not what it should be. */
enum wire_code
memory_put_application(struct memory *memory, const struct application *application)
{
	uint8_t bytes[RECORD_SMALL];
	struct application known;
	enum wire_code code;

	if (memory_find_application(&known, memory, application->digest) && application->used < known.used)
		return WIRE_FAULT;
	for (int i = 0; i < 2; i++) {
		if ((code = record(memory, RECORD_APPLICATION, bytes, record_write_application(bytes, application))) != WIRE_OK)
			return code;
		if (memory_find_application(&known, memory, application->digest) && known.used == application->used)
			return WIRE_OK;
	}
	return WIRE_FAULT;
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

enum wire_code
memory_retire(struct memory *memory)
{
	return record(memory, RECORD_RETIRED, NULL, 0);
}

/* ---- room ---- */

/* Each press has its reservation, its receipt and perhaps its photo's; but more receipts than are kept there cannot be. */
bool
memory_has_room_for_presses(const struct memory *memory, uint64_t presses)
{
	unsigned most = MEMORY_RECEIPTS - memory->receipts;
	unsigned reservations = presses < most ? (unsigned)presses : most;
	unsigned receipts = 2 * reservations + SESSION_END < most ? 2 * reservations + SESSION_END : most;

	return journal_has_room(&memory->journal, receipts + reservations / 4 + 2, MEMORY_RECEIPT_MAX);
}

enum wire_code
memory_make_room(struct memory *memory, uint64_t presses)
{
	enum wire_code code = memory_health(memory);

	if (code != WIRE_OK || memory_has_room_for_presses(memory, presses))
		return code;
	if ((code = memory_rewrite(memory)) != WIRE_OK)
		return code;
	return memory_has_room_for_presses(memory, presses) ? WIRE_OK : WIRE_FULL;
}

/* ---- questions ---- */

bool
memory_find_application(struct application *application, const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (record_read_application(application, application_record(memory, i)) &&
		    memcmp(application->digest, digest, SHA256_SIZE) == 0)
			return true;
	return false;
}

bool
memory_open_application(struct application *application, const struct memory *memory)
{
	for (unsigned i = 0; i < memory->applications; i++)
		if (record_read_application(application, application_record(memory, i)) && application->open)
			return true;
	return false;
}

bool
memory_has_room(const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	return application_slot(memory, digest) < MEMORY_APPLICATIONS;
}

struct span
memory_receipt(const struct memory *memory, uint64_t counter)
{
	if (counter <= memory->acknowledged || counter - memory->acknowledged > memory->receipts)
		return (struct span){0};
	return record_at(memory, memory->receipt[counter - memory->acknowledged - 1]);
}

bool
memory_has_table(const struct memory *memory)
{
	return memory->table_record.len > 0;
}

bool
memory_accepts_policy(const struct memory *memory, const uint8_t policy[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->table_record.policies; i++)
		if (memcmp(memory->table_record.policy[i], policy, SHA256_SIZE) == 0)
			return true;
	return false;
}
