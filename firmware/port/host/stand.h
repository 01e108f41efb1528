/* What is round a seal that is tried: a camera's view of its display, and a hand on the stamp. */
#ifndef HOST_STAND_H
#define HOST_STAND_H

#include "core/display.h"

struct stand {
	const char *picture; /* a PGM, renamed into place at each change; NULL: none */
	bool hand;	     /* stamps a moment after the coil releases the lock, and lifts again */
	bool coil;
	bool down;	     /* the stamp, when it was last looked at */
	uint64_t coil_since; /* milliseconds; 0: never */
};

uint64_t stand_now(void); /* milliseconds, never backwards */

void stand_coil(struct stand *stand, bool energised);
bool stand_pressed(struct stand *stand);
void stand_show(const struct stand *stand, const struct display *display);

#endif
