#include "journal.h"

enum { HEAD = FLASH_WORD, TAIL = FLASH_WORD, COPY = 64 };

/* CRC-32 (ISO 3309), four bits at a time. */
static uint32_t
crc32(uint32_t crc, const uint8_t *bytes, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc = crc >> 4 ^ table[(crc ^ bytes[i]) & 15];
		crc = crc >> 4 ^ table[(crc ^ bytes[i] >> 4) & 15];
	}
	return ~crc;
}

static uint32_t
record_crc(const struct journal *journal, uint32_t at, uint8_t type, struct span payload)
{
	uint8_t place[11];

	put32(place, journal->generation);
	put32(place + 4, at);
	place[8] = type;
	put16(place + 9, (uint16_t)payload.len);
	return crc32(crc32(0, place, sizeof(place)), payload.data, payload.len);
}

/* Begun at another value than a record's: the plain CRC of four erased octets is four erased octets. */
static uint32_t
head_crc(const uint8_t head[HEAD])
{
	return crc32(0x5ea15ea1, head, 4);
}

static uint32_t
area_size(const struct port *port)
{
	return port->flash_size / 2;
}

static uint32_t
record_size(size_t payload)
{
	return HEAD + (uint32_t)((payload + FLASH_WORD - 1) / FLASH_WORD * FLASH_WORD) + TAIL;
}

/* ---- reading ---- */

static bool
read_head(uint32_t *generation, const struct port *port, uint32_t base)
{
	uint8_t head[HEAD];

	port->flash_read(port->board, head, base, HEAD);
	*generation = get32(head);
	return get32(head + 4) == head_crc(head);
}

static bool
erased_from(const struct journal *journal, uint32_t at)
{
	uint8_t bytes[COPY];

	for (uint32_t end = area_size(journal->port); at < end;) {
		uint32_t len = end - at < COPY ? end - at : COPY;

		journal->port->flash_read(journal->port->board, bytes, journal->base + at, len);
		for (uint32_t i = 0; i < len; i++)
			if (bytes[i] != 0xff)
				return false;
		at += len;
	}
	return true;
}

struct record {
	uint8_t type;
	size_t len;
};

/* False when the head was not programmed to its end, or is damaged. */
static bool
read_record_head(struct record *record, const struct journal *journal)
{
	uint8_t head[HEAD];

	journal->port->flash_read(journal->port->board, head, journal->base + journal->at, HEAD);
	*record = (struct record){head[0], get16(head + 1)};
	return head[0] != 0 && (head[0] ^ head[3]) == 0xff && (head[1] ^ head[4]) == 0xff && (head[2] ^ head[5]) == 0xff &&
	       record_size(record->len) <= area_size(journal->port) - journal->at;
}

/* Reads the payload into scratch. */
static bool
read_payload(const struct journal *journal, const struct record *record, uint8_t *scratch, size_t size)
{
	uint32_t start = journal->base + journal->at;
	uint8_t tail[TAIL];

	if (record->len > size)
		return false;
	journal->port->flash_read(journal->port->board, scratch, start + HEAD, record->len);
	journal->port->flash_read(journal->port->board, tail, start + record_size(record->len) - TAIL, TAIL);
	return get32(tail) == record_crc(journal, journal->at, record->type, span_of(scratch, record->len));
}

/* Words are programmed in order: behind what a record cut short has reached, everything is still erased. */
static enum journal_end
judge_damage(const struct journal *journal, uint32_t size)
{
	return erased_from(journal, journal->at + size) ? JOURNAL_TORN : JOURNAL_BROKEN;
}

static enum journal_end
replay(struct journal *journal, uint8_t *scratch, size_t size, journal_visit *visit, void *context, uint8_t *torn)
{
	for (journal->at = HEAD; !erased_from(journal, journal->at);) {
		struct record record;

		if (!read_record_head(&record, journal))
			return judge_damage(journal, HEAD);
		if (!read_payload(journal, &record, scratch, size)) {
			*torn = record.type;
			return judge_damage(journal, record_size(record.len));
		}
		if (!visit(context, record.type, span_of(scratch, record.len)))
			return JOURNAL_BROKEN;
		journal->at += record_size(record.len);
	}
	return JOURNAL_WHOLE;
}

enum journal_end
journal_open(struct journal *journal, const struct port *port, uint8_t *scratch, size_t size, journal_visit *visit, void *context,
	uint8_t *torn)
{
	uint32_t second = area_size(port), a = 0, b = 0;
	bool has_a = read_head(&a, port, 0), has_b = read_head(&b, port, second);

	*torn = 0;
	*journal = (struct journal){.port = port, .at = HEAD};
	if (!has_a && !has_b)
		return JOURNAL_BLANK;
	if (has_b && (!has_a || b > a))
		journal->base = second;
	journal->generation = journal->base == 0 ? a : b;
	/* Cut between the new head and the erasure of the old one. */
	if (has_a && has_b && !port->flash_erase(port->board, second - journal->base))
		return JOURNAL_BROKEN;
	return replay(journal, scratch, size, visit, context, torn);
}

/* ---- writing ---- */

static bool
program(const struct port *port, uint32_t at, const uint8_t word[FLASH_WORD])
{
	uint8_t back[FLASH_WORD];

	if (!port->flash_program(port->board, at, word))
		return false;
	port->flash_read(port->board, back, at, FLASH_WORD);
	return memcmp(back, word, FLASH_WORD) == 0;
}

static bool
program_payload(const struct port *port, uint32_t at, struct span payload)
{
	while (payload.len > 0) {
		size_t len = payload.len < FLASH_WORD ? payload.len : FLASH_WORD;
		uint8_t word[FLASH_WORD] = {0};

		memcpy(word, payload.data, len);
		if (!program(port, at, word))
			return false;
		payload = span_skip(payload, len);
		at += FLASH_WORD;
	}
	return true;
}

enum journal_result
journal_append(struct journal *journal, uint8_t type, struct span payload)
{
	uint32_t size = record_size(payload.len), start = journal->base + journal->at;
	uint8_t head[HEAD] = {type}, tail[TAIL] = {0};

	if (size > area_size(journal->port) - journal->at)
		return JOURNAL_FULL;
	put16(head + 1, (uint16_t)payload.len);
	for (unsigned i = 0; i < 3; i++)
		head[3 + i] = (uint8_t)~head[i];
	put32(tail, record_crc(journal, journal->at, type, payload));
	if (!program(journal->port, start, head) || !program_payload(journal->port, start + HEAD, payload) ||
	    !program(journal->port, start + size - TAIL, tail))
		return JOURNAL_FAILED;
	journal->at += size;
	return JOURNAL_DONE;
}

static bool
erase_area(const struct port *port, uint32_t base)
{
	for (uint32_t at = 0; at < area_size(port); at += port->flash_page)
		if (!port->flash_erase(port->board, base + at))
			return false;
	return true;
}

bool
journal_rewrite(struct journal *journal, journal_snapshot *snapshot, void *context)
{
	const struct port *port = journal->port;
	struct journal to = {port, area_size(port) - journal->base, HEAD, journal->generation + 1};
	uint8_t head[HEAD];

	put32(head, to.generation);
	put32(head + 4, head_crc(head));
	if (!erase_area(port, to.base) || !snapshot(context, &to) || !program(port, to.base, head))
		return false;
	if (!port->flash_erase(port->board, journal->base))
		return false;
	*journal = to;
	return true;
}
