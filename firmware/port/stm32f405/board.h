/* The seal's own board: what struct port wants, from the peripherals. */
#ifndef STM32F405_BOARD_H
#define STM32F405_BOARD_H

#include "arm/board.h"

void board_start(struct port *port);
void board_keep(void); /* once in a round: the watchdog, the panel */

#endif
