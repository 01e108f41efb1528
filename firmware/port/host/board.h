/*
 * A board that is a process: flash in a file, all else on a stand.
 */
#ifndef HOST_BOARD_H
#define HOST_BOARD_H

#include "core/port.h"
#include "stand.h"

enum { BOARD_FLASH = 2 * FLASH_AREA_MIN + 2 * TABLE_MAX, BOARD_PAGE = 2048 };

struct board {
	struct port port;
	uint8_t *flash;		/* mapped from its file: what was programmed outlives the process, killed or not */
	bool arm, fire, die;
	struct stand stand;
};

/* False, with errno, when the flash file cannot be used. A new file is erased flash. */
bool board_open(struct board *board, const char *flash_file, const char *serial);

#endif
