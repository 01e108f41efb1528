/*
 * How a seal comes to another image: a host uploads it into the slot that does not run, two update keys have signed it, the boot stage starts it on trial, and it
 * confirms itself when it can read what the device remembers, its cryptography works and a host has reached it. Otherwise the seal goes back to the one before.
 * Journal and tables lie elsewhere and stay as they are.
 */
#ifndef SEAL_UPDATE_H
#define SEAL_UPDATE_H

#include "clock.h"

enum { UPDATE_TRIAL = 120000 }; /* milliseconds in which a host must have reached an image on trial */

struct update {
	uint32_t incoming; /* octets in the other slot that have been uploaded */
	bool unconfirmed;  /* what runs has not confirmed itself yet */
	bool trial;	   /* and at the next start the one before it runs again */
	uint64_t began;	   /* milliseconds: the start */
	bool restart;	   /* the board is to start again when the answer is out */
};

/* Files the receipt of the start, which says what started. */
void update_boot(struct update *update, struct memory *memory, const struct clock *clock);

/* What runs. False when the board has no slots, or they are damaged. */
bool update_running(struct frame_image *is, const struct update *update, const struct port *port);

/*
 * FRAME_UPDATE: one chunk of whole words, of which that at offset 0 erases. FRAME_INSTALL: all of it has come; slots_try(). For a seal that is locked. WIRE_NOT_ALLOWED
 * without a boot stage; WIRE_OUT_OF_ORDER, also while what runs is on trial; WIRE_TOO_LONG, WIRE_MALFORMED_FRAME; and whatever is wrong with the seal, for which
 * another image could be blamed or that it might not outlive: WIRE_FLASH, WIRE_UNKNOWN_MEMORY, WIRE_LOCKED_FOR_GOOD, WIRE_RETIRED, WIRE_TAMPERED, WIRE_LOW_BATTERY.
 */
enum wire_code update_take(struct update *update, const struct memory *memory, const struct frame *request);

/* A host has been heard: an image on trial that works is in force from now on. */
void update_heard(struct update *update, const struct memory *memory);

/* A trial that nobody notices ends. */
void update_tick(struct update *update, const struct port *port);

#endif
