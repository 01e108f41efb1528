/*
 * The seam between the seal's core and its board. The core calls nothing else: no libc beyond memcpy and friends, no interrupts.
 * Everything below is called from one thread and returns at once, the flash calls within the time the flash takes.
 *
 * Flash is read in place. From its beginning: two equal areas of the journal, then two slots for approver tables.
 */
#ifndef SEAL_PORT_H
#define SEAL_PORT_H

#include "display.h"
#include "wire/table.h"

enum { FLASH_WORD = 8, FLASH_AREA_MIN = 128 * 1024, FLASH_AREA_MAX = 256 * 1024 };

struct port {
	void *board;		/* handed back in every call */
	const char *serial;	/* of the device, at most 32 characters; the user id of its key names it */
	const uint8_t *flash;	/* mapped; erased it reads 0xff */
	uint32_t flash_area;	/* of the journal, each whole pages, FLASH_AREA_MIN to FLASH_AREA_MAX */
	uint32_t flash_page;	/* what is erased at once; a multiple of 2 KiB */
	uint32_t echo_deadline; /* milliseconds in which a code must have been echoed */
	uint32_t battery_arming, battery_least; /* millivolts: without which it does not arm; below which nothing stays energised */

	/* A word is programmed once between two erasures; false when the flash reports a failure. */
	bool (*program)(void *board, uint32_t at, const uint8_t word[FLASH_WORD]);
	bool (*erase)(void *board, uint32_t at);

	/* The main lock is energised while both are on: its supply, and the driver's gate. Without power: locked. */
	void (*arm)(void *board, bool on);
	void (*fire)(void *board, bool on);
	void (*die)(void *board, bool on); /* the lock of the stamp die, likewise behind the supply */

	bool (*pressed)(void *board);
	bool (*tampered)(void *board);
	uint32_t (*battery)(void *board); /* millivolts now */
	void (*show)(void *board, const struct display *display);
	uint64_t (*now)(void *board); /* milliseconds since power-on, never backwards */
	void (*random)(void *board, uint8_t *out, size_t len); /* does not return without entropy */

	const struct slots *slots; /* for images of the firmware (slots.h); NULL: it runs what it was loaded with */
	unsigned running;	   /* the slot of which this is the image */
};

/* Where the slots begin and how far they reach; the flash a port gives is 2 areas and 2 slots. */
static inline uint32_t
flash_slot_size(const struct port *port)
{
	return (TABLE_MAX + port->flash_page - 1) / port->flash_page * port->flash_page;
}

static inline uint32_t
flash_slot(const struct port *port, unsigned slot)
{
	return 2 * port->flash_area + slot * flash_slot_size(port);
}

/* Programs words, the last one padded with 0, and reads them back. */
bool flash_write(const struct port *port, uint32_t at, struct span bytes);
bool flash_is_erased(const struct port *port, uint32_t at, uint32_t len);

/* Erases whole pages, those that are not erased. */
bool flash_clear(const struct port *port, uint32_t at, uint32_t len);

/* CRC-32 (ISO 3309); begins with 0 and goes on with what it returned. */
uint32_t flash_crc(uint32_t crc, const uint8_t *bytes, size_t len);

#endif
