#include "journal.h"

enum { HEAD = FLASH_WORD, TAIL = FLASH_WORD, FIRST = 2 * FLASH_WORD };

_Static_assert((int)JOURNAL_PAYLOAD_MAX + (int)JOURNAL_FRAME + (int)FIRST <= (int)JOURNAL_PAGE, "a record fits a page");

static uint32_t
record_crc(uint32_t generation, uint32_t offset, uint8_t type, struct span head, struct span rest)
{
	uint8_t place[11];
	uint32_t crc;

	put32(place, generation);
	put32(place + 4, offset);
	place[8] = type;
	put16(place + 9, (uint16_t)(head.len + rest.len));
	crc = flash_crc(flash_crc(0, place, sizeof(place)), head.data, head.len);
	return flash_crc(crc, rest.data, rest.len);
}

/* Begun at another value than a record's: the plain CRC of four erased octets is four erased octets. */
static uint32_t
word_crc(const uint8_t word[FLASH_WORD])
{
	return flash_crc(0x5ea15ea1, word, 4);
}

static void
seal_word(uint8_t word[FLASH_WORD])
{
	put32(word + 4, word_crc(word));
}

static bool
is_sealed(const uint8_t word[FLASH_WORD])
{
	return get32(word + 4) == word_crc(word);
}

static void
page_head(uint8_t head[FLASH_WORD], uint32_t generation)
{
	head[0] = 'J';
	head[1] = JOURNAL_VERSION;
	put16(head + 2, (uint16_t)generation);
	seal_word(head);
}

static uint32_t
record_size(size_t payload)
{
	return HEAD + (uint32_t)((payload + FLASH_WORD - 1) / FLASH_WORD * FLASH_WORD) + TAIL;
}

static uint32_t
page_of(uint32_t at)
{
	return at / JOURNAL_PAGE * JOURNAL_PAGE;
}

static uint32_t
next_page(uint32_t at)
{
	return page_of(at) + JOURNAL_PAGE + HEAD;
}

static uint32_t
page_left(uint32_t at)
{
	return page_of(at) + JOURNAL_PAGE - at;
}

/* Behind a record; no record begins where a page does. */
static uint32_t
behind(uint32_t at, uint32_t size)
{
	at += size;
	return at % JOURNAL_PAGE == 0 ? at + HEAD : at;
}

/* ---- reading ---- */

/* The valid word of the area's first page that makes it one. */
static bool
read_mark(uint32_t *generation, const struct port *port, uint32_t base)
{
	const uint8_t *mark = port->flash + base + FLASH_WORD;

	*generation = get32(mark);
	return is_sealed(mark);
}

/* A head that is whole and says so; half a word says nothing. */
static bool
is_of_another_version(const struct port *port, uint32_t page)
{
	const uint8_t *head = port->flash + page;

	return head[0] == 'J' && is_sealed(head) && head[1] != JOURNAL_VERSION;
}

static bool
any_of_another_version(const struct port *port)
{
	for (uint32_t page = 0; page < 2 * port->flash_area; page += JOURNAL_PAGE)
		if (is_of_another_version(port, page))
			return true;
	return false;
}

static bool
page_heads_agree(const struct journal *journal)
{
	uint8_t head[FLASH_WORD];

	page_head(head, journal->generation);
	for (uint32_t page = 0; page < journal->port->flash_area; page += JOURNAL_PAGE)
		if (memcmp(journal->port->flash + journal->base + page, head, FLASH_WORD) != 0)
			return false;
	return true;
}

/* From `at` to the end of the area nothing but the heads of pages. */
static bool
nothing_from(const struct journal *journal, uint32_t at)
{
	uint32_t end = journal->port->flash_area;

	for (; at < end; at = next_page(at))
		if (!flash_is_erased(journal->port, journal->base + at, page_left(at)))
			return false;
	return true;
}

/* False when the head was not programmed to its end, or is damaged. */
static bool
read_record_head(struct record *record, const struct journal *journal)
{
	const uint8_t *head = journal->port->flash + journal->base + journal->at;

	*record = (struct record){head[0], span_of(head + HEAD, get16(head + 1)), journal->base + journal->at};
	return head[0] != 0 && (head[0] ^ head[3]) == 0xff && (head[1] ^ head[4]) == 0xff && (head[2] ^ head[5]) == 0xff &&
	       record_size(record->payload.len) <= page_left(journal->at);
}

static bool
is_whole(const struct journal *journal, const struct record *record)
{
	const uint8_t *tail = journal->port->flash + record->at + record_size(record->payload.len) - TAIL;

	return get32(tail) == record_crc(journal->generation, journal->at, record->type, record->payload, (struct span){0});
}

/* Words are programmed in order: behind what a record cut short has reached, everything is still erased. */
static enum journal_end
judge_damage(const struct journal *journal, uint32_t size)
{
	return nothing_from(journal, behind(journal->at, size)) ? JOURNAL_TORN : JOURNAL_BROKEN;
}

/* A page ends where a record's head, or what is too little for one, is erased; a record behind that is in the next page. */
static bool
page_is_over(const struct journal *journal)
{
	return page_left(journal->at) < record_size(0) || flash_is_erased(journal->port, journal->base + journal->at, page_left(journal->at));
}

static enum journal_end
replay(struct journal *journal, journal_visit *visit, void *context, uint8_t *torn)
{
	struct record record;

	for (journal->at = FIRST; !nothing_from(journal, journal->at);) {
		if (page_is_over(journal)) {
			journal->at = next_page(journal->at);
			continue;
		}
		if (!read_record_head(&record, journal))
			return judge_damage(journal, HEAD);
		if (!is_whole(journal, &record)) {
			*torn = record.type;
			return judge_damage(journal, record_size(record.payload.len));
		}
		if (!visit(context, &record))
			return JOURNAL_BROKEN;
		journal->at = behind(journal->at, record_size(record.payload.len));
	}
	return JOURNAL_WHOLE;
}

enum journal_end
journal_open(struct journal *journal, const struct port *port, journal_visit *visit, void *context, uint8_t *torn)
{
	uint32_t second = port->flash_area, a = 0, b = 0;
	bool has_a = read_mark(&a, port, 0), has_b = read_mark(&b, port, second);

	*torn = 0;
	*journal = (struct journal){.port = port, .at = FIRST};
	if (any_of_another_version(port))
		return JOURNAL_UNKNOWN;
	if (!has_a && !has_b)
		return JOURNAL_BLANK;
	if (has_b && (!has_a || b > a))
		journal->base = second;
	journal->generation = journal->base == 0 ? a : b;
	if (!page_heads_agree(journal))
		return JOURNAL_BROKEN;
	/* Cut between the new mark and the erasure of the old one. */
	if (has_a && has_b && !port->erase(port->board, second - journal->base))
		return JOURNAL_BROKEN;
	return replay(journal, visit, context, torn);
}

struct span
journal_at(const struct port *port, uint32_t at)
{
	return span_of(port->flash + at + HEAD, get16(port->flash + at + 1));
}

/* ---- writing ---- */

bool
journal_has_room(const struct journal *journal, unsigned count, size_t len)
{
	uint32_t size = record_size(len), per_page = (JOURNAL_PAGE - HEAD) / size;
	uint32_t pages = (journal->port->flash_area - page_of(journal->at)) / JOURNAL_PAGE;

	if (pages == 0)
		return count == 0;
	return page_left(journal->at) / size + (pages - 1) * per_page >= count;
}

enum journal_result
journal_append(uint32_t *at, struct journal *journal, uint8_t type, struct span head, struct span rest)
{
	size_t len = head.len + rest.len;
	uint32_t size = record_size(len), place = size <= page_left(journal->at) ? journal->at : next_page(journal->at);
	uint32_t start = journal->base + place;
	uint8_t before[HEAD] = {type}, tail[TAIL] = {0};

	if (len > JOURNAL_PAYLOAD_MAX || (rest.len > 0 && head.len % FLASH_WORD != 0))
		return JOURNAL_FAILED;
	if (place >= journal->port->flash_area)
		return JOURNAL_FULL;
	put16(before + 1, (uint16_t)len);
	for (unsigned i = 0; i < 3; i++)
		before[3 + i] = (uint8_t)~before[i];
	put32(tail, record_crc(journal->generation, place, type, head, rest));
	if (!flash_write(journal->port, start, span_of(before, HEAD)) || !flash_write(journal->port, start + HEAD, head) ||
	    !flash_write(journal->port, start + HEAD + (uint32_t)head.len, rest) || !flash_write(journal->port, start + size - TAIL, span_of(tail, TAIL)))
		return JOURNAL_FAILED;
	*at = start;
	journal->at = behind(place, size);
	return JOURNAL_DONE;
}

static bool
begin_area(const struct journal *to)
{
	uint8_t head[FLASH_WORD];

	page_head(head, to->generation);
	if (!flash_clear(to->port, to->base, to->port->flash_area))
		return false;
	for (uint32_t page = 0; page < to->port->flash_area; page += JOURNAL_PAGE)
		if (!flash_write(to->port, to->base + page, span_of(head, FLASH_WORD)))
			return false;
	return true;
}

bool
journal_rewrite(struct journal *journal, journal_snapshot *snapshot, void *context)
{
	const struct port *port = journal->port;
	struct journal to = {port, port->flash_area - journal->base, FIRST, journal->generation + 1};
	uint8_t mark[FLASH_WORD];

	put32(mark, to.generation);
	seal_word(mark);
	if (!begin_area(&to) || !snapshot(context, &to) || !flash_write(port, to.base + FLASH_WORD, span_of(mark, FLASH_WORD)))
		return false;
	if (!port->erase(port->board, journal->base))
		return false;
	*journal = to;
	return true;
}
