/*
 * The display: a memory LCD of 400 by 240 (Sharp LS027B7DH01), lines over SPI1 (RM0090, 28), lowest bit first. A module of the code is 7 pixels; it needs no light of
 * its own and reads well in the sun.
 */
#ifndef STM32F405_PANEL_H
#define STM32F405_PANEL_H

#include "core/display.h"

void panel_start(void); /* clear */

/* Off at once; what is lit, by steps of a millisecond, so that nothing else waits for the display. */
void panel_show(const struct display *display);
void panel_step(void);

/* What the panel must be told once a second, so that no direct voltage stays on its crystals. */
void panel_keep(void);

#endif
