/* What every board with a Cortex-M gives to the code that they share. */
#ifndef ARM_BOARD_H
#define ARM_BOARD_H

#include "core/port.h"

/* Where an unexpected interrupt, a fault, a smashed stack or a misused library ends: the coil without power, and nothing runs any more until reset. */
_Noreturn void board_halt(void);

int main(void);

#endif
