/*
 * A board on which nothing may happen: its coil, its die and its display trap as soon as they are used. For the fuzz targets of the seal, each of which says
 * first how large one AREA of the journal is.
 */
#ifndef SEALBOARD_H
#define SEALBOARD_H

#include "core/port.h"

enum { PAGE = 2048, FLASH = 2 * AREA + 2 * TABLE_MAX };

static uint8_t flash[FLASH];
static uint64_t clock_ms, drawn;
static bool touched[FLASH / PAGE]; /* pages that were programmed, or erased */

static bool
flash_program(void *board, uint32_t at, const uint8_t word[FLASH_WORD])
{
	(void)board;
	memcpy(flash + at, word, FLASH_WORD);
	touched[at / PAGE] = true;
	return true;
}

static bool
flash_erase(void *board, uint32_t at)
{
	(void)board;
	memset(flash + at, 0xff, PAGE);
	touched[at / PAGE] = true;
	return true;
}

static void
energise(void *board, bool on)
{
	(void)board;
	if (on)
		__builtin_trap();
}

static uint32_t
battery(void *board)
{
	(void)board;
	return 4000;
}

static bool
no(void *board)
{
	(void)board;
	return false;
}

static void
show(void *board, const struct display *display)
{
	(void)board;
	if (display->lit)
		__builtin_trap();
}

static uint64_t
now(void *board)
{
	(void)board;
	return clock_ms;
}

static void
fill(void *board, uint8_t *out, size_t len)
{
	(void)board;
	while (len-- > 0)
		*out++ = (uint8_t)(++drawn * 167);
}

static const struct port port = {NULL, "FUZZ", flash, AREA, PAGE, 3000, 3400, 3100, flash_program, flash_erase, energise, energise, energise,
	no, no, battery, show, now, fill, NULL, 0};

#endif
