/*
 * The approver table of a seal: who may ask, decide and administrate, and with which key, in one text record that the host writes into the
 * seal's directory, a `seal-table` act signs by digest, and the firmware keeps in flash and reads in place.
 *
 *	Format: 1
 *	Archive: <32 hex>
 *	Seal: S-0007
 *	Version: 3
 *	Registrar: <fingerprint> <point, 64 hex>
 *	Level: 1 manager 1 20			level, role, persons needed, most presses; levels ascending from 1
 *	Level: 2 director 1 20
 *	Person: alice <fingerprint> <point> administrator			ids ascending; roles sorted, at least one
 *	Person: bob <fingerprint> <point> employee manager
 */
#ifndef WIRE_TABLE_H
#define WIRE_TABLE_H

#include "code.h"
#include "text.h"

enum { TABLE_MAX = 16384, TABLE_LEVELS_MAX = 8, TABLE_PERSONS_MAX = 96 };

struct level {
	struct span role;
	uint64_t persons; /* at least 1: a threshold counts persons, never keys */
	uint64_t presses; /* the most that this level may grant */
};

struct table {
	struct span archive;
	struct span seal;
	uint64_t version;
	uint8_t registrar[FINGERPRINT_SIZE];
	uint8_t registrar_point[ED25519_POINT_SIZE];
	struct level level[TABLE_LEVELS_MAX];
	unsigned levels;
	struct span persons; /* the Person lines */
};

struct table_person {
	struct span id;
	uint8_t key[FINGERPRINT_SIZE];
	uint8_t point[ED25519_POINT_SIZE];
	struct span roles; /* words separated by single spaces */
};

/* Reads and checks the whole text. WIRE_MALFORMED_TABLE or WIRE_TOO_LONG otherwise. Spans point into the text. */
enum wire_code table_read(struct table *table, struct span text);

bool table_next_person(struct table_person *person, struct span *persons);
bool table_find_person(struct table_person *person, const struct table *table, struct span id);
bool table_find_key(struct table_person *person, const struct table *table, const uint8_t key[FINGERPRINT_SIZE]);

/* Roles: the words of a value. At least one, sorted, each once. */
bool roles_are_sorted(struct span roles);
bool roles_contain(struct span roles, struct span role);

#endif
