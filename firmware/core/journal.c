#include "journal.h"

enum { HEAD = FLASH_WORD, COPY = 64 };

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
	return HEAD + (uint32_t)((payload + FLASH_WORD - 1) / FLASH_WORD * FLASH_WORD);
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
	bool type_known; /* type and complement agree: that word was programmed to its end */
	size_t len;
	uint32_t crc;
};

static struct record
read_record_head(const struct journal *journal)
{
	uint8_t head[HEAD];

	journal->port->flash_read(journal->port->board, head, journal->base + journal->at, HEAD);
	return (struct record){head[0], (head[0] ^ head[1]) == 0xff && head[0] != 0, get16(head + 2), get32(head + 4)};
}

/* Words are programmed in order, so behind a record that was cut short everything is still erased. */
static enum journal_end
judge_damage(const struct journal *journal, const struct record *record, uint8_t *torn)
{
	uint32_t size = record->type_known ? record_size(record->len) : HEAD;

	*torn = record->type_known ? record->type : 0;
	if (size > area_size(journal->port) - journal->at)
		size = HEAD;
	return erased_from(journal, journal->at + size) ? JOURNAL_TORN : JOURNAL_BROKEN;
}

static enum journal_end
replay(struct journal *journal, uint8_t *scratch, size_t size, journal_visit *visit, void *context, uint8_t *torn)
{
	uint32_t end = area_size(journal->port);

	for (journal->at = HEAD; journal->at + HEAD <= end && !erased_from(journal, journal->at);) {
		struct record record = read_record_head(journal);
		struct span payload = span_of(scratch, record.len);

		if (!record.type_known || record.len > size || record_size(record.len) > end - journal->at)
			return judge_damage(journal, &record, torn);
		journal->port->flash_read(journal->port->board, scratch, journal->base + journal->at + HEAD, record.len);
		if (record.crc != record_crc(journal, journal->at, record.type, payload))
			return judge_damage(journal, &record, torn);
		if (!visit(context, record.type, payload))
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

enum journal_result
journal_append(struct journal *journal, uint8_t type, struct span payload)
{
	uint32_t size = record_size(payload.len), start = journal->base + journal->at;
	uint8_t word[FLASH_WORD] = {type, (uint8_t)~type};

	if (size > area_size(journal->port) - journal->at)
		return JOURNAL_FULL;
	put16(word + 2, (uint16_t)payload.len);
	put32(word + 4, record_crc(journal, journal->at, type, payload));
	for (uint32_t done = 0; done < size; done += FLASH_WORD) {
		if (!program(journal->port, start + done, word))
			return JOURNAL_FAILED;
		memset(word, 0, FLASH_WORD);
		if (done < payload.len)
			memcpy(word, payload.data + done, payload.len - done < FLASH_WORD ? payload.len - done : FLASH_WORD);
	}
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
