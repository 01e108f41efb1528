/*
 * Whatever stands in the flash of a seal's journal: each record that is read is written again to the same bytes, what is whole goes on being whole with one record more,
 * and what is not is not touched. Input: how (1); even: the flash as it is; odd: records of which up to three octets are altered behind the back of their checksums:
 * each place (2) and mask (1), then type (1), length (1), payload.
 *
 * libFuzzer: -max_len=8192 -entropic=0
 */
#include "core/journal.h"
#include "core/records.h"

enum { AREA = 4096 };

#include "quickcrypto.h"
#include "sealboard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static void
same(struct span record, const uint8_t *again, size_t len)
{
	require(span_equal(record, span_of(again, len)));
}

static void
read_small(const struct record *record)
{
	struct table_record table;
	uint8_t out[RECORD_SMALL], head[SHA256_SIZE];
	struct application application;
	struct enrolment enrolment;
	uint64_t a, b;
	struct order order;
	int64_t time;
	bool suspended;

	if (record->type == RECORD_BOOT && record_read_boot(&a, record->payload))
		same(record->payload, out, record_write_boot(out, a));
	if (record->type == RECORD_HEAD && record_read_head(&a, &b, head, record->payload))
		same(record->payload, out, record_write_head(out, a, b, head));
	if (record->type == RECORD_FLOORS && record_read_floors(&time, &a, &suspended, record->payload))
		require(record_write_floors(out, time, a, suspended) == record->payload.len);
	if (record->type == RECORD_ORDER && record_read_order(&order, record->payload))
		require(record_write_order(out, &order) == record->payload.len);
	if (record->type == RECORD_TABLE && record_read_table(&table, record->payload))
		same(record->payload, out, record_write_table(out, &table));
	if (record->type == RECORD_ENROLMENT && record_read_enrolment(&enrolment, record->payload))
		require(record_write_enrolment(out, &enrolment) == record->payload.len);
	if (record->type == RECORD_APPLICATION && record_read_application(&application, record->payload))
		require(record_write_application(out, &application) == record->payload.len);
}

struct seen {
	unsigned records;
	uint64_t sum; /* of their places and lengths */
};

static bool
visit(void *context, const struct record *record)
{
	struct seen *seen = context;
	struct receipt receipt;

	require(record->type != 0 && record->payload.data >= flash && record->payload.data + record->payload.len <= flash + 2 * AREA);
	require(span_equal(journal_at(&port, record->at), record->payload));
	read_small(record);
	if (record->type == RECORD_RECEIPT)
		receipt_read(&receipt, record->payload);
	seen->records++;
	seen->sum += (uint64_t)record->at * 31 + record->payload.len;
	return true;
}

static bool
write_records(void *context, struct journal *to)
{
	struct span *rest = context;
	uint32_t at;

	while (rest->len >= 2 && rest->data[0] != 0) {
		size_t len = rest->data[1] < rest->len - 2 ? rest->data[1] : rest->len - 2;

		if (journal_append(&at, to, rest->data[0], span_of(rest->data + 2, len), (struct span){0}) != JOURNAL_DONE)
			break;
		*rest = span_skip(*rest, 2 + len);
	}
	return true;
}

static bool
prepare(struct span input)
{
	struct journal journal = {.port = &port, .base = AREA};
	unsigned alterations = input.data[0] >> 1 & 3;
	struct span rest = span_skip(input, 1), where = rest;

	memset(flash, 0xff, 2 * AREA);
	if (input.data[0] % 2 == 0) {
		memcpy(flash, rest.data, rest.len < 2 * AREA ? rest.len : 2 * AREA);
		return true;
	}
	if (rest.len < alterations * 3)
		return false;
	rest = span_skip(rest, alterations * 3);
	if (!journal_rewrite(&journal, write_records, &rest))
		return false;
	for (unsigned i = 0; i < alterations; i++)
		flash[get16(where.data + 3 * i) % (2 * AREA)] ^= where.data[3 * i + 2];
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen seen = {0}, again = {0};
	struct journal journal;
	enum journal_end end;
	uint8_t torn = 0;
	uint32_t at;

	if (size == 0 || !prepare(span_of(data, size)))
		return 0;
	end = journal_open(&journal, &port, visit, &seen, &torn);
	if (end != JOURNAL_WHOLE || journal_append(&at, &journal, RECORD_BOOT, SPAN_LITERAL("fuzzfuzz"), (struct span){0}) != JOURNAL_DONE)
		return 0;
	require(journal_open(&journal, &port, visit, &again, &torn) == JOURNAL_WHOLE && again.records == seen.records + 1);
	return 0;
}
