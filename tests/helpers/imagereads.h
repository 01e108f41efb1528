/*
 * What a run reads and writes of its memory, from one step of its scenario to the next (a span): imagealike.h learns from it what of a machine's memory still
 * matters. A unit is an octet of RAM or a word of flash. The image itself is no unit: it stays as it is.
 */
#ifndef TESTS_HELPERS_IMAGEREADS_H
#define TESTS_HELPERS_IMAGEREADS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "imagechip.h"

enum { READS_RAM = 24 << 10, READS_FLASH = CHIP_FLASH_SIZE / 4, UNITS = READS_RAM + READS_FLASH, READS_IMAGE = 0x20000, READS_IMAGE_END = 0x40000, SPANS_MAX = 64,
       TOUCHED_MAX = 4 << 20 };
enum touch { UNTOUCHED, READ_FIRST = 1, WRITTEN = 2 };

static struct {
	bool on, lost; /* lost: it went where no units are, or did more than fits */
	uint8_t *ram, *flash;
	uint8_t how[UNITS]; /* in the span that is under way */
	struct touched {
		uint32_t unit, was; /* before anything was done to it */
		uint8_t how;
	} touched[TOUCHED_MAX]; /* those of each span behind those of the one before */
	uint32_t len, begin[SPANS_MAX + 1];
	unsigned spans; /* that have ended */
} reads;

static inline uint32_t
unit_value(uint32_t unit)
{
	uint32_t word;

	if (unit < READS_RAM)
		return reads.ram[unit];
	memcpy(&word, reads.flash + (unit - READS_RAM) * 4, 4);
	return word;
}

static inline void
touch_unit(uint32_t unit, enum touch how)
{
	if (reads.how[unit] == UNTOUCHED) {
		if (reads.len == TOUCHED_MAX) {
			reads.lost = true;
			return;
		}
		reads.touched[reads.len++] = (struct touched){unit, unit_value(unit), 0};
		reads.how[unit] = (uint8_t)how;
	} else if (how == WRITTEN) {
		reads.how[unit] |= WRITTEN;
	}
}

static inline void
touch_memory(uint32_t address, uint64_t len, enum touch how)
{
	uint32_t ram = address - CHIP_RAM, flash = address - CHIP_FLASH;

	if (!reads.on || len == 0)
		return;
	if (ram < READS_RAM && len <= READS_RAM - ram)
		for (uint32_t i = 0; i < len; i++)
			touch_unit(ram + i, how);
	else if (flash < CHIP_FLASH_SIZE && len <= CHIP_FLASH_SIZE - flash)
		for (uint32_t word = flash / 4; word <= (flash + len - 1) / 4; word++) {
			if (word < READS_IMAGE / 4 || word >= READS_IMAGE_END / 4)
				touch_unit(READS_RAM + word, how);
		}
	else if (ram < CHIP_RAM_SIZE || flash < CHIP_FLASH_SIZE)
		reads.lost = true;
}

/* Ends the span that is under way; another one begins. */
static inline void
reads_next(void)
{
	for (uint32_t i = reads.begin[reads.spans]; i < reads.len; i++) {
		struct touched *t = &reads.touched[i];

		t->how = reads.how[t->unit];
		reads.how[t->unit] = UNTOUCHED;
	}
	if (reads.spans == SPANS_MAX - 1)
		reads.lost = true;
	else
		reads.begin[++reads.spans] = reads.len;
}

static inline void
reads_begin(void)
{
	for (uint32_t i = 0; i < reads.len; i++) /* nobody may have asked what the last run did */
		reads.how[reads.touched[i].unit] = UNTOUCHED;
	reads.len = reads.spans = 0;
	reads.lost = false;
	reads.on = true;
}

#endif
