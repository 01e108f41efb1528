/*
 * A board that is a process: flash in a file, display in a picture, a hand that stamps by itself or not at all.
 */
#ifndef HOST_BOARD_H
#define HOST_BOARD_H

#include "core/port.h"

enum { BOARD_FLASH = 2 * FLASH_AREA_MIN + 2 * TABLE_MAX, BOARD_PAGE = 2048 };

struct board {
	struct port port;
	uint8_t *flash;		/* mapped from its file: what was programmed outlives the process, killed or not */
	const char *picture;	/* a PGM, renamed into place at each change; NULL: none */
	bool hand;		/* stamps a moment after the coil releases the lock, and lifts again */
	bool arm, fire, die;
	bool coil;		/* armed and fired */
	uint64_t coil_since;	/* milliseconds */
};

/* False, with errno, when the flash file cannot be used. A new file is erased flash. */
bool board_open(struct board *board, const char *flash_file, const char *serial);

#endif
