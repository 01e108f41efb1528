#include "table.h"

#include "statement.h"

static bool
next_is(struct span rest, const char *key)
{
	struct span value;

	return record_take(&value, &rest, key);
}

/* "<fingerprint> <point>", the rest of the line stays. */
static bool
take_key(uint8_t fingerprint[FINGERPRINT_SIZE], uint8_t point[ED25519_POINT_SIZE], struct span *rest)
{
	return text_get_hex(fingerprint, FINGERPRINT_SIZE, span_cut(rest, ' ')) &&
	       text_get_hex(point, ED25519_POINT_SIZE, span_cut(rest, ' '));
}

static bool
read_level(struct level *level, struct span value, unsigned number)
{
	uint64_t n;

	if (!text_get_number(&n, span_cut(&value, ' ')) || n != number)
		return false;
	level->role = span_cut(&value, ' ');
	return text_is_word(level->role) && text_get_number(&level->persons, span_cut(&value, ' ')) &&
	       text_get_number(&level->presses, value) && level->persons >= 1 && level->presses >= 1;
}

static bool
read_person(struct table_person *person, struct span value)
{
	person->id = span_cut(&value, ' ');
	if (!text_is_id(person->id) || !take_key(person->key, person->point, &value))
		return false;
	person->roles = value;
	return roles_are_sorted(person->roles);
}

static bool
read_head(struct table *table, struct span *rest)
{
	uint8_t archive[ARCHIVE_ID_SIZE];
	struct span format, version, registrar;

	return record_take(&format, rest, "Format") && span_is(format, "1") &&
	       record_take(&table->archive, rest, "Archive") && text_get_hex(archive, sizeof(archive), table->archive) &&
	       record_take(&table->seal, rest, "Seal") && text_is_id(table->seal) &&
	       record_take(&version, rest, "Version") && text_get_number(&table->version, version) && table->version >= 1 &&
	       record_take(&registrar, rest, "Registrar") &&
	       take_key(table->registrar, table->registrar_point, &registrar) && registrar.len == 0;
}

static bool
read_levels(struct table *table, struct span *rest)
{
	struct span value;

	for (table->levels = 0; next_is(*rest, "Level"); table->levels++) {
		if (table->levels == TABLE_LEVELS_MAX || !record_take(&value, rest, "Level"))
			return false;
		if (!read_level(&table->level[table->levels], value, table->levels + 1))
			return false;
	}
	return table->levels > 0;
}

/* One key, one owner: two ids with one key would let one person approve twice. */
static bool
key_is_free(const uint8_t point[ED25519_POINT_SIZE], struct span persons)
{
	struct table_person other;

	while (table_next_person(&other, &persons))
		if (memcmp(other.point, point, ED25519_POINT_SIZE) == 0)
			return false;
	return true;
}

static bool
read_persons(const struct table *table, struct span persons)
{
	struct table_person person;
	struct span value, last = {0};
	unsigned count = 0;

	if (!key_is_free(table->registrar_point, persons))
		return false;
	while (persons.len > 0) {
		if (!record_take(&value, &persons, "Person") || !read_person(&person, value) || ++count > TABLE_PERSONS_MAX)
			return false;
		if (!key_is_free(person.point, persons) || span_compare(last, person.id) >= 0)
			return false;
		last = person.id;
	}
	return count > 0;
}

enum wire_code
table_read(struct table *table, struct span text)
{
	struct span rest = text;

	memset(table, 0, sizeof(*table));
	if (text.len > TABLE_MAX)
		return WIRE_TOO_LONG;
	if (!read_head(table, &rest) || !read_levels(table, &rest) || !read_persons(table, rest))
		return WIRE_MALFORMED_TABLE;
	table->persons = rest;
	return WIRE_OK;
}

bool
table_next_person(struct table_person *person, struct span *persons)
{
	struct span value;

	return persons->len > 0 && record_take(&value, persons, "Person") && read_person(person, value);
}

/* Whose line has this as its word number `at`, from 0: only that person's own line is taken apart. */
static bool
find_person(struct table_person *person, const struct table *table, unsigned at, struct span word)
{
	struct span persons = table->persons, value, rest, found;

	while (persons.len > 0 && record_take(&value, &persons, "Person")) {
		rest = value;
		for (unsigned i = 0; i <= at; i++)
			found = span_cut(&rest, ' ');
		if (span_equal(found, word))
			return read_person(person, value);
	}
	return false;
}

bool
table_find_person(struct table_person *person, const struct table *table, struct span id)
{
	return find_person(person, table, 0, id);
}

bool
table_find_key(struct table_person *person, const struct table *table, const uint8_t key[FINGERPRINT_SIZE])
{
	char digits[2 * FINGERPRINT_SIZE + 1];

	text_put_hex(digits, key, FINGERPRINT_SIZE);
	return find_person(person, table, 1, span_of(digits, 2 * FINGERPRINT_SIZE));
}

bool
roles_are_sorted(struct span roles)
{
	struct span last = {0};

	while (roles.len > 0) {
		struct span role = span_cut(&roles, ' ');

		if (!text_is_word(role) || span_compare(last, role) >= 0)
			return false;
		last = role;
	}
	return last.len > 0;
}

bool
roles_contain(struct span roles, struct span role)
{
	while (roles.len > 0)
		if (span_equal(span_cut(&roles, ' '), role))
			return role.len > 0;
	return false;
}
