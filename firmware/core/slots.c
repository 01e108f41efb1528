#include "slots.h"

#include "port.h"

enum { RECORD = 2 * SLOT_WORD, CRC_AT = RECORD - 4 };

/* ---- what is remembered ---- */

static bool
is_erased(const uint8_t *at, size_t len)
{
	while (len > 0)
		if (at[--len] != 0xff)
			return false;
	return true;
}

static void
write_record(uint8_t record[RECORD], const struct slots_state *state)
{
	memset(record, 0, RECORD);
	put32(record, state->sequence);
	put32(record + 4, state->counter);
	record[8] = (uint8_t)state->active;
	record[9] = (uint8_t)state->trial;
	put32(record + CRC_AT, flash_crc(0, record, CRC_AT));
}

static bool
read_record(struct slots_state *state, const uint8_t *record)
{
	if (get32(record + CRC_AT) != flash_crc(0, record, CRC_AT) || record[8] >= SLOTS || record[9] > TRIAL_RUNNING)
		return false;
	*state = (struct slots_state){get32(record), get32(record + 4), record[8], record[9]};
	return state->sequence != 0;
}

/* Where the newest record is, NULL: nowhere; the places that hold something. */
static const uint8_t *
newest(struct slots_state *state, const struct slots *slots, unsigned *used)
{
	const uint8_t *found = NULL;
	struct slots_state one;

	*state = (struct slots_state){0};
	*used = 0;
	for (unsigned page = 0; page < SLOTS; page++)
		for (uint32_t at = 0; at + RECORD <= slots->log_size; at += RECORD) {
			*used += !is_erased(slots->log[page] + at, RECORD);
			if (read_record(&one, slots->log[page] + at) && one.sequence > state->sequence) {
				*state = one;
				found = slots->log[page] + at;
			}
		}
	return found;
}

/* The very first record alone can be torn without another one before it. */
bool
slots_read(struct slots_state *state, const struct slots *slots)
{
	unsigned used;

	return newest(state, slots, &used) != NULL || used <= 1;
}

/* Behind all that the page of the newest record holds; in the other page, erased, when that is full. NULL: cannot be erased. */
static const uint8_t *
next_place(const struct slots *slots, const uint8_t *last)
{
	unsigned page = last != NULL && last >= slots->log[1] && last < slots->log[1] + slots->log_size;
	uint32_t at = slots->log_size;

	while (at >= RECORD && is_erased(slots->log[page] + at - RECORD, RECORD))
		at -= RECORD;
	if (at + RECORD <= slots->log_size)
		return slots->log[page] + at;
	page = 1 - page;
	return slots->erase(slots->board, slots->log[page]) ? slots->log[page] : NULL;
}

static bool
write_word(const struct slots *slots, const uint8_t *at, const uint8_t word[SLOT_WORD])
{
	return slots->program(slots->board, at, word) && memcmp(at, word, SLOT_WORD) == 0;
}

/* Takes the place of what was remembered before, all of it at once. */
static bool
remember(struct slots_state *state, const struct slots *slots)
{
	struct slots_state before;
	uint8_t record[RECORD];
	unsigned used;
	const uint8_t *last = newest(&before, slots, &used), *at = next_place(slots, last);

	state->sequence = before.sequence + 1;
	write_record(record, state);
	return at != NULL && write_word(slots, at, record) && write_word(slots, at + SLOT_WORD, record + SLOT_WORD);
}

/* ---- which image ---- */

enum wire_code
slots_judge(struct image *image, const struct slots *slots, const struct slots_state *state, unsigned which)
{
	enum wire_code code = image_read(image, span_of(slots->slot[which], IMAGE_SLOT));

	if (code != WIRE_OK)
		return code;
	if (!span_is(span_text(image->board), slots->name) || image->address != slots->address[which])
		return WIRE_WRONG_BOARD;
	if (image->version < state->counter)
		return WIRE_STALE_IMAGE;
	return image_verify(image, slots->keys);
}

static bool
may_run(const struct slots *slots, const struct slots_state *state, unsigned which)
{
	struct image image;

	return slots_judge(&image, slots, state, which) == WIRE_OK;
}

static bool
begin_trial(struct slots_state *state, const struct slots *slots)
{
	bool wanted = state->trial == TRIAL_WANTED && may_run(slots, state, 1 - state->active);

	state->trial = wanted ? TRIAL_RUNNING : TRIAL_NONE;
	return remember(state, slots) && wanted;
}

int
slots_choose(const struct slots *slots)
{
	struct slots_state state;

	if (!slots_read(&state, slots))
		return -1;
	if (state.trial != TRIAL_NONE && begin_trial(&state, slots))
		return (int)(1 - state.active);
	if (may_run(slots, &state, state.active))
		return (int)state.active;
	if (!may_run(slots, &state, 1 - state.active))
		return -1;
	state.active = 1 - state.active;
	state.trial = TRIAL_NONE;
	remember(&state, slots);
	return (int)state.active;
}

enum wire_code
slots_try(const struct slots *slots, unsigned running)
{
	struct slots_state state;
	struct image image;
	enum wire_code code;

	if (!slots_read(&state, slots))
		return WIRE_FLASH;
	if (state.active != running || state.trial != TRIAL_NONE)
		return WIRE_OUT_OF_ORDER;
	if ((code = slots_judge(&image, slots, &state, 1 - running)) != WIRE_OK)
		return code;
	state.trial = TRIAL_WANTED;
	return remember(&state, slots) ? WIRE_OK : WIRE_FLASH;
}

enum wire_code
slots_confirm(const struct slots *slots, unsigned running)
{
	struct slots_state state;
	struct image image;

	if (!slots_read(&state, slots))
		return WIRE_FLASH;
	if (slots_judge(&image, slots, &state, running) != WIRE_OK)
		return WIRE_FAULT;
	if (state.active == running && state.trial == TRIAL_NONE && state.counter == image.version)
		return WIRE_OK;
	state.active = running;
	state.trial = TRIAL_NONE;
	state.counter = image.version;
	return remember(&state, slots) ? WIRE_OK : WIRE_FLASH;
}
