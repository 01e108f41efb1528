/*
 * The code on the display: changes at random while the seal is armed, and must be echoed in time by somebody who sees it
 * (acts.md 5, SEAL-6).
 */
#ifndef SEAL_WATCH_H
#define SEAL_WATCH_H

#include "port.h"
#include "wire/code.h"

enum { WATCH_CHANGE_LEAST = 1000, WATCH_CHANGE_SPAN = 1000 }; /* a code stays for 1 to 2 s */

struct watch {
	uint8_t code[NONCE_SIZE], previous[NONCE_SIZE];
	bool echoed; /* this code was */
	bool spent;  /* this code was on the display at a press */
	bool seen;   /* a code shown after the last press was echoed: the next press may come */
	bool owed;   /* the code of the last press waits for its echo, and stays until then */
	uint8_t asked[NONCE_SIZE], answered[NONCE_SIZE]; /* what made it seen: the code shown, the code echoed */
	uint64_t deadline; /* of the oldest code that waits for its echo; meaningful while !echoed */
	uint64_t change_at;
};

void watch_start(struct watch *watch, const struct port *port);
void watch_stop(struct watch *watch, const struct port *port);

/* Changes the code when it is time: WIRE_OK, or WIRE_TOO_LATE when an echo is overdue. */
enum wire_code watch_tick(struct watch *watch, const struct port *port);

/* WIRE_OK; WIRE_TOO_LATE for the code that was just replaced: nobody's fault, the new one is still to be read; WIRE_WRONG_CODE. */
enum wire_code watch_echo(struct watch *watch, const uint8_t code[NONCE_SIZE]);

/*
 * After a press: its code stays readable for as long as any other, and until it was echoed where the photo is taken in the session (`automatic`); then a
 * new one must be seen before the next press.
 */
void watch_pressed(struct watch *watch, const struct port *port, bool automatic);

/* Whether the next press may come: `seen`, and once more from what was shown and echoed. */
bool watch_agrees(const struct watch *watch);

uint32_t watch_left(const struct watch *watch, const struct port *port); /* milliseconds to the deadline, 0 when none runs */

#endif
