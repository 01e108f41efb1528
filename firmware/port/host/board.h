/*
 * A board that is a process: flash in a file, all else on a stand. Behind what the core remembers the file has two slots for images and what the boot stage remembers
 * of them; what runs is this process, whatever their code is, but it says which one it would be.
 */
#ifndef HOST_BOARD_H
#define HOST_BOARD_H

#include "core/port.h"
#include "core/slots.h"
#include "stand.h"

enum { BOARD_MEMORY = 2 * FLASH_AREA_MIN + 2 * TABLE_MAX, BOARD_PAGE = 2048 };
enum { BOARD_SLOTS = 3 * FLASH_AREA_MIN, BOARD_LOG = BOARD_SLOTS + SLOTS * IMAGE_SLOT, BOARD_FLASH = BOARD_LOG + SLOTS * BOARD_PAGE };
enum { BOARD_ADDRESS = 0x21000000 }; /* of the flash's beginning, for images: as on an MPS2 */

struct board {
	struct port port;
	uint8_t *flash;		/* mapped from its file: what was programmed outlives the process, killed or not */
	struct slots slots;
	struct image_keys keys;
	bool arm, fire, die;
	uint32_t battery; /* millivolts */
	struct stand stand;
};

/* False, with errno, when the flash file cannot be used. A new file is erased flash. */
bool board_open(struct board *board, const char *flash_file, const char *serial);

/* The boot stage, of a seal that has one: before each start. False when nothing in the slots may start. */
bool board_boot(struct board *board);

#endif
