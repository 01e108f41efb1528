/* Images on a board with a Cortex-M: where they lie, what the boot stage knows, and who runs. */
#ifndef ARM_IMAGES_H
#define ARM_IMAGES_H

#include "core/port.h"
#include "core/slots.h"

/* By each board that has slots: everything but its name and the keys. */
void board_slots(struct slots *slots);

/* The slots as the boot stage at the beginning of flash describes them; NULL: there is none. */
const struct slots *images_slots(void);

/* Those, and in which of them the caller's own code lies, as a port has them; none when it lies elsewhere, flashed without a boot stage. */
void images_find(struct port *port);

/* Nothing that has been begun goes on: the boot stage starts again. */
_Noreturn void images_restart(void);

#endif
