/*
 * The forms of the journal's small records: each writer fills `bytes` and returns the length, each reader takes exactly that
 * length.
 */
#ifndef SEAL_RECORDS_H
#define SEAL_RECORDS_H

#include "memory.h"

/* Frozen into the flash of fielded devices. */
enum record_type {
	RECORD_SEED = 1,
	RECORD_BOOT = 2,
	RECORD_FLOORS = 3,
	RECORD_ENROLMENT = 4,
	RECORD_TABLE = 5,
	RECORD_HEAD = 6,
	RECORD_RECEIPT = 7,	/* its text */
	RECORD_APPLICATION = 8,
	RECORD_DEAD = 9,	/* empty */
	RECORD_RETIRED = 10,	/* empty */
	RECORD_ORDER = 11,
	RECORD_ACT = 12,	/* its id, its bytes */
	RECORD_BUNDLE = 13,	/* its digest, the ids of its acts */
};

enum { RECORD_SMALL = 256 };

size_t record_write_boot(uint8_t bytes[RECORD_SMALL], uint64_t boot);
bool record_read_boot(uint64_t *boot, struct span record);

size_t record_write_floors(uint8_t bytes[RECORD_SMALL], int64_t time, uint64_t state, bool suspended);
bool record_read_floors(int64_t *time, uint64_t *state, bool *suspended, struct span record);

size_t record_write_order(uint8_t bytes[RECORD_SMALL], const struct order *order);
bool record_read_order(struct order *order, struct span record);

size_t record_write_enrolment(uint8_t bytes[RECORD_SMALL], const struct enrolment *enrolment);
bool record_read_enrolment(struct enrolment *enrolment, struct span record);

size_t record_write_table(uint8_t bytes[RECORD_SMALL], const struct table_record *table);
bool record_read_table(struct table_record *table, struct span record);

size_t record_write_head(uint8_t bytes[RECORD_SMALL], uint64_t counter, uint64_t acknowledged, const uint8_t head[SHA256_SIZE]);
bool record_read_head(uint64_t *counter, uint64_t *acknowledged, uint8_t head[SHA256_SIZE], struct span record);

size_t record_write_application(uint8_t bytes[RECORD_SMALL], const struct application *application);
bool record_read_application(struct application *application, struct span record);

/* Appends a record, of journal_append(), and brings it into effect (memory.c): see memory.h. */
enum wire_code memory_record(struct memory *memory, enum record_type type, struct span head, struct span rest);

#endif
