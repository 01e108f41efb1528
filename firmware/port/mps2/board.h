/*
 * An MPS2 in QEMU as a board for the seal. The cable is a UART; another one is the stand on which the seal is tried: what in the product are display, coil, press
 * sensor, tamper switch and the voltage of the bus.
 *
 *	to the stand	'D' and a bit for each module, by row, the first in the highest bit: dark. 'd': off. 'C' 'c': coil of the lock with and without power.
 *			'X' 'x': that of the stamp die
 *	from it		'P' 'p': stamp down, up. 'T' 't': case open, closed. 'U': the host is gone
 */
#ifndef MPS2_BOARD_H
#define MPS2_BOARD_H

#include "arm/board.h"
#include "wire/image.h"

enum { MPS2_FLASH = 2 * FLASH_AREA_MIN + 2 * TABLE_MAX, MPS2_PAGE = 2048 };
enum { MPS2_SLOTS = 3 * FLASH_AREA_MIN, MPS2_LOG = MPS2_SLOTS + 2 * IMAGE_SLOT }; /* behind it, for images: as a process has them */

/* The words of semihosting: the serial number, the milliseconds of the echo deadline. */
void board_start(struct port *port);

bool board_unplugged(void); /* since the last call */
void board_rest(void);	    /* until something may have come */

#endif
