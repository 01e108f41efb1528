#include "records.h"

enum { ORDER_SIZE = 9, TABLE_SIZE = 1 + 4 + SHA256_SIZE + 1 + TABLE_POLICIES * SHA256_SIZE + 8, FLOORS_SIZE = 17, HEAD_SIZE = 16 + SHA256_SIZE, APPLICATION_SIZE = SHA256_SIZE + 25 };

size_t
record_write_boot(uint8_t bytes[RECORD_SMALL], uint64_t boot)
{
	put64(bytes, boot);
	return 8;
}

bool
record_read_boot(uint64_t *boot, struct span record)
{
	if (record.len != 8)
		return false;
	*boot = get64(record.data);
	return true;
}

size_t
record_write_floors(uint8_t bytes[RECORD_SMALL], int64_t time, uint64_t state, bool suspended)
{
	put64(bytes, (uint64_t)time);
	put64(bytes + 8, state);
	bytes[16] = suspended;
	return FLOORS_SIZE;
}

bool
record_read_floors(int64_t *time, uint64_t *state, bool *suspended, struct span record)
{
	if (record.len != FLOORS_SIZE)
		return false;
	*time = (int64_t)get64(record.data);
	*state = get64(record.data + 8);
	*suspended = record.data[16] != 0;
	return true;
}

size_t
record_write_order(uint8_t bytes[RECORD_SMALL], const struct order *order)
{
	put64(bytes, order->version);
	bytes[8] = order->suspended;
	return ORDER_SIZE;
}

bool
record_read_order(struct order *order, struct span record)
{
	if (record.len != ORDER_SIZE)
		return false;
	*order = (struct order){get64(record.data), record.data[8] != 0};
	return true;
}

size_t
record_write_table(uint8_t bytes[RECORD_SMALL], const struct table_record *table)
{
	bytes[0] = table->slot;
	put32(bytes + 1, table->len);
	memcpy(bytes + 5, table->digest, SHA256_SIZE);
	bytes[5 + SHA256_SIZE] = table->policies;
	memcpy(bytes + 6 + SHA256_SIZE, table->policy, sizeof(table->policy));
	put64(bytes + TABLE_SIZE - 8, (uint64_t)table->not_after);
	return TABLE_SIZE;
}

bool
record_read_table(struct table_record *table, struct span record)
{
	const uint8_t *bytes = record.data;

	if (record.len != TABLE_SIZE || bytes[0] > 1 || bytes[5 + SHA256_SIZE] > TABLE_POLICIES)
		return false;
	memset(table, 0, sizeof(*table));
	table->slot = bytes[0];
	table->len = get32(bytes + 1);
	memcpy(table->digest, bytes + 5, SHA256_SIZE);
	table->policies = bytes[5 + SHA256_SIZE];
	memcpy(table->policy, bytes + 6 + SHA256_SIZE, sizeof(table->policy));
	table->not_after = (int64_t)get64(bytes + TABLE_SIZE - 8);
	return table->len > 0 && table->len <= TABLE_MAX;
}

/* Where each field of an enrolment stands. */
enum {
	AT_ARCHIVE = 0,
	AT_EPOCH = AT_ARCHIVE + ARCHIVE_ID_SIZE,
	AT_SEAL = AT_EPOCH + 8,
	AT_DEVICE = AT_SEAL + ID_MAX,
	AT_ADMINISTRATOR = AT_DEVICE + ID_MAX,
	AT_ADMINISTRATOR_KEY = AT_ADMINISTRATOR + ID_MAX,
	AT_ADMINISTRATOR_POINT = AT_ADMINISTRATOR_KEY + FINGERPRINT_SIZE,
	AT_REGISTRAR_KEY = AT_ADMINISTRATOR_POINT + ED25519_POINT_SIZE,
	AT_REGISTRAR_POINT = AT_REGISTRAR_KEY + FINGERPRINT_SIZE,
	ENROLMENT_SIZE = AT_REGISTRAR_POINT + ED25519_POINT_SIZE,
};

_Static_assert((int)ENROLMENT_SIZE <= (int)RECORD_SMALL, "an enrolment is a small record");

size_t
record_write_enrolment(uint8_t bytes[RECORD_SMALL], const struct enrolment *enrolment)
{
	memcpy(bytes + AT_ARCHIVE, enrolment->archive, ARCHIVE_ID_SIZE);
	put64(bytes + AT_EPOCH, enrolment->epoch);
	memcpy(bytes + AT_SEAL, enrolment->seal, ID_MAX);
	memcpy(bytes + AT_DEVICE, enrolment->device, ID_MAX);
	memcpy(bytes + AT_ADMINISTRATOR, enrolment->administrator, ID_MAX);
	memcpy(bytes + AT_ADMINISTRATOR_KEY, enrolment->administrator_key, FINGERPRINT_SIZE);
	memcpy(bytes + AT_ADMINISTRATOR_POINT, enrolment->administrator_point, ED25519_POINT_SIZE);
	memcpy(bytes + AT_REGISTRAR_KEY, enrolment->registrar_key, FINGERPRINT_SIZE);
	memcpy(bytes + AT_REGISTRAR_POINT, enrolment->registrar_point, ED25519_POINT_SIZE);
	return ENROLMENT_SIZE;
}

bool
record_read_enrolment(struct enrolment *enrolment, struct span record)
{
	const uint8_t *bytes = record.data;

	if (record.len != ENROLMENT_SIZE)
		return false;
	memset(enrolment, 0, sizeof(*enrolment));
	memcpy(enrolment->archive, bytes + AT_ARCHIVE, ARCHIVE_ID_SIZE);
	enrolment->epoch = get64(bytes + AT_EPOCH);
	memcpy(enrolment->seal, bytes + AT_SEAL, ID_MAX);
	memcpy(enrolment->device, bytes + AT_DEVICE, ID_MAX);
	memcpy(enrolment->administrator, bytes + AT_ADMINISTRATOR, ID_MAX);
	memcpy(enrolment->administrator_key, bytes + AT_ADMINISTRATOR_KEY, FINGERPRINT_SIZE);
	memcpy(enrolment->administrator_point, bytes + AT_ADMINISTRATOR_POINT, ED25519_POINT_SIZE);
	memcpy(enrolment->registrar_key, bytes + AT_REGISTRAR_KEY, FINGERPRINT_SIZE);
	memcpy(enrolment->registrar_point, bytes + AT_REGISTRAR_POINT, ED25519_POINT_SIZE);
	return true;
}

size_t
record_write_head(uint8_t bytes[RECORD_SMALL], uint64_t counter, uint64_t acknowledged, const uint8_t head[SHA256_SIZE])
{
	put64(bytes, counter);
	put64(bytes + 8, acknowledged);
	memcpy(bytes + 16, head, SHA256_SIZE);
	return HEAD_SIZE;
}

bool
record_read_head(uint64_t *counter, uint64_t *acknowledged, uint8_t head[SHA256_SIZE], struct span record)
{
	if (record.len != HEAD_SIZE)
		return false;
	*counter = get64(record.data);
	*acknowledged = get64(record.data + 8);
	memcpy(head, record.data + 16, SHA256_SIZE);
	return true;
}

size_t
record_write_application(uint8_t bytes[RECORD_SMALL], const struct application *application)
{
	memcpy(bytes, application->digest, SHA256_SIZE);
	put64(bytes + SHA256_SIZE, application->cap);
	put64(bytes + SHA256_SIZE + 8, application->used);
	put64(bytes + SHA256_SIZE + 16, (uint64_t)application->not_after);
	bytes[SHA256_SIZE + 24] = application->open;
	return APPLICATION_SIZE;
}

bool
record_read_application(struct application *application, struct span record)
{
	if (record.len != APPLICATION_SIZE)
		return false;
	memcpy(application->digest, record.data, SHA256_SIZE);
	application->cap = get64(record.data + SHA256_SIZE);
	application->used = get64(record.data + SHA256_SIZE + 8);
	application->not_after = (int64_t)get64(record.data + SHA256_SIZE + 16);
	application->open = record.data[SHA256_SIZE + 24] != 0;
	return true;
}
