/* A table that is read has levels and persons that can be found by their ids. */
#include "wire/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct table table;
	struct table_person person, found;
	struct span persons;

	if (table_read(&table, span_of(data, size)) != WIRE_OK)
		return 0;
	persons = table.persons;
	while (table_next_person(&person, &persons))
		if (!table_find_person(&found, &table, person.id) || found.id.data != person.id.data)
			__builtin_trap();
	persons = table.persons;
	while (table_next_person(&person, &persons)) /* two may have one key; then it is the first one's */
		if (!table_find_key(&found, &table, person.key) || memcmp(found.key, person.key, FINGERPRINT_SIZE) != 0)
			__builtin_trap();
	return 0;
}
