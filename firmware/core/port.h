/*
 * The seam between the seal's core and its board. The core calls nothing else: no libc beyond memcpy and friends, no interrupts.
 * Everything below is called from one thread and returns at once, the flash calls within the time the flash takes.
 */
#ifndef SEAL_PORT_H
#define SEAL_PORT_H

#include "display.h"

enum { FLASH_WORD = 8, FLASH_AREA_MIN = 128 * 1024 };

struct port {
	void *board;		/* handed back in every call */
	const char *serial;	/* of the device, at most 32 characters; the user id of its key names it */
	uint32_t flash_size;	/* two equal areas of whole pages, each at least FLASH_AREA_MIN */
	uint32_t flash_page;
	uint32_t echo_deadline; /* milliseconds in which a code must have been echoed */

	/* Erased flash reads 0xff. A word is programmed once between two erasures; false when the flash reports a failure. */
	void (*flash_read)(void *board, void *out, uint32_t at, size_t len);
	bool (*flash_program)(void *board, uint32_t at, const uint8_t word[FLASH_WORD]);
	bool (*flash_erase)(void *board, uint32_t at);

	void (*coil)(void *board, bool energised); /* without power: locked */
	bool (*pressed)(void *board);
	bool (*tampered)(void *board);
	void (*show)(void *board, const struct display *display);
	uint64_t (*now)(void *board); /* milliseconds since power-on, never backwards */
	void (*random)(void *board, uint8_t *out, size_t len); /* does not return without entropy */
};

#endif
