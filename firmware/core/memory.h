/*
 * What a seal remembers without power. Every change is a record in the journal first and takes effect in memory through the
 * same function that replays it at power-on, so that the two cannot differ. What acts.md 22 lists is here and nowhere else.
 */
#ifndef SEAL_MEMORY_H
#define SEAL_MEMORY_H

#include "journal.h"
#include "wire/permit.h"
#include "wire/receipt.h"

enum {
	MEMORY_APPLICATIONS = 128,
	MEMORY_RECEIPTS = 80,	     /* unacknowledged ones */
	MEMORY_RECEIPTS_ARMING = 64, /* with so many, no arming: what is begun below the mark must have room to end */
	TABLE_POLICIES = 3,
	TABLE_HEAD = 1 + TABLE_POLICIES * SHA256_SIZE + 8,
};

/*
 * How a seal came to its archive. The administrator signs the first approver table, the registrar the state until a table
 * names another.
 */
struct enrolment {
	uint8_t archive[ARCHIVE_ID_SIZE];
	uint64_t epoch;
	char seal[ID_MAX + 1], device[ID_MAX + 1], administrator[ID_MAX + 1];
	uint8_t administrator_key[FINGERPRINT_SIZE], administrator_point[ED25519_POINT_SIZE];
	uint8_t registrar_key[FINGERPRINT_SIZE], registrar_point[ED25519_POINT_SIZE];
};

/* A table with what its act says: number of policies accepted, their digests, Not-After; then the text. */
struct table_record {
	uint8_t bytes[TABLE_HEAD + TABLE_MAX];
	size_t len; /* 0: none */
};

struct application {
	uint8_t digest[SHA256_SIZE]; /* of its statement: whatever set of approvals is shown, the entry is the same */
	uint64_t cap, used;
	int64_t not_after; /* the application's: no approval can reach behind it, so the entry may go when the time floor has passed it */
	bool open;	   /* a session is armed */
};

struct memory {
	struct journal journal;
	bool broken; /* the flash failed or holds damage: nothing is written any more and nothing opens */

	uint8_t seed[ED25519_SEED_SIZE]; /* of the device's own key */
	uint64_t boot;
	bool enrolled, dead;
	struct enrolment enrolment;

	struct table_record table_record, incoming; /* `incoming`: being uploaded; also where the journal reads its records */
	struct table table;

	int64_t time_floor;
	uint64_t state_floor;
	bool suspended;

	uint64_t counter, acknowledged;
	uint8_t head[SHA256_SIZE]; /* digest of the latest receipt's text */
	struct receipt receipt[MEMORY_RECEIPTS];
	unsigned receipts;

	struct application application[MEMORY_APPLICATIONS];
	unsigned applications;
};

/* Power-on: reads everything, charges a press to the open session if its reservation may have been cut short, counts the boot. */
void memory_boot(struct memory *memory, const struct port *port);

/* Each returns WIRE_OK or WIRE_FLASH; then the memory is broken. */
enum wire_code memory_enrol(struct memory *memory, const struct enrolment *enrolment);
enum wire_code memory_put_table(struct memory *memory, const struct table_record *record); /* its text has passed table_read() */
enum wire_code memory_raise_floors(struct memory *memory, int64_t time, uint64_t state, bool suspended);
enum wire_code memory_put_application(struct memory *memory, const struct application *application); /* memory_has_room() */
enum wire_code memory_put_receipt(struct memory *memory, struct span text); /* receipts < MEMORY_RECEIPTS */
enum wire_code memory_acknowledge(struct memory *memory, uint64_t counter);
enum wire_code memory_die(struct memory *memory); /* locked for good */

/* NULL when the seal has not opened for it. */
const struct application *memory_find_application(const struct memory *memory, const uint8_t digest[SHA256_SIZE]);
const struct application *memory_open_application(const struct memory *memory);
bool memory_has_room(const struct memory *memory, const uint8_t digest[SHA256_SIZE]);

bool memory_has_table(const struct memory *memory);
int64_t memory_table_end(const struct memory *memory); /* Not-After; INT64_MAX: none */
bool memory_accepts_policy(const struct memory *memory, const uint8_t policy[SHA256_SIZE]);

#endif
