/* The independent watchdog (RM0090, 21): a clock of its own; once started nothing but a reset stops it. */
#ifndef STM32F405_WATCHDOG_H
#define STM32F405_WATCHDOG_H

void watchdog_start(void); /* the seal resets, and is locked, after about 8 s without word: an erased sector takes 2 */
void watchdog_feed(void);

#endif
