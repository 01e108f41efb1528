/*
 * What a seal remembers without power. Every change is a record in the journal first and takes effect through the same function
 * that replays it at power-on, so that the two cannot differ. What acts.md 22 lists is here and nowhere else. What is long stays in
 * flash and is read there; RAM knows where.
 */
#ifndef SEAL_MEMORY_H
#define SEAL_MEMORY_H

#include "journal.h"
#include "wire/frame.h"
#include "wire/permit.h"
#include "wire/receipt.h"

enum {
	MEMORY_APPLICATIONS = 128,
	MEMORY_RECEIPTS = 80,	     /* unacknowledged ones */
	MEMORY_RECEIPTS_ARMING = 64, /* with so many, no arming: what is begun below the mark must have room to end */
	MEMORY_RECEIPT_MAX = 640,    /* octets of its text, with the longest ids and numbers fewer than 600 */
	MEMORY_ACTS = 96,
	MEMORY_BUNDLES = 32,
	TABLE_POLICIES = 3,
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

/* The table in force: where its text is, and what its act says. */
struct table_record {
	uint8_t slot;
	uint32_t len; /* 0: none */
	uint8_t digest[SHA256_SIZE];
	uint8_t policies, policy[TABLE_POLICIES][SHA256_SIZE];
	int64_t not_after; /* INT64_MAX: none */
};

struct application {
	uint8_t digest[SHA256_SIZE]; /* of its statement: whatever set of approvals is shown, the entry is the same */
	uint64_t cap, used;
	int64_t not_after; /* the application's: no approval can reach behind it, so the entry may go when the time floor has passed it */
	bool open;	   /* a session is armed */
};

/* Suspension by signed acts: the latest Version shown, and what it says. */
struct order {
	uint64_t version;
	bool suspended;
};

struct memory {
	struct journal journal;
	bool broken;  /* the flash failed or holds damage: nothing is written any more and nothing opens */
	bool unknown; /* likewise, since another version wrote it */
	bool armed;   /* the coil may be energised at any time: nothing is erased */
	bool charge;  /* while recovering: a press of the open session */

	uint8_t seed[ED25519_SEED_SIZE];   /* of the device's own key */
	uint8_t point[ED25519_POINT_SIZE]; /* its public half, made at power-on */
	uint64_t boot;
	bool enrolled, dead, retired;
	bool offered;	   /* an act has been shown whose table may be uploaded now */
	uint8_t uploads;   /* begun since power-on without one that came into force */
	struct enrolment enrolment;

	struct table_record table_record;
	struct table table; /* spans into its slot */
	uint32_t incoming;  /* octets in the other slot that have been uploaded */

	int64_t time_floor;
	uint64_t state_floor;
	bool suspended; /* by the latest seal-state */
	struct order order;

	uint64_t counter, acknowledged;
	uint8_t head[SHA256_SIZE]; /* digest of the latest receipt's text */

	/* Places in flash (place_of). A receipt's index is its counter less the one acknowledged, less 1. */
	uint16_t receipt[MEMORY_RECEIPTS], application[MEMORY_APPLICATIONS], act[MEMORY_ACTS], bundle[MEMORY_BUNDLES];
	unsigned receipts, applications, acts, bundles;

	uint8_t shown[BUNDLE_ACTS_MAX][SHA256_SIZE]; /* ids of the acts of the bundle that is being shown */
	unsigned shown_count;
};

/* Of a record: its offset in words, since there are hundreds of them. */
static inline uint16_t
place_of(uint32_t at)
{
	return (uint16_t)(at / FLASH_WORD);
}

static inline struct span
record_at(const struct memory *memory, uint16_t place)
{
	return journal_at(memory->journal.port, (uint32_t)place * FLASH_WORD);
}

/* Power-on: reads everything, charges a press to the open session if its reservation may have been cut short, counts the boot. */
void memory_boot(struct memory *memory, const struct port *port);

/* WIRE_OK; WIRE_FLASH or WIRE_UNKNOWN_MEMORY: nothing can be written. */
enum wire_code memory_health(const struct memory *memory);

/* Each returns WIRE_OK; WIRE_FULL, and nothing has changed; WIRE_FLASH, and the memory is broken. */
enum wire_code memory_enrol(struct memory *memory, const struct enrolment *enrolment);
enum wire_code memory_put_table(struct memory *memory, const struct table_record *record); /* its text has passed table_read() */
enum wire_code memory_raise_floors(struct memory *memory, int64_t time, uint64_t state, bool suspended);
enum wire_code memory_put_order(struct memory *memory, const struct order *order);
enum wire_code memory_put_application(struct memory *memory, const struct application *application); /* memory_has_room(); WIRE_FAULT: less is used than before */
enum wire_code memory_put_receipt(struct memory *memory, struct span text); /* receipts < MEMORY_RECEIPTS */
enum wire_code memory_acknowledge(struct memory *memory, uint64_t counter);
enum wire_code memory_die(struct memory *memory);    /* locked for good */
enum wire_code memory_retire(struct memory *memory); /* likewise, by an act */

/* Writes what counts to the other area: WIRE_OK; WIRE_FULL while armed, since that erases; WIRE_FLASH. */
enum wire_code memory_rewrite(struct memory *memory);

/* Room for a whole session of so many presses, so that nothing has to be erased in it: WIRE_OK, WIRE_FULL, WIRE_FLASH. */
enum wire_code memory_make_room(struct memory *memory, uint64_t presses);
bool memory_has_room_for_presses(const struct memory *memory, uint64_t presses);

/* Slots of flash for the texts of tables. */
struct span memory_slot(const struct memory *memory, unsigned slot, uint32_t len);
unsigned memory_free_slot(const struct memory *memory);

/* False when the seal has not opened for it. */
bool memory_find_application(struct application *application, const struct memory *memory, const uint8_t digest[SHA256_SIZE]);
bool memory_open_application(struct application *application, const struct memory *memory);
bool memory_has_room(const struct memory *memory, const uint8_t digest[SHA256_SIZE]);

/* The text of a receipt that is not acknowledged yet; empty: there is none. */
struct span memory_receipt(const struct memory *memory, uint64_t counter);

bool memory_has_table(const struct memory *memory);
bool memory_accepts_policy(const struct memory *memory, const uint8_t policy[SHA256_SIZE]);

/* ---- evidence (evidence.c): acts that opened the seal, kept as long as a receipt names their bundle ---- */

/* Forgets which acts have been shown. */
void evidence_begin(struct memory *memory);

/* Writes down an act that has been shown: WIRE_OK, WIRE_FULL, WIRE_FLASH. */
enum wire_code evidence_put_act(struct memory *memory, const uint8_t id[SHA256_SIZE], struct span raw);

/* Those shown are what the seal opens for; its Bundle-SHA256 is this. */
void evidence_digest(uint8_t digest[SHA256_SIZE], const struct memory *memory);
enum wire_code evidence_put_bundle(struct memory *memory);

/* An act as it was shown; empty: there is none. */
struct span evidence_shown(const struct memory *memory, unsigned index);
struct span evidence_find(const struct memory *memory, const uint8_t bundle[SHA256_SIZE], unsigned index);

/* Drops from RAM what nobody asks for any more; the next rewriting of the journal drops it from flash. */
void evidence_prune_bundles(struct memory *memory);
void evidence_prune_acts(struct memory *memory);

#endif
